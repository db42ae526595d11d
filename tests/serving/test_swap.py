"""Models are loaded, reloaded and unloaded through the edge while many ask: nobody notices who
should not, and no answer is another version's.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ridealong.serving.server import ModelServer, open_server
from tests.serving.tiny_models import write_scaler
from tests.serving.wire import Answer, Line, Wire, body_of, serving

CALLERS = 16
CHANGES = 200
ROW = {"name": "x", "datatype": "FP32", "shape": [1, 3], "data": [1.0, 2.0, 3.0]}
Change = Callable[[Wire, int], Awaitable[None]]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ModelServer]:
    """Versions 2 to 4 of `scaler` on disk, version 7 of `neighbour`."""
    for factor in (2, 3, 4):
        write_scaler(tmp_path, factor)
    write_scaler(tmp_path, 7, "neighbour")
    server = open_server(tmp_path, slots=2)
    await server.load_all()
    yield server
    await server.close()


class Caller:
    """Asks one model again and again on one connection."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.answers: list[Answer] = []

    async def ask_on(self, wire: Wire, until: asyncio.Event) -> None:
        async with wire.line() as line:
            while not until.is_set():
                self.answers.append(await self.ask(line))

    async def ask(self, line: Line) -> Answer:
        return await line.ask("POST", f"/v2/models/{self.model}/infer", body_of(ROW))

    @property
    def failed(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.status != 200]


@asynccontextmanager
async def asking(wire: Wire, *models: str) -> AsyncIterator[list[Caller]]:
    """Sixteen callers, of these models in turn, for as long as this lasts."""
    callers = [Caller(models[number % len(models)]) for number in range(CALLERS)]
    done = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for caller in callers:
            group.create_task(caller.ask_on(wire, done))
        try:
            yield callers
        finally:
            done.set()


async def change(wire: Wire, name: str, verb: str, versions: str | None = None) -> None:
    """Load or unload through the edge."""
    body = b"" if versions is None else b'{"parameters": {"versions": "%s"}}' % versions.encode()
    answer = await wire.ask("POST", f"/v2/repository/models/{name}/{verb}", body)
    assert (answer.status, answer.body) == (200, b"{}")


def require_numbers_of_the_version_named(callers: list[Caller]) -> set[str]:
    """Version 3 says that it is 3, and multiplies by 3. Returns the versions seen."""
    seen = set()
    for caller in callers:
        for answer in caller.answers:
            if answer.status == 200:
                version = answer.content["model_version"]
                assert answer.content["model_name"] == caller.model
                assert answer.outputs == {"y": [factor * int(version) for factor in (1, 2, 3)]}
                seen.add(version)
    return seen


async def test_two_hundred_loads_fail_nobody_and_mix_up_no_versions(server: ModelServer) -> None:
    """Versions come and go, are read afresh, and go back; one at least serves all the time."""
    rules = ["2", "2,3", "3", "all", "latest", "latest-2", "2,4", "4"]
    async with serving(server) as wire, asking(wire, "scaler", "neighbour") as callers:
        for number in range(CHANGES):
            await change(wire, "scaler", "load", rules[number % len(rules)])

    assert [caller.failed for caller in callers] == [[]] * CALLERS
    assert require_numbers_of_the_version_named(callers) == {"2", "3", "4", "7"}
    assert min(len(caller.answers) for caller in callers) > 0


async def test_a_version_that_stays_is_answered_by_itself_while_others_come_and_go(
    server: ModelServer,
) -> None:
    async with serving(server) as wire:
        await change(wire, "scaler", "load", "2,3")
        async with asking(wire, "scaler/versions/3") as callers:
            for number in range(CHANGES // 4):
                await change(wire, "scaler", "load", ["3", "3,4", "all", "2,3"][number % 4])

    assert [caller.failed for caller in callers] == [[]] * CALLERS
    for answer in (answer for caller in callers for answer in caller.answers):
        assert answer.content["model_version"] == "3"
        assert answer.outputs == {"y": [3.0, 6.0, 9.0]}


async def test_unloading_is_noticed_by_its_own_callers_only(server: ModelServer) -> None:
    async with serving(server) as wire, asking(wire, "scaler", "neighbour") as callers:
        for number in range(CHANGES // 2):
            await change(wire, "scaler", "unload" if number % 2 == 0 else "load")

    refused = [answer for caller in callers for answer in caller.failed]
    assert all(caller.model == "scaler" for caller in callers if caller.failed)
    assert {answer.status for answer in refused} <= {503}
    assert all(set(answer.content) == {"error"} for answer in refused)
    assert require_numbers_of_the_version_named(callers) == {"4", "7"}


async def test_a_load_that_fails_is_noticed_by_nobody_but_who_asked_for_it(
    server: ModelServer, tmp_path: Path
) -> None:
    whole = (write_scaler(tmp_path, 5) / "model.onnx").read_bytes()
    async with serving(server) as wire, asking(wire, "scaler", "neighbour") as callers:
        for length in range(0, len(whole), len(whole) // 20):
            (tmp_path / "scaler/5/model.onnx").write_bytes(whole[:length])
            answer = await wire.ask("POST", "/v2/repository/models/scaler/load")
            assert answer.status == 400
            assert "version 5" in answer.content["error"]

    assert [caller.failed for caller in callers] == [[]] * CALLERS
    assert require_numbers_of_the_version_named(callers) == {"4", "7"}
