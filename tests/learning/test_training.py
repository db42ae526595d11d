"""Trains a whole pipeline on made-up rows with the real English encoder, then serves it."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ridealong.learning import corpus, pipelines, training
from ridealong.learning.curriculum import count_texts
from ridealong.learning.datasets import DataFolder, Row
from ridealong.learning.errors import ModelUnknown, RowsUnreadable
from ridealong.learning.evaluation import evaluate, read_rows
from ridealong.learning.store import assemble, committed
from ridealong.serving.manifest import read_manifest
from tests.learning.stores import real_store
from tests.learning.tiny_data import rows_of, write_tiny_data

ENGLISH = pipelines.find_pipeline("understand-en")


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("workshop")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RIDEALONG_CACHE", str(folder / "cache"))
        data = DataFolder.open(write_tiny_data(folder / "data"))
        gathered = corpus.gather(data)
        embedded: list[int] = []
        watch = training.Watch(advance=embedded.append)
        training.train(
            ENGLISH,
            gathered,
            store=real_store(),
            models=folder / "models",
            dropped=data.dropped,
            watch=watch,
        )
        assert sum(embedded) == count_texts(gathered)
        assemble(models=folder / "models", store=folder / "store", cache=folder / "cache")
        for name in ("minilm",):
            (folder / "store" / name).symlink_to(real_store() / name)
        yield folder


def manifest_of(workshop: Path) -> dict[str, object]:
    path = workshop / "models" / "understand-en" / "1" / "manifest.json"
    document: dict[str, object] = json.loads(path.read_text())
    return document


def test_a_trained_pipeline_has_a_manifest_that_the_server_accepts(workshop: Path) -> None:
    (folder,) = committed(workshop / "models")
    manifest = read_manifest(folder)

    outputs = {tensor.name: tensor for tensor in manifest.outputs}
    assert outputs["scope"].labels == ("banking", "commerce", "general", "none")
    assert outputs["banking"].labels == ("exchange_rate", "lost_card")
    assert outputs["emotion"].labels == ("anger", "joy", "neutral")
    assert outputs["embedding"].labels is None


def test_the_manifest_says_what_was_left_out_and_under_which_licence(workshop: Path) -> None:
    data = manifest_of(workshop)["data"]

    assert isinstance(data, list)
    bitext = next(each for each in data if each["name"] == "Bitext customer support")
    assert bitext["dropped_held_out"] == 2
    assert bitext["licence"] == "CDLA-Sharing-1.0"


@pytest.mark.parametrize("pack", ["banking", "commerce"])
def test_a_trained_head_knows_what_it_was_taught(workshop: Path, pack: str) -> None:
    assert (
        evaluate("understand-en", pack, rows_of(pack), store=workshop / "store")["accuracy"] > 0.9
    )


def test_training_again_writes_the_very_same_heads(workshop: Path, tmp_path: Path) -> None:
    data = DataFolder.open(workshop / "data")
    again = training.train(
        ENGLISH, corpus.gather(data), store=real_store(), models=tmp_path, dropped=data.dropped
    )

    assert json.loads((again / "manifest.json").read_text()) == manifest_of(workshop)


def test_a_label_the_model_does_not_know_is_named(workshop: Path) -> None:
    with pytest.raises(RowsUnreadable, match="teleport"):
        evaluate("understand-en", "banking", [("beam me up", "teleport")], store=workshop / "store")


def test_an_output_without_labels_cannot_be_scored(workshop: Path) -> None:
    with pytest.raises(ModelUnknown, match="embedding"):
        evaluate("understand-en", "embedding", [("x", "y")], store=workshop / "store")


def test_a_model_that_is_not_there_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelUnknown, match="ridealong models build"):
        evaluate("understand-xx", "banking", [("x", "y")], store=tmp_path)


def test_rows_need_their_columns(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("message,class\nhello,a\n")

    with pytest.raises(RowsUnreadable, match="columns text and label"):
        read_rows(tmp_path / "rows.csv")


@pytest.mark.parametrize("content", [b"text,label\n", b"\xff\xfe\x00bad"])
def test_unreadable_rows_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "rows.csv").write_bytes(content)

    with pytest.raises(RowsUnreadable):
        read_rows(tmp_path / "rows.csv")


def test_rows_of_every_set_stay_apart_by_label_when_split() -> None:
    rows = corpus.split([Row(str(n), "ab"[n % 2]) for n in range(200)])
    dev = [row.label for row in rows if row.dev]

    assert dev.count("a") == dev.count("b") == 15
    assert np.mean([row.dev for row in rows]) == 0.15
