"""One process that serves: models in memory, HTTP in front of them, an end without haste."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from functools import partial
from math import ceil
from time import perf_counter
from typing import Final

import uvicorn

from ridealong.serving.alone.app import AloneApp, TeamApp
from ridealong.serving.alone.connections import Connection, sweep
from ridealong.serving.alone.options import Options
from ridealong.serving.alone.problems import AloneProblem, NothingToServe
from ridealong.serving.alone.report import start_report
from ridealong.serving.alone.sockets import Doors
from ridealong.serving.alone.team import Team
from ridealong.serving.alone.wire import Wire
from ridealong.serving.interpreter import tune
from ridealong.serving.models.memory import MemoryLimit
from ridealong.serving.protocol.rest import RestEdge
from ridealong.serving.server import ModelServer, open_server

KEEP_ALIVE_S: Final = 75
SWEEP_TICKS: Final = 100
# Nothing has been taken yet, and a load under way cannot be interrupted otherwise.
LEAVE_AT_ONCE: Final = partial(os._exit, 0)


class HttpServer(uvicorn.Server):
    """Uvicorn that leaves signals to us: a stop asked for is a success, not death by signal."""

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second. True: stop."""
        if counter % SWEEP_TICKS == 0:
            sweep(self.server_state)
        return await super().on_tick(counter)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class Listeners:
    """REST and gRPC in one event loop, from the first request to the last."""

    def __init__(self, app: AloneApp | TeamApp, options: Options) -> None:
        self._stopped = asyncio.Event()
        # Nothing stands between the socket and the app that is not needed.
        self._http = HttpServer(
            uvicorn.Config(
                app,
                interface="asgi3",
                loop="uvloop",
                http=Connection,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE_S,
                timeout_graceful_shutdown=ceil(options.grace_s),
            )
        )

    def stop(self) -> None:
        """Take nothing new, finish what was taken."""
        self._http.should_exit = True
        self._stopped.set()

    async def run(
        self, doors: Doors, rpc: AbstractAsyncContextManager[object], announce: Callable[[], None]
    ) -> None:
        """Until `stop`, or a signal that means the same."""
        on_stop(self.stop)
        async with rpc:
            announce()
            http = asyncio.create_task(self._http.serve(sockets=[doors.rest]))
            stopped = asyncio.create_task(self._stopped.wait())
            await asyncio.wait([http, stopped], return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
        await http


async def serve_alone(
    options: Options, doors: Doors, announce: Callable[[Sequence[str]], None]
) -> None:
    """Load, announce, answer until asked to stop, finish what was taken."""
    began = perf_counter()
    on_stop(LEAVE_AT_ONCE)
    server = await load(options)
    report = start_report(server, options, doors, perf_counter() - began)
    listeners = Listeners(own_app(server, options), options)
    rpc = rpc_listener(server, options, doors, None)
    await listeners.run(doors, rpc, partial(announce, report))
    await server.close()


async def serve_in_team(options: Options, doors: Doors, end: socket.socket) -> None:
    """The same as one of several; the supervisor says when, and its end is this one's end."""
    began = perf_counter()
    on_stop(LEAVE_AT_ONCE)
    wire = await Wire.open(end)
    team = Team(wire)
    try:
        server = await load(options)
    except AloneProblem as problem:
        team.tell("failed", str(problem).encode())
        await wire.close()
        return
    own = own_app(server, options)
    await team.catch_up(own)
    report = start_report(server, options, doors, perf_counter() - began)
    listeners = Listeners(TeamApp(own, team, max_body_bytes=options.max_body), options)
    following = asyncio.create_task(team.listen(own, listeners.stop))
    rpc = rpc_listener(server, options, doors, team)
    await listeners.run(doors, rpc, partial(team.tell, "serving", "\n".join(report).encode()))
    following.cancel()
    await server.close()


def rpc_listener(
    server: ModelServer, options: Options, doors: Doors, team: Team | None
) -> AbstractAsyncContextManager[object]:
    """gRPC, whose library is loaded only where it is wanted."""
    if doors.rpc_port is None:
        return nullcontext()
    from ridealong.serving.alone.rpc import rpc_server

    return rpc_server(server, options, doors.rpc_port, team)


def own_app(server: ModelServer, options: Options) -> AloneApp:
    """What this process answers by itself."""
    return AloneApp(RestEdge(server, max_body_bytes=options.max_body), server)


def on_stop(action: Callable[[], None]) -> None:
    """What SIGTERM and Ctrl-C do from now on."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, action)


async def load(options: Options) -> ModelServer:
    """A server with all that can be loaded. Raises `NothingToServe` where that is nothing."""
    tune()
    server = open_server(
        options.models,
        slots=options.threads,
        queue_limit=options.queue_limit,
        threads_per_run=options.threads_per_run,
        policy=options.versions,
        memory=MemoryLimit(options.memory_limit),
    )
    await server.load_all()
    if server.is_ready:
        return server
    reasons = "; ".join(
        f"{entry.name} {entry.version}: {entry.reason or entry.state}" for entry in server.index()
    )
    raise NothingToServe(f"no model in {options.models} can serve ({reasons})")
