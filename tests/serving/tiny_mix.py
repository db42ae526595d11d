"""Models of every kind that may share a server, and each one's answers a row at a time.

They run on the event loop or need a slot, take one input or two, numbers or texts; one has
arithmetic that spans the batch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

from ridealong.serving.models.runner import LoadedModel, Runner
from ridealong.serving.server import ModelServer
from ridealong.serving.tensors import Array
from tests.serving.tiny_models import (
    graph,
    spec,
    tensor,
    write_encoder,
    write_model,
    write_pipeline,
)

QUICK, SLOW = "quick", "slow"
SLOW_S = 0.002


def pairs() -> bytes:
    """Two inputs of any width: `y` is `a` times `b` plus `a`, `sums` adds up each row of it."""
    nodes = [
        helper.make_node("Mul", ["a", "b"], ["ab"]),
        helper.make_node("Add", ["ab", "a"], ["y"]),
        helper.make_node("ReduceSum", ["y", "axis"], ["sums"], keepdims=0),
    ]
    inputs = [tensor("a", ["n", "k"]), tensor("b", ["n", "k"])]
    outputs = [tensor("y", ["n", "k"]), tensor("sums", ["n"])]
    return graph(nodes, inputs, outputs, {"axis": np.array([1], dtype=np.int64)})


def whole_numbers() -> bytes:
    """`y` is `x` squared, `odd` whether each is."""
    nodes = [
        helper.make_node("Mul", ["x", "x"], ["y"]),
        helper.make_node("Mod", ["x", "two"], ["rest"]),
        helper.make_node("Cast", ["rest"], ["odd"], to=TensorProto.BOOL),
    ]
    outputs = [tensor("y", ["n", 3], "INT64"), tensor("odd", ["n", 3], "BOOL")]
    two = {"two": np.array([2], dtype=np.int64)}
    return graph(nodes, [tensor("x", ["n", 3], "INT64")], outputs, two)


def texts() -> bytes:
    """`y` is `x` as it came, `first` the first text of each row."""
    nodes = [
        helper.make_node("Identity", ["x"], ["y"]),
        helper.make_node("Gather", ["x", "zero"], ["first"], axis=1),
    ]
    outputs = [tensor("y", ["n", "k"], "BYTES"), tensor("first", ["n"], "BYTES")]
    zero = {"zero": np.array(0, dtype=np.int64)}
    return graph(nodes, [tensor("x", ["n", "k"], "BYTES")], outputs, zero)


def dynamic_int8() -> bytes:
    """A matrix product in 8 bits, with one scale for all rows that run together."""
    rng = np.random.default_rng(3)
    weights: dict[str, Any] = {
        "weights": rng.integers(-127, 128, size=(4, 4)).astype(np.int8),
        "weights_scale": np.array(0.01, dtype=np.float32),
        "weights_zero": np.array(0, dtype=np.int8),
    }
    nodes: list[onnx.NodeProto] = [
        helper.make_node("DynamicQuantizeLinear", ["x"], ["quantised", "scale", "zero"]),
        helper.make_node(
            "MatMulInteger", ["quantised", "weights", "zero", "weights_zero"], ["whole"]
        ),
        helper.make_node("Cast", ["whole"], ["product"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["scale", "weights_scale"], ["both"]),
        helper.make_node("Mul", ["product", "both"], ["y"]),
    ]
    return graph(nodes, [tensor("x", ["n", 4])], [tensor("y", ["n", 4])], weights)


def write_mix(store: Path) -> None:
    """All of them."""
    free, three = [-1, -1], [-1, 3]
    for name in (QUICK, SLOW):
        write_model(
            store,
            name,
            {"model.onnx": whole_numbers()},
            inputs=[spec("x", "INT64", three)],
            outputs=[spec("y", "INT64", three), spec("odd", "BOOL", three)],
        )
    write_model(
        store,
        "pairs",
        {"model.onnx": pairs()},
        inputs=[spec("a", "FP32", free), spec("b", "FP32", free)],
        outputs=[spec("y", "FP32", free), spec("sums", "FP32", [-1])],
    )
    write_model(
        store,
        "texts",
        {"model.onnx": texts()},
        inputs=[spec("x", "BYTES", free)],
        outputs=[spec("y", "BYTES", free), spec("first", "BYTES", [-1])],
    )
    write_model(
        store,
        "int8",
        {"model.onnx": dynamic_int8()},
        inputs=[spec("x", "FP32", [-1, 4])],
        outputs=[spec("y", "FP32", [-1, 4])],
    )
    write_encoder(store)
    write_pipeline(store, limits={"max_tokens": 16})


class Slowed:
    """Takes its time, so that others wait, and wait together."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def run(self, inputs: Mapping[str, Array], outputs: Sequence[str]) -> dict[str, Array]:
        sleep(SLOW_S)
        return self._runner.run(inputs, outputs)


def settle_pace(server: ModelServer) -> None:
    """What runs on the loop and what needs a slot, whatever this machine measured just now."""
    quick, slow = server.find(QUICK), server.find(SLOW)
    quick.profile = replace(quick.profile, max_rows=16, inline_rows=4, inline_bytes=64)
    slow.runner = Slowed(slow.runner)
    slow.profile = replace(
        slow.profile, max_rows=16, inline_rows=0, timings={1: SLOW_S, 16: SLOW_S}
    )


def answer_by_row(
    model: LoadedModel, inputs: Mapping[str, Array], outputs: Sequence[str]
) -> dict[str, Array]:
    """Each row alone, put together: what every caller is owed. Needs a row at least."""
    rows = len(next(iter(inputs.values())))
    apart: list[dict[str, Any]] = [
        model.runner.run({name: array[row : row + 1] for name, array in inputs.items()}, outputs)
        for row in range(rows)
    ]
    return {name: np.concatenate([answer[name] for answer in apart]) for name in outputs}
