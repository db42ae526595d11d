"""The models the suite asks: tiny ONNX graphs in a folder as Triton lays them out.

Every graph is of a few nodes, so that a wrong answer is the server's and not the model's.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

ELEMENT_TYPES: Final = {
    "BOOL": TensorProto.BOOL,
    "UINT8": TensorProto.UINT8,
    "UINT16": TensorProto.UINT16,
    "UINT32": TensorProto.UINT32,
    "UINT64": TensorProto.UINT64,
    "INT8": TensorProto.INT8,
    "INT16": TensorProto.INT16,
    "INT32": TensorProto.INT32,
    "INT64": TensorProto.INT64,
    "FP16": TensorProto.FLOAT16,
    "FP32": TensorProto.FLOAT,
    "FP64": TensorProto.DOUBLE,
    "BYTES": TensorProto.STRING,
}
OPSET: Final = [helper.make_opsetid("", 18)]
IR_VERSION: Final = 9
SLOW_WIDTH: Final = 256
# About a second: a server that tries a model at load with wild numbers must come back from it.
MOST_ROUNDS: Final = 5000
# Without it Triton serves the latest version only; other servers need not know the file.
ALL_VERSIONS: Final = "version_policy: { all { } }\n"

Shape = Sequence[int | str]


def write_models(folder: Path) -> list[str]:
    """Write all of them as `<name>/<version>/model.onnx`; returns their names."""
    graphs = {f"identity_{datatype.lower()}": identity(datatype) for datatype in ELEMENT_TYPES} | {
        "add_sub": add_sub(),
        "counted": add_sub(),
        "coming_and_going": add_sub(),
        "fixed": fixed(),
        "three_types": three_types(),
        "divide": divide(),
        "slow": slow(),
    }
    for name, graph in graphs.items():
        write(folder, name, "1", graph)
    for version in ("1", "2"):
        write(folder, "two_versions", version, plus(float(version)))
    (folder / "two_versions" / "config.pbtxt").write_text(ALL_VERSIONS)
    return [*graphs, "two_versions"]


def write(folder: Path, name: str, version: str, graph: bytes) -> None:
    """One version of one model."""
    place = folder / name / version
    place.mkdir(parents=True, exist_ok=True)
    (place / "model.onnx").write_bytes(graph)


def tensor(name: str, datatype: str, shape: Shape) -> onnx.ValueInfoProto:
    """An input or output of a graph; a word in the shape stands for a free dimension."""
    return helper.make_tensor_value_info(name, ELEMENT_TYPES[datatype], list(shape))


def serialise(
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[onnx.ValueInfoProto],
    outputs: Sequence[onnx.ValueInfoProto],
    weights: Mapping[str, Any] | None = None,
) -> bytes:
    """A checked model as the bytes of its file."""
    constants = [numpy_helper.from_array(value, name) for name, value in (weights or {}).items()]
    graph = helper.make_graph(nodes, "conformance", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=OPSET, ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def identity(datatype: str) -> bytes:
    """`y` is `x`, of any two dimensions."""
    node = helper.make_node("Identity", ["x"], ["y"])
    shape = ("rows", "columns")
    return serialise([node], [tensor("x", datatype, shape)], [tensor("y", datatype, shape)])


def add_sub() -> bytes:
    """Two inputs, two outputs: `sum` and `difference` of rows of four."""
    nodes = [
        helper.make_node("Add", ["left", "right"], ["sum"]),
        helper.make_node("Sub", ["left", "right"], ["difference"]),
    ]
    shape = ("rows", 4)
    inputs = [tensor(name, "FP32", shape) for name in ("left", "right")]
    return serialise(nodes, inputs, [tensor(name, "FP32", shape) for name in ("sum", "difference")])


def fixed() -> bytes:
    """No free dimension at all: `y` is twice `x`, of two rows and three columns."""
    node = helper.make_node("Add", ["x", "x"], ["y"])
    return serialise([node], [tensor("x", "INT32", (2, 3))], [tensor("y", "INT32", (2, 3))])


def three_types() -> bytes:
    """Three inputs of different types, each given back under another name."""
    types = {"numbers": "INT64", "texts": "BYTES", "flags": "BOOL"}
    nodes = [helper.make_node("Identity", [name], [f"same_{name}"]) for name in types]
    inputs = [tensor(name, datatype, ("rows",)) for name, datatype in types.items()]
    outputs = [tensor(f"same_{name}", datatype, ("rows",)) for name, datatype in types.items()]
    return serialise(nodes, inputs, outputs)


def divide() -> bytes:
    """`quotient` of two inputs: by zero it is NaN or infinity."""
    node = helper.make_node("Div", ["over", "under"], ["quotient"])
    inputs = [tensor(name, "FP32", ("rows",)) for name in ("over", "under")]
    return serialise([node], inputs, [tensor("quotient", "FP32", ("rows",))])


def plus(amount: float) -> bytes:
    """`y` is `x` and a number of this version's own."""
    node = helper.make_node("Add", ["x", "amount"], ["y"])
    return serialise(
        [node],
        [tensor("x", "FP32", ("rows",))],
        [tensor("y", "FP32", ("rows",))],
        {"amount": np.array([amount], dtype=np.float32)},
    )


def slow() -> bytes:
    """`y` is `rounds` again, after that many products of matrices, `MOST_ROUNDS` at most."""
    body = helper.make_graph(
        [
            helper.make_node("MatMul", ["before", "half"], ["after"]),
            helper.make_node("Identity", ["going"], ["still_going"]),
        ],
        "one_round",
        [
            helper.make_tensor_value_info("round", TensorProto.INT64, []),
            helper.make_tensor_value_info("going", TensorProto.BOOL, []),
            helper.make_tensor_value_info("before", TensorProto.FLOAT, [SLOW_WIDTH, SLOW_WIDTH]),
        ],
        [
            helper.make_tensor_value_info("still_going", TensorProto.BOOL, []),
            helper.make_tensor_value_info("after", TensorProto.FLOAT, [SLOW_WIDTH, SLOW_WIDTH]),
        ],
    )
    nodes = [
        helper.make_node("Expand", ["one", "square"], ["start"]),
        helper.make_node("Expand", ["small", "square"], ["half"]),
        helper.make_node("Clip", ["rounds", "none", "most_rounds"], ["kept"]),
        helper.make_node("Squeeze", ["kept"], ["count"]),
        helper.make_node("Loop", ["count", "", "start"], ["end"], body=body),
        helper.make_node("ReduceMax", ["end"], ["most"], keepdims=0),
        helper.make_node("Cast", ["most"], ["whole"], to=TensorProto.INT64),
        helper.make_node("Mul", ["whole", "nothing"], ["zero"]),
        helper.make_node("Add", ["rounds", "zero"], ["y"]),
    ]
    weights = {
        "one": np.array(1, dtype=np.float32),
        "small": np.array(1 / SLOW_WIDTH, dtype=np.float32),
        "square": np.array([SLOW_WIDTH, SLOW_WIDTH], dtype=np.int64),
        "nothing": np.array([0], dtype=np.int64),
        "none": np.array(0, dtype=np.int64),
        "most_rounds": np.array(MOST_ROUNDS, dtype=np.int64),
    }
    return serialise(
        nodes, [tensor("rounds", "INT64", (1,))], [tensor("y", "INT64", (1,))], weights
    )
