"""Writes the models that are measured, in the layout that Triton gives its model repository."""

import shutil
import tempfile
from collections.abc import Mapping
from math import ceil
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from ridealong.text.encoders import open_session

WIDTH: Final = 256
PLACES: Final = 64
CLASSES: Final = 3
OPSET: Final = 20
IR_VERSION: Final = 9
TRIAL_LAYERS: Final = 8
TRIES: Final = 15


def write_repository(folder: Path, graphs: Mapping[str, Path | bytes]) -> Path:
    """`<name>/1/model.onnx` for every graph; what stood in the folder before is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, graph in graphs.items():
        version = folder / name / "1"
        version.mkdir(parents=True)
        if isinstance(graph, bytes):
            (version / "model.onnx").write_bytes(graph)
        else:
            shutil.copy(graph, version / "model.onnx")
    return folder


def busy_graph(layers: int) -> bytes:
    """Takes and gives what `gb64` does, and multiplies [64, 256] by [256, 256] `layers` times.

    One row keeps a core at arithmetic, not at fetching weights, so that batching gains little: the
    time per row is the same alone and together.
    """
    rng = np.random.default_rng(11)
    weights: dict[str, NDArray[Any]] = {
        "apart": np.array([0, PLACES, 1], dtype=np.int64),
        "mean_axis": np.array([1], dtype=np.int64),
        "w_in": rng.normal(size=(1, WIDTH)).astype(np.float32),
        "w_out": rng.normal(size=(WIDTH, CLASSES)).astype(np.float32),
    }
    nodes = [
        helper.make_node("Reshape", ["input", "apart"], ["places"]),
        helper.make_node("MatMul", ["places", "w_in"], ["x0"]),
    ]
    for layer in range(layers):
        wide = rng.normal(size=(WIDTH, WIDTH)) * np.sqrt(2 / WIDTH)
        weights[f"w{layer}"] = wide.astype(np.float32)
        nodes.append(helper.make_node("MatMul", [f"x{layer}", f"w{layer}"], [f"h{layer}"]))
        nodes.append(helper.make_node("Relu", [f"h{layer}"], [f"x{layer + 1}"]))
    nodes += [
        helper.make_node("ReduceMean", [f"x{layers}", "mean_axis"], ["mean"], keepdims=0),
        helper.make_node("MatMul", ["mean", "w_out"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=-1),
        helper.make_node("ArgMax", ["probabilities"], ["label"], axis=-1, keepdims=0),
    ]
    return finish(nodes, weights)


def finish(nodes: list[onnx.NodeProto], weights: Mapping[str, NDArray[Any]]) -> bytes:
    """The graph with the tensors of `gb64`: `input` to `label` and `probabilities`."""
    takes = [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["rows", PLACES])]
    gives = [
        helper.make_tensor_value_info("label", TensorProto.INT64, ["rows"]),
        helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["rows", CLASSES]),
    ]
    constants = [numpy_helper.from_array(value, name) for name, value in weights.items()]
    model = helper.make_model(
        helper.make_graph(nodes, "busy", takes, gives, constants),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def run_seconds(graph: bytes) -> float:
    """How long one row takes on one thread: the best of several, as other work only ever adds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        path.write_bytes(graph)
        session = open_session(path)
    row = np.zeros((1, PLACES), dtype=np.float32)
    times = []
    for _ in range(TRIES):
        began = perf_counter()
        session.run(None, {"input": row})
        times.append(perf_counter() - began)
    return min(times)


def layers_for(milliseconds: float, *, trial_s: float) -> int:
    """How many layers take so long, if `TRIAL_LAYERS` of them take `trial_s`; at least one."""
    return max(1, ceil(milliseconds / 1000 / trial_s * TRIAL_LAYERS))


def busy_for(milliseconds: float) -> bytes:
    """A graph that keeps one core of this machine about so long for one row."""
    trial_s = run_seconds(busy_graph(TRIAL_LAYERS))
    return busy_graph(layers_for(milliseconds, trial_s=trial_s))
