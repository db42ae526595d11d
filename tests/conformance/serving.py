"""Our model server behind real sockets, on free ports."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import uvicorn

from ridealong.serving.models.store import VersionPolicy
from ridealong.serving.protocol.rest import RestEdge
from ridealong.serving.protocol.rpc.listener import open_rpc_server
from ridealong.serving.server import ModelServer, open_server

STARTED_WITHIN_S = 60
MOST_BYTES = 16 << 20


class Served(NamedTuple):
    """Where a server is to be found."""

    rest: str
    grpc: str


class Running:
    """One server with both edges, on an event loop of its own thread."""

    def __init__(self, folder: Path) -> None:
        self._server = open_server(folder, policy=VersionPolicy.ALL)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._http = uvicorn.Server(
            uvicorn.Config(
                RestEdge(self._server, max_body_bytes=MOST_BYTES),
                interface="asgi3",
                http="httptools",
                lifespan="off",
                log_config=None,
                timeout_graceful_shutdown=2,
            )
        )
        self._rpc_port = 0
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(self._server)))

    async def _serve(self, server: ModelServer) -> None:
        """Load first, so that a port answers only once every model has been tried."""
        await server.load_all()
        async with open_rpc_server(server, "127.0.0.1", 0, MOST_BYTES, drain_s=1) as port:
            self._rpc_port = port
            await self._http.serve(sockets=[self._listener])
        await server.close()

    def start(self) -> Served:
        """Wait until both ports answer."""
        self._thread.start()
        deadline = time.monotonic() + STARTED_WITHIN_S
        while not self._http.started:
            assert self._thread.is_alive(), "the server ended before it began"
            assert time.monotonic() < deadline, "the server does not start"
            time.sleep(0.01)
        host, port = self._listener.getsockname()
        return Served(f"http://{host}:{port}", f"{host}:{self._rpc_port}")

    def stop(self) -> None:
        """End it as SIGTERM would, and wait."""
        self._http.should_exit = True
        self._thread.join()
        self._listener.close()


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """A server on this model folder that serves all versions of each."""
    running = Running(folder)
    try:
        yield running.start()
    finally:
        running.stop()
