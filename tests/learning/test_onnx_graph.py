from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ridealong.learning.onnx_graph import Graph, save
from ridealong.text.encoders import open_session

CHANCE = np.random.default_rng(5)
WEIGHT = CHANCE.normal(size=(32, 8)).astype(np.float32)
BIAS = CHANCE.normal(size=8).astype(np.float32)


def run(path: Path, rows: NDArray[np.float32]) -> NDArray[np.float32]:
    graph = Graph()
    save(
        graph.finish_head(graph.dense_int8("features", WEIGHT, BIAS), "y", width=32, classes=8),
        path,
    )
    answer: NDArray[np.float32] = open_session(path).run(None, {"features": rows})[0]
    return answer


def test_the_int8_product_is_close_to_the_true_one(tmp_path: Path) -> None:
    rows = CHANCE.normal(size=(20, 32)).astype(np.float32)

    difference = np.abs(run(tmp_path / "m.onnx", rows) - (rows @ WEIGHT + BIAS))

    assert difference.max() < 0.25
    assert difference.max() > 0


def test_a_huge_neighbour_does_not_change_a_row(tmp_path: Path) -> None:
    row = CHANCE.normal(size=(1, 32)).astype(np.float32)
    crowd = np.concatenate([row, row * 1000])

    assert np.array_equal(run(tmp_path / "m.onnx", crowd)[:1], run(tmp_path / "m.onnx", row))


def test_a_row_of_zeros_gives_the_bias(tmp_path: Path) -> None:
    answer = run(tmp_path / "m.onnx", np.zeros((1, 32), dtype=np.float32))

    assert answer[0].tolist() == pytest.approx(BIAS.tolist())


def test_the_same_graph_is_the_same_bytes(tmp_path: Path) -> None:
    rows = np.ones((1, 32), dtype=np.float32)
    run(tmp_path / "one.onnx", rows)
    run(tmp_path / "two.onnx", rows)

    assert (tmp_path / "one.onnx").read_bytes() == (tmp_path / "two.onnx").read_bytes()
