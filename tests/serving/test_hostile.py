"""What callers must not send, through real sockets while others ask: a clear error each, nothing
echoed or logged, and nobody else touched.

Every bad request carries a canary wherever a caller's own words can stand.
"""

import asyncio
import json
import logging
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

from ridealong.serving.server import ModelServer, open_server
from tests.serving.tiny_mix import dynamic_int8
from tests.serving.tiny_models import (
    spec,
    write_bare,
    write_doubler,
    write_echo,
    write_encoder,
    write_model,
    write_pipeline,
)
from tests.serving.wire import Wire, body_of, serving

CANARY = "canary-4111-1111"
MOST_BYTES = 1 << 20
FLAT_BYTES = 24 << 20
INFER = "/v2/models/doubler/infer"
LENGTH = "Inference-Header-Content-Length"
ROW = {"name": "x", "datatype": "FP32", "shape": [1, 3], "data": [1, 2, 3]}
TEXT = {"name": "x", "datatype": "BYTES", "shape": [1], "data": [CANARY]}
NAN = float("nan")


class Bad(NamedTuple):
    """A request, and the status it earns."""

    status: int
    body: bytes
    path: str = INFER
    headers: dict[str, str | int] = {}


def tensor(status: int = 400, **changes: Any) -> Bad:
    """One input like ROW, but for this; the canary is its caller's id and its tenant's key."""
    marked = {"id": CANARY, "parameters": {"routing_key": CANARY}}
    return Bad(status, body_of(ROW | changes, **marked))


def document(**changes: Any) -> Bad:
    return Bad(400, json.dumps({"id": CANARY, "inputs": [ROW]} | changes).encode())


def raw(model: str, datatype: str, shape: list[int], content: bytes, **changes: Any) -> Bad:
    """One input in bytes behind the JSON; `header`: what is said of the JSON's length."""
    size = changes.get("size", len(content))
    head = body_of(
        {
            "name": "x",
            "datatype": datatype,
            "shape": shape,
            "parameters": {"binary_data_size": size},
        },
        id=CANARY,
    )
    header = changes.get("header", len(head))
    return Bad(400, head + content, f"/v2/models/{model}/infer", {LENGTH: header})


def texts(*lengths_and_contents: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("<I", size) + content for size, content in lengths_and_contents)


def deep(levels: int) -> bytes:
    nested = b"[" * levels + b'"%s"' % CANARY.encode() + b"]" * levels
    return b'{"inputs": [{"name": "x", "datatype": "FP32", "shape": [1], "data": %s}]}' % nested


def at(path: str, status: int = 404) -> Bad:
    return Bad(status, json.dumps({"id": CANARY, "inputs": [ROW]}).encode(), path)


