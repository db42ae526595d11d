"""Callers who begin and do not finish, who leave, and who do not read: nothing of theirs stays.

Everything is looked at in the server's own event loop, over real sockets.
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path

import psutil
import pytest

from ridealong.serving.models.runner import Runner
from ridealong.serving.server import ModelServer, open_server
from ridealong.serving.tensors import Array
from tests.serving.tiny_mix import QUICK, SLOW, settle_pace, write_mix
from tests.serving.wire import Line, Wire, body_of, serving

SOON_S = 10
HELD_BYTES = 32 << 20
TIMES = 60
ROW = {"name": "x", "datatype": "INT64", "shape": [1, 3], "data": [1, 2, 3]}
BODY = body_of(ROW)


class Gate:
    """A model that waits to be let go, and counts its runs."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._open = threading.Event()
        self.runs = 0

    def let_go(self) -> None:
        self._open.set()

    def run(self, inputs: Mapping[str, Array], outputs: Sequence[str]) -> dict[str, Array]:
        assert self._open.wait(SOON_S)
        self.runs += 1
        return self._runner.run(inputs, outputs)


class Held:
    """A server whose only slot is taken, and what it holds."""

    def __init__(self, server: ModelServer, gate: Gate, wire: Wire) -> None:
        self.server = server
        self.gate = gate
        self.wire = wire
        self.at_rest = len(asyncio.all_tasks())

    @property
    def in_flight(self) -> int:
        return self.server.find(SLOW).traffic.in_flight

    @property
    def waiting(self) -> int:
        return self.server._scheduler.waiting

    async def ask(self, line: Line, *, body: bytes = BODY) -> None:
        """Ask, and do not wait for the answer."""
        line.write_head("POST", f"/v2/models/{SLOW}/infer", {"Content-Length": len(body)})
        line.writer.write(body)
        await line.writer.drain()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """At once, or soon."""
        async with asyncio.timeout(SOON_S):
            while not is_so():  # noqa: ASYNC110 - nobody tells of what is watched here
                await asyncio.sleep(0.005)

    async def until_nothing_is_left(self) -> None:
        await self.until(lambda: (self.in_flight, self.waiting) == (0, 0))
        await self.until(lambda: not self.wire.http.server_state.connections)
        await self.until(lambda: len(asyncio.all_tasks()) <= self.at_rest)


@pytest.fixture
async def held(tmp_path: Path) -> AsyncIterator[Held]:
    write_mix(tmp_path)
    server = open_server(tmp_path, slots=1)
    await server.load_all()
    settle_pace(server)
    model = server.find(SLOW)
    model.runner = gate = Gate(model.runner)
    async with serving(server) as wire:
        yield Held(server, gate, wire)
        gate.let_go()
    await server.close()


async def test_a_caller_who_leaves_while_waiting_costs_no_run(held: Held) -> None:
    async with held.wire.line() as first:
        await held.ask(first)
        await held.until(lambda: (held.in_flight, held.waiting) == (1, 0))
        async with held.wire.line() as second:
            await held.ask(second)
            await held.until(lambda: (held.in_flight, held.waiting) == (2, 1))

        await held.until(lambda: (held.in_flight, held.waiting) == (1, 0))
        held.gate.let_go()
        assert (await first.read()).outputs["y"] == [1, 4, 9]

    assert held.gate.runs == 1
    await held.until_nothing_is_left()


async def test_a_caller_who_leaves_while_its_run_goes_on_is_forgotten_after_it(held: Held) -> None:
    async with held.wire.line() as line:
        await held.ask(line)
        await held.until(lambda: held.in_flight == 1)

    held.gate.let_go()

    await held.until_nothing_is_left()
    assert held.gate.runs == 1


async def test_a_crowd_that_leaves_at_once_leaves_nothing(held: Held) -> None:
    async with asyncio.timeout(SOON_S):
        lines = [
            Line(*await asyncio.open_connection("127.0.0.1", held.wire.port)) for _ in "x" * 60
        ]
    for line in lines:
        await held.ask(line)
    await held.until(lambda: held.in_flight == len(lines))

    for line in lines:
        line.writer.transport.abort()
    held.gate.let_go()

    await held.until_nothing_is_left()


@pytest.mark.parametrize("sent", [b"", b'{"inputs": [{"name"'], ids=["headers", "half a body"])
async def test_a_body_that_never_comes_holds_nobody_up_and_ends_with_its_caller(
    held: Held, sent: bytes
) -> None:
    async with held.wire.line() as hanging:
        hanging.write_head("POST", f"/v2/models/{QUICK}/infer", {"Content-Length": len(BODY)})
        hanging.writer.write(sent)
        await held.until(lambda: len(held.wire.http.server_state.connections) == 1)

        answer = await held.wire.infer(QUICK, ROW)
        assert answer.outputs["y"] == [1, 4, 9]
        assert held.server.find(QUICK).traffic.in_flight == 0

    held.gate.let_go()
    await held.until_nothing_is_left()


async def test_a_reader_who_does_not_read_keeps_one_answer_and_nobody_else(held: Held) -> None:
    """Sixty answers of 800 kB to a connection that reads none: once the sockets are full, further
    requests on it are not read either.
    """
    held.gate.let_go()
    wide = {"name": "x", "datatype": "INT64", "shape": [20_000, 3], "data": [10**12] * 60_000}
    body = body_of(wide, outputs=[{"name": "y"}])
    before = psutil.Process().memory_info().rss
    async with held.wire.line() as slow:
        slow.writer.transport.pause_reading()  # type: ignore[attr-defined]
        asking = asyncio.create_task(ask_many(held, slow, body))
        for number in range(20):
            row = ROW | {"data": [number, 2, 3]}
            answer = await held.wire.infer(QUICK, row)
            assert answer.outputs["y"] == [number**2, 4, 9]
            await asyncio.sleep(0.02)

        assert held.gate.runs < TIMES / 2
        assert psutil.Process().memory_info().rss - before < HELD_BYTES
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

    await held.until_nothing_is_left()


async def ask_many(held: Held, line: Line, body: bytes) -> None:
    for _ in range(TIMES):
        await held.ask(line, body=body)


async def test_what_was_begun_and_left_leaves_the_books_right(held: Held) -> None:
    """Afterwards as many may ask as ever, and statistics have counted each of them once."""
    for _ in range(5):
        async with held.wire.line() as line:
            await held.ask(line)
            await held.until(lambda: held.in_flight > 0)
    held.gate.let_go()
    await held.until_nothing_is_left()

    answers = await asyncio.gather(*(held.wire.infer(SLOW, ROW) for _ in range(8)))

    assert [answer.outputs["y"] for answer in answers] == [[1, 4, 9]] * 8
    told = json.loads((await held.wire.ask("GET", f"/v2/models/{SLOW}/stats")).body)
    [stats] = told["model_stats"]
    counts = stats["inference_stats"]
    assert counts["success"]["count"] + counts["fail"]["count"] == 13
