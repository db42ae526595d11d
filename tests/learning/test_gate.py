"""Heads that lost against the committed ones are not written."""

import json
from pathlib import Path
from typing import Any

import pytest

from ridealong.learning.errors import HeadWorse
from ridealong.learning.gate import refuse_the_worse


def verdict(accuracy: float) -> dict[str, Any]:
    return {"dev": {"accuracy": accuracy, "ece": 0.01}}


def commit(models: Path, version: str, **metrics: Any) -> None:
    folder = models / "reader" / version
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"metrics": metrics}))


def test_a_head_that_lost_is_named_with_its_figures(tmp_path: Path) -> None:
    commit(tmp_path, "1", banking=verdict(0.93), general=verdict(0.9))

    with pytest.raises(HeadWorse, match=r"reader: banking 0\.9300 to 0\.9200 on dev rows") as lost:
        refuse_the_worse({"banking": verdict(0.92), "general": verdict(0.95)}, "reader", tmp_path)

    assert "general" not in str(lost.value)


def test_as_good_as_before_is_good_enough(tmp_path: Path) -> None:
    commit(tmp_path, "1", banking=verdict(0.93))

    refuse_the_worse({"banking": verdict(0.929)}, "reader", tmp_path)


def test_the_newest_version_counts_by_number_not_by_alphabet(tmp_path: Path) -> None:
    commit(tmp_path, "9", banking=verdict(0.99))
    commit(tmp_path, "10", banking=verdict(0.9))

    refuse_the_worse({"banking": verdict(0.91)}, "reader", tmp_path)


def test_heads_of_several_labels_are_compared_by_their_own_figure(tmp_path: Path) -> None:
    commit(tmp_path, "1", emotion={"dev": {"mean_average_precision": 0.4}})

    with pytest.raises(HeadWorse, match="emotion"):
        refuse_the_worse({"emotion": {"dev": {"mean_average_precision": 0.3}}}, "reader", tmp_path)


def test_a_first_version_and_a_new_head_have_nothing_to_beat(tmp_path: Path) -> None:
    refuse_the_worse({"banking": verdict(0.1)}, "reader", tmp_path)
    commit(tmp_path, "1", banking=verdict(0.93))

    refuse_the_worse({"department": verdict(0.1)}, "reader", tmp_path)
