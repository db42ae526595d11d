"""Writes ONNX graphs node by node: no torch and no exporter is needed to build a model."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Array = NDArray[Any]
Attribute = int | float | Sequence[int]

OPSET = 20
IR_VERSION = 9
INT8_MAX = 127
UINT8_MIDDLE = 128
# Seven bits of weight: two products of 255 x 63 fit the 16 bits in which CPUs without VNNI add
# them up, so that every CPU gives the same answer. With eight bits such CPUs clip silently.
WEIGHT_MAX = 63
# A row of zeros would otherwise be divided by its own largest value.
SMALLEST_SCALE = 1e-9


class Graph:
    """A growing list of nodes and constants; every method answers the name of what it made."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._quantised: dict[str, tuple[str, str]] = {}

    def constant(self, value: Array) -> str:
        """A tensor stored in the file."""
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def scalar(self, value: float, dtype: type[np.generic] = np.float32) -> str:
        """A constant without dimensions."""
        return self.constant(np.array(value, dtype=dtype))

    def axes(self, *values: int) -> str:
        """Whole numbers as the shape-like inputs of an operator."""
        return self.constant(np.array(values, dtype=np.int64))

    def node(self, operator: str, *inputs: str, **attributes: Attribute) -> str:
        """A node with one output."""
        return self.nodes(operator, *inputs, outputs=1, **attributes)[0]

    def nodes(
        self, operator: str, *inputs: str, outputs: int, **attributes: Attribute
    ) -> list[str]:
        """A node with several outputs."""
        names = [f"t{len(self._nodes)}_{index}" for index in range(outputs)]
        made = helper.make_node(operator, list(inputs), names)
        made.attribute.extend(
            helper.make_attribute(key, value) for key, value in attributes.items()
        )
        self._nodes.append(made)
        return names

    def dense(self, x: str, weight: Array, bias: Array) -> str:
        """`x @ weight + bias` in full precision."""
        return self.node("Add", self.node("MatMul", x, self.constant(weight)), self.constant(bias))

    def dense_int8(self, x: str, weight: Array, bias: Array) -> str:
        """`x @ weight + bias` in int8, one scale per column of `weight` and one per row of `x`.

        ONNX's own dynamic quantising takes one scale for the whole batch, so that a row's answer
        depends on its neighbours. A scale per row costs a few per cent, makes a batch equal to its
        rows alone, and loses less.
        """
        scales = np.maximum(np.abs(weight).max(axis=0), SMALLEST_SCALE) / WEIGHT_MAX
        levels = np.clip(np.rint(weight / scales), -WEIGHT_MAX, WEIGHT_MAX).astype(np.int8)
        rows, largest = self._rows_as_uint8(x)
        middle = self.scalar(UINT8_MIDDLE, np.uint8)
        whole = self.node("MatMulInteger", rows, self.constant(levels), middle)
        unscaled = self.node("Mul", self.node("Cast", whole, to=TensorProto.FLOAT), largest)
        column_scales = self.constant((scales / INT8_MAX).astype(np.float32))
        return self.node("Add", self.node("Mul", unscaled, column_scales), self.constant(bias))

    def _rows_as_uint8(self, x: str) -> tuple[str, str]:
        """`x` stretched to -127..127 around 128, and the largest absolute value of each row."""
        if x not in self._quantised:
            largest = self.node("ReduceMax", self.node("Abs", x), self.axes(-1), keepdims=1)
            largest = self.node("Max", largest, self.scalar(SMALLEST_SCALE))
            stretched = self.node("Mul", x, self.node("Div", self.scalar(INT8_MAX), largest))
            rows = self.node(
                "QuantizeLinear", stretched, self.scalar(1.0), self.scalar(UINT8_MIDDLE, np.uint8)
            )
            self._quantised[x] = rows, largest
        return self._quantised[x]

    def lookup_int8(self, ids: str, table: Array) -> str:
        """Rows of an embedding table that is kept as int8 with one scale per row."""
        scales = np.maximum(np.abs(table).max(axis=1, keepdims=True), SMALLEST_SCALE) / INT8_MAX
        levels = np.rint(table / scales).astype(np.int8)
        rows = self.node(
            "Cast", self.node("Gather", self.constant(levels), ids), to=TensorProto.FLOAT
        )
        return self.node(
            "Mul", rows, self.node("Gather", self.constant(scales.astype(np.float32)), ids)
        )

    def layer_norm(self, x: str, gain: Array, shift: Array, *, epsilon: float) -> str:
        """Over the last axis."""
        return self.node(
            "LayerNormalization",
            x,
            self.constant(gain),
            self.constant(shift),
            epsilon=epsilon,
            axis=-1,
        )

    def finish(
        self, result: str, name: str, inputs: Sequence[str], shape: Sequence[str | int]
    ) -> onnx.ModelProto:
        """The model: token inputs `inputs`, one float output `name`."""
        takes = [
            helper.make_tensor_value_info(each, TensorProto.INT64, ["rows", "tokens"])
            for each in inputs
        ]
        return self._model(takes, result, name, shape)

    def finish_head(self, result: str, name: str, *, width: int, classes: int) -> onnx.ModelProto:
        """A head: input `features`, one float output `name`."""
        takes = [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["rows", width])]
        return self._model(takes, result, name, ["rows", classes])

    def _model(
        self, takes: list[onnx.ValueInfoProto], result: str, name: str, shape: Sequence[str | int]
    ) -> onnx.ModelProto:
        gives = helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
        self._nodes.append(helper.make_node("Identity", [result], [name]))
        graph = helper.make_graph(self._nodes, "ridealong", takes, [gives], self._constants)
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
        )


def save(model: onnx.ModelProto, path: Path) -> None:
    """One file; the same model is the same bytes on every machine."""
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString(deterministic=True))
