"""The self-test at load: graphs whose arithmetic spans the batch are found, others left in peace.

Each graph is run together and apart right here first, so that a graph which does not differ proves
nothing.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ridealong.serving.models.opening import Opener
from ridealong.serving.models.rows_apart import RowsApart
from ridealong.serving.models.runner import LoadedModel
from ridealong.serving.models.store import ModelStore
from tests.serving.tiny_mix import answer_by_row, dynamic_int8, pairs, texts, whole_numbers
from tests.serving.tiny_models import batch_mean, doubler, echo, write_bare, write_doubler

VISIBLE = 1e-3
SPANNING = {"dynamic int8": dynamic_int8(), "batch mean": batch_mean()}
WELL_BEHAVED = {
    "doubler": doubler(),
    "pairs": pairs(),
    "whole numbers": whole_numbers(),
    "texts": texts(),
    "echo of halves": echo("FP16"),
    "echo of booleans": echo("BOOL"),
}


def loaded(store: Path, graph: bytes) -> LoadedModel:
    write_bare(store, "tried", graph)
    models = ModelStore(store, Opener(store))
    models.load_all()
    return models.find("tried")


def unlike_rows(model: LoadedModel) -> dict[str, Any]:
    """A small row beside a big one."""
    [spec] = model.signature.inputs
    values = np.random.default_rng(1).normal(size=(2, spec.shape[1]))
    return {spec.name: (values * [[1.0], [100.0]]).astype(np.float32)}


@pytest.mark.parametrize("kind", SPANNING)
def test_a_graph_that_spans_the_batch_is_found_and_runs_a_row_at_a_time(
    tmp_path: Path, kind: str
) -> None:
    model = loaded(tmp_path, SPANNING[kind])
    rows = unlike_rows(model)
    assert isinstance(model.runner, RowsApart)

    raw = model.runner.runner.run(rows, ["y"])["y"]
    served = model.runner.run(rows, ["y"])["y"]

    alone = answer_by_row(model, rows, ["y"])["y"]
    assert np.abs(raw - alone).max() > VISIBLE
    assert np.array_equal(served, alone)
    assert not model.profile.batches
    assert model.profile.rows_apart


@pytest.mark.parametrize("kind", WELL_BEHAVED)
def test_a_graph_that_minds_its_rows_may_share_runs(tmp_path: Path, kind: str) -> None:
    model = loaded(tmp_path, WELL_BEHAVED[kind])

    assert not isinstance(model.runner, RowsApart)
    assert model.profile.batches
    assert not model.profile.rows_apart


@pytest.mark.parametrize("said", [True, False])
def test_the_manifests_word_counts_before_the_test(tmp_path: Path, *, said: bool) -> None:
    write_doubler(tmp_path, limits={"one_row_at_a_time": said})
    models = ModelStore(tmp_path, Opener(tmp_path))
    models.load_all()

    model = models.find("doubler")

    assert isinstance(model.runner, RowsApart) is said
    assert model.profile.batches is not said
