"""What we unpack from 4-bit files must be what onnxruntime computes with them."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from ridealong.learning.rampart import read_weights
from ridealong.text.encoders import open_session

INPUTS, OUTPUTS, BLOCK = 64, 5, 32
CHANCE = np.random.default_rng(9)


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    levels = CHANCE.integers(0, 256, size=(OUTPUTS, INPUTS // BLOCK, BLOCK // 2), dtype=np.uint8)
    scales = CHANCE.uniform(0.01, 0.1, size=OUTPUTS * INPUTS // BLOCK).astype(np.float32)
    stored: dict[str, NDArray[Any]] = {"levels": levels, "scales": scales}
    stored["bert.a.LayerNorm.bias"] = np.ones(3, np.float32)
    for table in ("word_embeddings", "position_embeddings", "token_type_embeddings"):
        base = f"bert.embeddings.{table}.weight"
        stored |= {
            f"{base}_quantized": np.array([[0, 100, 255]], dtype=np.uint8),
            f"{base}_scale": np.array(0.5, dtype=np.float32),
            f"{base}_zero_point": np.array(100, dtype=np.uint8),
        }
    node = helper.make_node(
        "MatMulNBits",
        ["x", "levels", "scales"],
        ["y"],
        name="/bert/encoder/layer.0/output/dense/MatMul_Q4",
        domain="com.microsoft",
        K=INPUTS,
        N=OUTPUTS,
        bits=4,
        block_size=BLOCK,
    )
    graph = helper.make_graph(
        [node],
        "packed",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", INPUTS])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["rows", OUTPUTS])],
        [numpy_helper.from_array(value, name) for name, value in stored.items()],
    )
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    path = tmp_path / "packed.onnx"
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=9), path)
    return path


def test_an_unpacked_matrix_multiplies_as_the_runtime_does(packed: Path) -> None:
    rows = np.eye(INPUTS, dtype=np.float32)

    matrix = read_weights(packed)["encoder.layer.0.output.dense.weight"]

    theirs = open_session(packed).run(None, {"x": rows})[0]
    assert np.abs(rows @ matrix.T - theirs).max() < 1e-5


def test_tables_are_brought_back_around_their_zero_point(packed: Path) -> None:
    table = read_weights(packed)["embeddings.word_embeddings.weight"]

    assert table.tolist() == [[-50.0, 0.0, 77.5]]


def test_what_was_never_packed_is_taken_as_it_is(packed: Path) -> None:
    assert read_weights(packed)["a.LayerNorm.bias"].tolist() == [1, 1, 1]
