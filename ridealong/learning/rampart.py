"""Reads the Rampart tagger's weights out of its 4-bit ONNX file, to build a faster graph."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

Floats = NDArray[np.float32]

PREFIX = "bert."
# Four-bit weights are stored without a zero point around the middle of 0..15.
MIDDLE_LEVEL = 8
TABLES = ("word_embeddings", "position_embeddings", "token_type_embeddings")


def read_weights(path: Path) -> dict[str, Floats]:
    """All weights in full precision, under the names that `BertGraph` knows."""
    graph = onnx.load(str(path)).graph
    stored = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    floats = {name: value for name, value in stored.items() if value.dtype == np.float32}
    packed = [node for node in graph.node if node.op_type == "MatMulNBits"]
    weights = {name.removeprefix(PREFIX): value for name, value in floats.items()}
    weights |= {_weight_name(node): _matrix(node, stored) for node in packed}
    weights |= {f"embeddings.{table}.weight": _table(table, stored) for table in TABLES}
    return weights


def _weight_name(node: onnx.NodeProto) -> str:
    """`/bert/encoder/layer.0/output/dense/MatMul_Q4`: `encoder.layer.0.output.dense.weight`."""
    path = node.name.removeprefix("/").removeprefix("bert/").rsplit("/", 1)[0]
    return f"{path.replace('/', '.')}.weight"


def _matrix(node: onnx.NodeProto, stored: Mapping[str, NDArray[np.generic]]) -> Floats:
    """Two levels a byte, the lower half first, one scale per block; out x in, as BERT has it."""
    sizes = {attribute.name: attribute.i for attribute in node.attribute}
    packed = stored[node.input[1]].astype(np.uint8)
    scales = stored[node.input[2]].astype(np.float32)
    halves = np.stack([packed & 0x0F, packed >> 4], axis=-1)
    levels = halves.reshape(sizes["N"], -1, sizes["block_size"]).astype(np.float32) - MIDDLE_LEVEL
    values = levels * scales.reshape(sizes["N"], -1, 1)
    matrix: Floats = values.reshape(sizes["N"], -1)[:, : sizes["K"]]
    return matrix


def _table(name: str, stored: Mapping[str, NDArray[np.generic]]) -> Floats:
    base = f"{PREFIX}embeddings.{name}.weight"
    levels = stored[f"{base}_quantized"].astype(np.float32)
    middle = stored[f"{base}_zero_point"].astype(np.float32)
    table: Floats = (levels - middle) * stored[f"{base}_scale"].astype(np.float32)
    return table
