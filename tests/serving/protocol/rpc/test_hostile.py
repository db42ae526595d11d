"""What callers must not send over gRPC, while others ask: a clear error each, nothing echoed or
logged, and nobody else touched.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest

from ridealong.serving.protocol.rpc import open_inference_pb2 as messages
from ridealong.serving.protocol.rpc.open_inference_pb2 import ModelInferRequest
from ridealong.serving.server import ModelServer, open_server
from tests.serving.protocol.rpc.client import Client, Message, serving
from tests.serving.protocol.rpc.messages import raw, row, typed
from tests.serving.tiny_models import write_doubler, write_echo

CANARY = "canary-4111-1111"
MOST_BYTES = 1 << 20
INVALID, MISSING = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND
AWAY, TOO_MUCH = grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED


def asked(message: ModelInferRequest, model: str = "doubler", **changes: Any) -> ModelInferRequest:
    """With the canary for an id and a key, of this model."""
    message.model_name, message.id = model, CANARY
    message.parameters["routing_key"].string_param = CANARY
    for name, value in changes.items():
        setattr(message, name, value)
    return message


def wanting(output: str) -> ModelInferRequest:
    message = row()
    message.outputs.add(name=output)
    return asked(message)


def floats(*values: float) -> Any:
    return np.array([values], dtype=np.float32)


BAD = {
    "unknown model": (MISSING, asked(row(), CANARY)),
    "path for a model": (MISSING, asked(row(), f"../{CANARY}")),
    "huge model": (MISSING, asked(row(), CANARY * 1000)),
    "unknown version": (MISSING, asked(row(), model_version="99")),
    "version of words": (MISSING, asked(row(), model_version=CANARY)),
    "model cut in half": (AWAY, asked(row(), "halved")),
    "huge id": (INVALID, asked(row(), id=CANARY * 1000)),
    "unknown output": (INVALID, wanting(CANARY)),
    "unknown input": (INVALID, asked(typed("FP32", [1, 2, 3], shape=[1, 3], name=CANARY))),
    "no input": (INVALID, asked(ModelInferRequest())),
    "another shape": (INVALID, asked(typed("FP32", [1, 2, 3], shape=[3, 1]))),
    "another rank": (INVALID, asked(typed("FP32", [1, 2, 3], shape=[3]))),
    "another datatype": (INVALID, asked(typed("FP64", [1, 2, 3], shape=[1, 3]))),
    "unknown datatype": (INVALID, asked(typed("FP32", [1], shape=[1], datatype=CANARY))),
    "negative shape": (INVALID, asked(typed("FP32", [1], shape=[-1, -3]))),
    "5000 dimensions": (INVALID, asked(typed("FP32", [1], shape=[1] * 5000))),
    "2^63 elements": (INVALID, asked(typed("FP32", [], shape=[2**62, 2]))),
    "none of 2^62": (INVALID, asked(typed("FP32", [], shape=[0, 2**62]))),
    "other bytes": (INVALID, asked(raw("FP32", floats(1, 2, 3), shape=[2, 3]))),
    "NaN where it is forbidden": (INVALID, asked(raw("FP32", floats(1, np.nan, 3)), "finite")),
    "infinity where it is": (
        INVALID,
        asked(typed("FP32", [1, 2, float("inf")], shape=[1, 3]), "finite"),
    ),
    "text of other bytes": (INVALID, asked(typed("BYTES", [CANARY, b"\xff"]), "echo-BYTES")),
    "64 MiB": (TOO_MUCH, asked(raw("FP32", np.zeros((1 << 22, 4), np.float32)))),
}
LOADS = {
    "nobody": (MISSING, CANARY),
    "path": (MISSING, f"../{CANARY}"),
    "path from the root": (MISSING, f"/etc/{CANARY}"),
    "cut in half": (INVALID, "halved"),
}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ModelServer]:
    write_doubler(tmp_path)
    write_doubler(tmp_path, "finite", limits={"finite_inputs": True})
    write_echo(tmp_path, "BYTES")
    graph = write_doubler(tmp_path, "halved") / "model.onnx"
    graph.write_bytes(graph.read_bytes()[: graph.stat().st_size // 2])
    server = open_server(tmp_path, slots=2)
    await server.load_all()
    yield server
    await server.close()


@pytest.fixture
async def client(server: ModelServer) -> AsyncIterator[Client]:
    async with serving(server, max_message_bytes=MOST_BYTES) as client:
        yield client


async def ask_on(client: Client, done: asyncio.Event) -> None:
    """A good caller, answered rightly every time."""
    while not done.is_set():
        answer = await client.call("ModelInfer", row(5, 6, 7))
        assert list(answer.outputs[0].contents.fp32_contents) == [10, 12, 14]


async def test_each_is_refused_in_words_that_are_not_the_callers(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    found: dict[str, Message] = {}
    done = asyncio.Event()

    async with asyncio.TaskGroup() as group:
        group.create_task(ask_on(client, done))
        for kind, (_, message) in BAD.items():
            found[kind] = await client.refusal("ModelInfer", message)
        done.set()

    assert {kind: refusal.code() for kind, refusal in found.items()} == {
        kind: code for kind, (code, _) in BAD.items()
    }
    assert all(refusal.details() for refusal in found.values())
    assert CANARY not in str([refusal.details() for refusal in found.values()])
    assert CANARY not in str([(record.getMessage(), vars(record)) for record in caplog.records])


@pytest.mark.parametrize("kind", LOADS)
async def test_no_load_or_unload_leaves_the_folder(client: Client, kind: str) -> None:
    code, name = LOADS[kind]

    refusal = await client.refusal(
        "RepositoryModelLoad", messages.RepositoryModelLoadRequest(model_name=name)
    )

    assert refusal.code() == code
    assert CANARY not in refusal.details()
    answer = await client.call("ModelInfer", row(1, 2, 3))
    assert list(answer.outputs[0].contents.fp32_contents) == [2, 4, 6]
