"""The self-test at load: graphs whose arithmetic spans the batch are found, others left in peace.

Each graph is run together and apart right here first, so that a graph which does not differ proves
nothing.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper

from ridealong.serving.errors import InvalidRequest
from ridealong.serving.models.opening import Opener
from ridealong.serving.models.rows_apart import RowsApart
from ridealong.serving.models.runner import LoadedModel
from ridealong.serving.models.store import ModelStore
from tests.serving.tiny_mix import answer_by_row, dynamic_int8, pairs, texts, whole_numbers
from tests.serving.tiny_models import (
    batch_mean,
    doubler,
    echo,
    graph,
    tensor,
    write_bare,
    write_doubler,
)


def bias() -> bytes:
    """`b` is added to each row: its only dimension is no row, though it is free."""
    node = helper.make_node("Add", ["x", "b"], ["y"])
    return graph([node], [tensor("x", ["n", "d"]), tensor("b", ["d"])], [tensor("y", ["n", "d"])])


def likeness() -> bytes:
    """Each row times each other: an answer has as many columns as there are rows."""
    nodes = [
        helper.make_node("Transpose", ["x"], ["turned"]),
        helper.make_node("MatMul", ["x", "turned"], ["y"]),
    ]
    return graph(nodes, [tensor("x", ["n", 3])], [tensor("y", ["n", "m"])])


def shares() -> bytes:
    """What `a` and `b` are together, as a share of the most in the batch."""
    nodes = [
        helper.make_node("Add", ["a", "b"], ["sum"]),
        helper.make_node("ReduceMax", ["sum"], ["most"], keepdims=0),
        helper.make_node("Div", ["sum", "most"], ["y"]),
    ]
    inputs = [tensor("a", ["n", 3]), tensor("b", ["n", 3])]
    return graph(nodes, inputs, [tensor("y", ["n", 3])])


def second() -> bytes:
    """Each row and the second one: nothing that a single row could be asked."""
    nodes = [
        helper.make_node("Gather", ["x", "place"], ["row"], axis=0),
        helper.make_node("Add", ["x", "row"], ["y"]),
    ]
    place = {"place": np.array(1, dtype=np.int64)}
    return graph(nodes, [tensor("x", ["n", 3])], [tensor("y", ["n", 3])], place)


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


def numbers(*shape: int) -> Any:
    """All different."""
    return np.arange(1, np.prod(shape) + 1, dtype=np.float32).reshape(shape)


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


def test_a_free_dimension_that_is_no_row_is_never_cut(tmp_path: Path) -> None:
    model = loaded(tmp_path, bias())
    inputs = {"x": numbers(2, 4), "b": numbers(4)}

    answers = [
        model.runner.run(dict(named), ["y"])["y"]
        for named in (inputs.items(), reversed(inputs.items()))
    ]

    assert all(np.array_equal(answer, inputs["x"] + inputs["b"]) for answer in answers)


def test_an_answer_whose_rows_grow_with_the_batch_comes_whole(tmp_path: Path) -> None:
    model = loaded(tmp_path, likeness())
    x = numbers(3, 3)

    answer = model.runner.run({"x": x}, ["y"])["y"]

    assert np.allclose(answer, x @ x.T)


def test_a_graph_that_refuses_a_single_row_serves_more(tmp_path: Path) -> None:
    model = loaded(tmp_path, second())
    x = numbers(2, 3)

    answer = model.runner.run({"x": x}, ["y"])["y"]

    assert np.array_equal(answer, x + x[1])


def test_inputs_of_unequal_rows_are_not_taken_apart(tmp_path: Path) -> None:
    model = loaded(tmp_path, shares())
    three, one = numbers(3, 3), numbers(1, 3)
    assert isinstance(model.runner, RowsApart)

    answer = model.runner.run({"a": three, "b": one}, ["y"])["y"]

    assert np.allclose(answer, (three + one) / (three + one).max())


@pytest.mark.parametrize("content", [shares(), pairs()])
def test_rows_that_do_not_fit_each_other_are_the_callers_mistake(
    tmp_path: Path, content: bytes
) -> None:
    model = loaded(tmp_path, content)

    for rows in ((2, 3), (3, 2)):
        inputs = {name: numbers(row, 3) for name, row in zip("ab", rows, strict=True)}
        with pytest.raises(InvalidRequest, match="do not fit each other"):
            model.runner.run(inputs, ["y"])


@pytest.mark.parametrize("said", [True, False])
def test_the_manifests_word_counts_before_the_test(tmp_path: Path, *, said: bool) -> None:
    write_doubler(tmp_path, limits={"one_row_at_a_time": said})
    models = ModelStore(tmp_path, Opener(tmp_path))
    models.load_all()

    model = models.find("doubler")

    assert isinstance(model.runner, RowsApart) is said
    assert model.profile.batches is not said
