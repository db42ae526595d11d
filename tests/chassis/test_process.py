"""A replica leaves without costing an answer: newcomers go elsewhere, who is inside is served."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp
import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from ridealong.chassis import run
from ridealong.chassis.edge import Door
from ridealong.chassis.process import Replica, dismiss_sidecar
from ridealong.chassis.settings import RuntimeSettings
from ridealong.local.processes import is_free


class SlowApp:
    """Answers when it may, and remembers that it was closed."""

    def __init__(self) -> None:
        self.came = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.is_closed = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            self.is_closed = True
            await send({"type": "lifespan.shutdown.complete"})
            return
        self.came.set()
        if scope["path"] == "/slow":
            await self.may_answer.wait()
        assert not self.is_closed
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"answer"})


@asynccontextmanager
async def serving(app: SlowApp, shutdown_s: int) -> AsyncIterator[tuple[Replica, str]]:
    listener = socket.create_server(("127.0.0.1", 0))
    door = Door(app)
    config = uvicorn.Config(door, log_config=None, timeout_graceful_shutdown=shutdown_s)
    server = Replica(config, door, RuntimeSettings(ridealong_shutdown_s=shutdown_s))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield server, f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running


async def test_who_is_inside_is_served_while_newcomers_are_sent_elsewhere() -> None:
    app = SlowApp()
    async with serving(app, 20) as (server, url), aiohttp.ClientSession(url) as caller:
        early = asyncio.create_task(caller.get("/slow"))
        await app.came.wait()
        server.should_exit = True
        for _ in range(500):
            late = await caller.get("/fast")
            if late.status != 200:
                break
            await asyncio.sleep(0.01)
        health = await caller.get("/healthz")
        ready = await caller.get("/readyz")
        app.may_answer.set()

        assert (await (await early).text()) == "answer"
        assert (late.status, ready.status, health.status) == (502, 502, 200)
        assert late.headers["retry-after"] == "1"
        problem = await late.json(content_type="application/problem+json")
        assert problem["type"] == "urn:ridealong:replica-leaving"
        assert problem["error"] == problem["detail"]
    assert app.is_closed


async def test_who_stays_inside_too_long_is_not_waited_for() -> None:
    app = SlowApp()
    async with serving(app, 1) as (server, url), aiohttp.ClientSession(url) as caller:
        stuck = asyncio.create_task(caller.get("/slow"))
        await app.came.wait()
        server.should_exit = True

        async with asyncio.timeout(10):
            with suppress(aiohttp.ClientError):
                assert (await stuck).status == 500
    assert app.is_closed


async def test_a_sidecar_that_is_not_there_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]

    async with asyncio.timeout(2):
        await dismiss_sidecar(RuntimeSettings(dapr_http_port=port))


def test_the_port_is_open_before_anything_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    monkeypatch.setenv("APP_PORT", str(port))

    listener = run.open_port()

    assert listener is not None
    with listener:
        assert not is_free(port)
        assert run.open_port() is None


@pytest.mark.parametrize("port", ["many", "-1", "0", "70000", "9" * 5000, "٣", ""])
def test_a_port_that_is_none_is_left_to_the_settings(
    monkeypatch: pytest.MonkeyPatch, port: str
) -> None:
    monkeypatch.setenv("APP_PORT", port)

    assert run.open_port() is None