NAME = CANARY.encode()
SPOKEN = {
    "shape of another rank": tensor(shape=[3]),
    "shape with other columns": tensor(shape=[3, 1]),
    "shape with too few elements": tensor(shape=[2, 3]),
    "shape with too many elements": tensor(shape=[0, 3]),
    "negative shape": tensor(shape=[-1, 3]),
    "negative elements that multiply": tensor(shape=[-1, -3]),
    "5000 dimensions": tensor(shape=[1] * 5000),
    "2^63 elements": tensor(shape=[2**63, 3], data=[]),
    "2^63 elements in parts": tensor(shape=[2**32, 2**31], data=[]),
    "none of 2^63": tensor(shape=[0, 2**63], data=[]),
    "none of 2^62 and more": tensor(shape=[0, 2**62, 2], data=[]),
    "shape of words": tensor(shape=[CANARY]),
    "shape of fractions": tensor(shape=[1.0, 3]),
    "shape that is a word": tensor(shape=CANARY),
    "another datatype": tensor(datatype="FP64"),
    "unknown datatype": tensor(datatype=CANARY),
    "data of words": tensor(data=[CANARY] * 3),
    "data of objects": tensor(data=[{CANARY: CANARY}] * 3),
    "data that is a word": tensor(data=CANARY),
    "unknown input": tensor(name=CANARY),
    "unknown field": tensor(**{CANARY: 1}),
    "missing input": document(inputs=[]),
    "inputs that are none": document(inputs=CANARY),
    "input twice": document(inputs=[ROW, ROW]),
    "65 inputs": document(inputs=[ROW | {"name": f"{CANARY}-{n}"} for n in range(65)]),
    "unknown output": document(outputs=[{"name": CANARY}]),
    "output twice": document(outputs=[{"name": "y"}, {"name": "y"}]),
    "huge id": document(id=CANARY * 1000),
    "huge name": tensor(name=CANARY * 1000),
    "tenant of other words": document(parameters={"tenant": f"{CANARY} ümlaut"}),
    "timeout of words": document(parameters={"timeout": CANARY}),
    "negative timeout": document(parameters={"timeout": -1, CANARY: CANARY}),
    "parameter of an object": document(parameters={CANARY: {CANARY: 1}}),
    "NaN in JSON": Bad(400, b'{"%s": NaN}' % NAME),
    "infinity by digits": Bad(400, b'{"%s": 1e999}' % NAME),
    "no JSON": Bad(400, NAME),
    "half a JSON": Bad(400, b'{"inputs": [{"name": "%s' % NAME),
    "two JSONs": Bad(400, b'{"id": "%s"}{}' % NAME),
    "a list": Bad(400, b'["%s"]' % NAME),
    "no UTF-8": Bad(400, b'{"id": "%s\xff"}' % NAME),
    "half a surrogate": Bad(400, b'{"id": "%s\\ud800"}' % NAME),
    "NUL": Bad(400, b'{"id": "%s\0"}' % NAME),
    "deep": Bad(400, deep(500)),
    "too deep": Bad(400, deep(5000)),
    "far too deep": Bad(400, deep(100_000)),
    "more digits than fit": tensor(data=[1, 2, 10**4000]),
    "number beyond the datatype": tensor(data=[1, 2, 1e39]),
    "compressed": Bad(400, NAME, INFER, {"Content-Encoding": "gzip"}),
}
BYTES = {
    "cut short": raw("doubler", "FP32", [1, 3], bytes(8)),
    "too long": raw("doubler", "FP32", [1, 3], bytes(16)),
    "claimed beyond the body": raw("doubler", "FP32", [1, 3], bytes(12), size=2**62),
    "negative size": raw("doubler", "FP32", [1, 3], bytes(12), size=-1),
    "bytes of nobody": raw("doubler", "FP32", [1, 3], bytes(20), size=12),
    "header beyond the body": raw("doubler", "FP32", [1, 3], bytes(12), header=10**6),
    "header of 10000 digits": raw("doubler", "FP32", [1, 3], bytes(12), header="9" * 10_000),
    "negative header": raw("doubler", "FP32", [1, 3], bytes(12), header=-1),
    "header of words": raw("doubler", "FP32", [1, 3], bytes(12), header=CANARY),
    "text longer than its tensor": raw("echo-BYTES", "BYTES", [1], texts((99, NAME))),
    "text of 4 GiB": raw("echo-BYTES", "BYTES", [1], texts((2**32 - 1, NAME))),
    "text shorter than its tensor": raw("echo-BYTES", "BYTES", [1], texts((3, NAME))),
    "length cut short": raw("echo-BYTES", "BYTES", [2], texts((len(NAME), NAME)) + b"\1\0"),
    "text of other bytes": raw("echo-BYTES", "BYTES", [1], texts((len(NAME) + 1, NAME + b"\xff"))),
    "more texts than bytes": raw("echo-BYTES", "BYTES", [2**24], texts((len(NAME), NAME))),
    "NaN where it is forbidden": raw("finite", "FP32", [1, 3], struct.pack("<3f", 1, NAN, 2)),
    "infinity where it is": raw("finite", "FP32", [1, 3], struct.pack("<3f", 1, 2, float("-inf"))),
}
PLACES = {
    "unknown model": at(f"/v2/models/{CANARY}/infer"),
    "unknown version": at("/v2/models/doubler/versions/99/infer"),
    "version of words": at(f"/v2/models/doubler/versions/{CANARY}/infer"),
    "version below zero": at("/v2/models/doubler/versions/-1/infer"),
    "model that cannot be loaded": at("/v2/models/halved/infer", 503),
    "model that lies": at("/v2/models/liar/infer", 503),
    "huge model": at("/v2/models/" + "a" * 30_000 + "/infer"),
    "dots": at("/v2/models/../../etc/passwd/infer"),
    "dots in escapes": at("/v2/models/%2e%2e/infer"),
    "slashes in escapes": at(f"/v2/models/..%2F..%2F{CANARY}/infer"),
    "backslashes": at("/v2/models/..%5C..%5Cetc/infer"),
    "NUL": at(f"/v2/models/doubler%00{CANARY}/infer"),
    "no UTF-8": at(f"/v2/models/%ff%fe{CANARY}/infer"),
    "load of dots": at("/v2/repository/models/%2e%2e/load"),
    "load of a path": at(f"/v2/repository/models/..%2F{CANARY}/load"),
    "load of a path from the root": at("/v2/repository/models/%2Fetc%2Fpasswd/load"),
    "load of nobody": at(f"/v2/repository/models/{CANARY}/load"),
    "unload of nobody": at(f"/v2/repository/models/{CANARY}/unload"),
    "load of a model cut in half": at("/v2/repository/models/halved/load", 400),
    "load of a model that lies": at("/v2/repository/models/liar/load", 400),
    "load with a file": Bad(
        400,
        json.dumps({"parameters": {f"file:{CANARY}": CANARY}}).encode(),
        "/v2/repository/models/doubler/load",
    ),
    "load of odd versions": Bad(
        400,
        json.dumps({"parameters": {"versions": f"../{CANARY}"}}).encode(),
        "/v2/repository/models/doubler/load",
    ),
    "index of words": Bad(400, b'{"ready": "%s"}' % NAME, "/v2/repository/index"),
}
TOO_BIG = {
    "announced": Bad(413, NAME, INFER, {"Content-Length": 64 << 20}),
    "announced beyond all numbers": Bad(413, NAME, INFER, {"Content-Length": 10**18}),
    "a load's": Bad(413, NAME, "/v2/repository/models/doubler/load", {"Content-Length": 64 << 20}),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("store")
    (store.parent / CANARY).mkdir(exist_ok=True)
    write_doubler(store)
    write_doubler(store, "finite", limits={"finite_inputs": True})
    write_echo(store, "BYTES")
    write_encoder(store)
    write_pipeline(store)
    write_bare(store, "int8", dynamic_int8())
    graph = write_doubler(store, "halved") / "model.onnx"
    graph.write_bytes(graph.read_bytes()[: graph.stat().st_size // 2])
    lie: dict[str, Any] = {
        "inputs": [spec("x", "FP32", [-1, 9])],
        "outputs": [spec("y", "FP32", [-1, 9])],
    }
    write_model(store, "liar", {"model.onnx": (store / "doubler/1/model.onnx").read_bytes()}, **lie)
    return store


@pytest.fixture
async def server(store: Path) -> AsyncIterator[ModelServer]:
    server = open_server(store, slots=2)
    await server.load_all()
    yield server
    await server.close()


@pytest.fixture
async def wire(server: ModelServer) -> AsyncIterator[Wire]:
    async with serving(server, max_body_bytes=MOST_BYTES) as wire:
        yield wire


@asynccontextmanager
async def good_callers(wire: Wire) -> AsyncIterator[None]:
    """Ask all the while, and are answered rightly, every time."""
    done = asyncio.Event()

    async def ask_on(number: int) -> None:
        while not done.is_set():
            answer = await wire.infer("doubler", ROW | {"data": [number, 2, 3]})
            assert answer.status == 200
            assert answer.outputs == {"y": [2.0 * number, 4, 6], "sums": [number + 5.0]}

    async with asyncio.TaskGroup() as group:
        for number in range(4):
            group.create_task(ask_on(number))
        try:
            yield
        finally:
            done.set()


@pytest.mark.parametrize(
    "kinds", [SPOKEN, BYTES, PLACES, TOO_BIG], ids=["json", "bytes", "places", "big"]
)
async def test_each_is_refused_in_words_that_are_not_the_callers(
    wire: Wire, kinds: dict[str, Bad], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    found = {}
    async with good_callers(wire):
        for kind, bad in kinds.items():
            answer = await wire.ask("POST", bad.path, bad.body, bad.headers)
            found[kind] = answer.status
            assert list(answer.content) == ["error"], kind
            assert isinstance(answer.content["error"], str), kind
            assert CANARY not in str(answer), kind

    assert found == {kind: bad.status for kind, bad in kinds.items()}
    assert CANARY not in logged(caplog)


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Everything, fields and tracebacks included. Of access logs, which are off, pytest itself
    turns the lines on again.
    """
    return "\n".join(
        f"{record.getMessage()} {vars(record)}"
        for record in caplog.records
        if record.name != "uvicorn.access"
    )


async def stream(wire: Wire, pieces: int, sizes: list[int]) -> int:
    """A body whose length is not announced, a MiB at a time; the status that ends it."""
    piece = b"%x\r\n" % MOST_BYTES + bytes(MOST_BYTES) + b"\r\n"
    async with wire.line() as line:
        line.write_head("POST", INFER, {"Transfer-Encoding": "chunked"})
        answer = asyncio.create_task(line.read())
        for _ in range(pieces):
            line.writer.write(piece)
            await line.writer.drain()
            sizes.append(held_bytes())
        line.writer.write(b"0\r\n\r\n")
        return (await answer).status


def held_bytes() -> int:
    return int(psutil.Process().memory_info().rss)


async def test_a_body_of_64_mib_that_nobody_announced_is_refused_and_held_by_nobody(
    wire: Wire,
) -> None:
    sizes = [held_bytes()]
    async with good_callers(wire):
        status = await stream(wire, 64, sizes)

    assert status == 413
    assert max(sizes) - sizes[0] < FLAT_BYTES


async def test_a_body_at_the_limit_is_read_and_one_beyond_is_not(wire: Wire) -> None:
    body = body_of(ROW)

    at_limit = await wire.ask("POST", INFER, body + b" " * (MOST_BYTES - len(body)))
    beyond = await wire.ask("POST", INFER, body + b" " * (MOST_BYTES - len(body) + 1))

    assert (at_limit.status, beyond.status) == (200, 413)


async def test_addresses_without_end_are_not_remembered(wire: Wire) -> None:
    """A cache of a thousand paths would keep what these weigh."""
    before = held_bytes()
    async with wire.line() as line:
        for number in range(1100):
            answer = await line.ask("GET", f"/v2/models/{number}{'a' * 40_000}")
            assert answer.status == 404

    assert held_bytes() - before < FLAT_BYTES


async def test_a_text_or_a_number_that_fails_in_the_graph_fails_its_own_caller(wire: Wire) -> None:
    """Token ids beyond the table: a fault that only the run itself can find."""
    ids = {"name": "input_ids", "datatype": "INT64", "shape": [1, 1], "data": [987_654_321]}
    mask = {"name": "attention_mask", "datatype": "INT64", "shape": [1, 1], "data": [1]}
    good = ids | {"data": [4]}

    bad, fine = await asyncio.gather(
        wire.infer("tiny-encoder", ids, mask), wire.infer("tiny-encoder", good, mask)
    )

    assert bad.status in (400, 500)
    assert "987" not in str(bad.body)
    assert fine.status == 200


async def test_infinities_by_overflow_are_told_and_do_not_reach_a_neighbour(wire: Wire) -> None:
    """Both may ride in one batch; the answer of one is beyond JSON."""
    biggest = ROW | {"data": [3e38, 0, 0]}

    answers = await asyncio.gather(
        *(wire.infer("doubler", row) for row in (biggest, ROW, biggest, ROW))
    )

    assert [answer.status for answer in answers] == [500, 200, 500, 200]
    assert "NaN or infinity" in answers[0].content["error"]


async def test_what_many_ask_at_once_of_a_graph_that_spans_them_is_what_each_asks_alone(
    wire: Wire,
) -> None:
    """A row of thousands beside rows of thousandths, in eight bits."""
    rows = [[3000.0, 1, 2, 3], [0.001, 0.002, -0.003, 0.004], [1.0, -1, 1, -1]]
    asked = [{"name": "x", "datatype": "FP32", "shape": [1, 4], "data": row} for row in rows]
    alone = [(await wire.infer("int8", one)).outputs for one in asked]

    together = await asyncio.gather(*(wire.infer("int8", one) for one in asked * 6))

    assert [answer.outputs for answer in together] == alone * 6
