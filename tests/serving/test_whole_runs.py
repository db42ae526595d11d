"""Models whose first dimension is no row: a request is one run, however long its tensors are."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper

from ridealong.serving.protocol.answers import InferAnswer
from ridealong.serving.protocol.requests import InferRequest
from ridealong.serving.rollout.choice import Rollout
from ridealong.serving.server import ModelServer, open_server
from ridealong.serving.tensors import InputTensor
from tests.serving.tiny_models import echo, graph, tensor, write_bare, write_doubler

RUN_S, TIME_S = 0.1, 0.9
NAME = "whole"


def fixed_batch() -> bytes:
    """Sixteen rows, never more nor fewer."""
    node = helper.make_node("Add", ["x", "x"], ["y"])
    return graph([node], [tensor("x", [16, 3])], [tensor("y", [16, 3])])


def energy() -> bytes:
    """One figure of so many samples."""
    nodes = [
        helper.make_node("Mul", ["x", "x"], ["squares"]),
        helper.make_node("ReduceSum", ["squares"], ["y"], keepdims=1),
    ]
    return graph(nodes, [tensor("x", ["n"])], [tensor("y", [1])])


def peaks() -> bytes:
    """Those of so many samples that are above zero: how many, nobody knows before."""
    nodes = [
        helper.make_node("Greater", ["x", "zero"], ["is_above"]),
        helper.make_node("Compress", ["x", "is_above"], ["y"]),
    ]
    zero = {"zero": np.zeros(1, dtype=np.float32)}
    return graph(nodes, [tensor("x", ["n"])], [tensor("y", ["m"])], zero)


WHOLE = {
    "a fixed batch": (fixed_batch(), (16, 3)),
    "samples to a figure": (energy(), (5000,)),
    "samples to samples": (peaks(), (5000,)),
}


@asynccontextmanager
async def serving(folder: Path, content: bytes, *versions: str) -> AsyncIterator[ModelServer]:
    """Whose runs take as long as these tests say, whatever this machine measured just now."""
    for version in versions or ("1",):
        write_bare(folder, NAME, content, version)
    server = open_server(folder, slots=1)
    await server.load_all()
    for entry in server.index(only_ready=True):
        model = server.find(NAME, entry.version)
        model.profile = replace(model.profile, timings={1: RUN_S})
    yield server
    await server.close()


async def ask(
    server: ModelServer, shape: tuple[int, ...], timeout_s: float | None = None
) -> InferAnswer:
    ones = InputTensor("x", "FP32", np.ones(shape, dtype=np.float32))
    return await server.infer(NAME, None, InferRequest((ones,), (), timeout_s=timeout_s))


def counted(server: ModelServer, version: str = "1") -> tuple[Any, list[Any]]:
    document: Any = server.statistics(NAME, version)
    [model] = document["model_stats"]
    return model["inference_count"], [batch["batch_size"] for batch in model["batch_stats"]]


@pytest.mark.parametrize("kind", WHOLE)
async def test_who_has_time_for_the_run_is_answered(tmp_path: Path, kind: str) -> None:
    content, shape = WHOLE[kind]
    async with serving(tmp_path, content) as server:
        answer = await ask(server, shape, timeout_s=TIME_S)

        assert answer.arrays["y"].size
        assert counted(server) == (1, [1])


async def test_a_shadow_runs_whole_as_well(tmp_path: Path) -> None:
    content, shape = WHOLE["a fixed batch"]
    async with serving(tmp_path, content, "1", "2") as server:
        await asyncio.to_thread(server.store.load, NAME, "1,2")
        server.rollouts.put(Rollout(NAME, stable="1", shadow="2"), ["1", "2"])

        await ask(server, shape)
        async with asyncio.timeout(5):
            while server.shadow.in_flight:  # noqa: ASYNC110 - nothing in it tells of its end
                await asyncio.sleep(0.005)

        assert counted(server, "2")[1] == [1]


@pytest.mark.parametrize("rows", [0, 1, 7])
async def test_rows_are_counted_where_there_are_rows(tmp_path: Path, rows: int) -> None:
    async with serving(tmp_path, echo("FP32")) as server:
        await ask(server, (rows,))

        assert counted(server) == (rows, [rows] if rows else [])


async def test_rows_that_run_one_at_a_time_are_rows(tmp_path: Path) -> None:
    write_doubler(tmp_path, NAME, limits={"one_row_at_a_time": True})
    server = open_server(tmp_path, slots=1)
    await server.load_all()

    await ask(server, (7, 3))
    await server.close()

    assert counted(server) == (7, [7])
