"""The REST edge on a real socket in a test's own event loop, and callers who write what they like.

Being in one loop, a test can see whom the server keeps waiting while a caller misbehaves.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import uvicorn

from ridealong.serving.alone.connections import Connection
from ridealong.serving.alone.process import HttpServer
from ridealong.serving.protocol.rest import RestEdge
from ridealong.serving.server import ModelServer

ANSWERED_WITHIN_S = 20
Headers = Mapping[str, str | int]


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        return json.loads(self.body)

    @property
    def outputs(self) -> dict[str, list[Any]]:
        return {output["name"]: output["data"] for output in self.content["outputs"]}


class Line:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def write_head(self, method: str, path: str, headers: Headers) -> None:
        """The path goes as it is: dots, escapes and all."""
        told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.writer.write(f"{method} {path} HTTP/1.1\r\nHost: here\r\n{told}\r\n".encode())

    async def ask(
        self, method: str, path: str, body: bytes = b"", headers: Headers | None = None
    ) -> Answer:
        self.write_head(method, path, {"Content-Length": len(body)} | dict(headers or {}))
        self.writer.write(body)
        return await self.read()

    async def read(self) -> Answer:
        """One answer, whose length is told."""
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().splitlines()
            told = dict(line.lower().split(": ", 1) for line in lines if line)
            body = await self.reader.readexactly(int(told.get("content-length", 0)))
        return Answer(int(first.split()[1]), told, body)

    async def close(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()


class Wire:
    """Where the server is."""

    def __init__(self, http: uvicorn.Server, port: int) -> None:
        self.http = http
        self.port = port

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Line]:
        line = Line(*await asyncio.open_connection("127.0.0.1", self.port))
        try:
            yield line
        finally:
            line.writer.transport.abort()

    async def ask(
        self, method: str, path: str, body: bytes = b"", headers: Headers | None = None
    ) -> Answer:
        """On a connection of its own."""
        async with self.line() as line:
            return await line.ask(method, path, body, headers)

    async def infer(self, model: str, *inputs: Any, **more: Any) -> Answer:
        return await self.ask("POST", f"/v2/models/{model}/infer", body_of(*inputs, **more))


def body_of(*inputs: Any, **more: Any) -> bytes:
    return json.dumps({"inputs": list(inputs)} | more).encode()


@asynccontextmanager
async def serving(server: ModelServer, *, max_body_bytes: int = 1 << 20) -> AsyncIterator[Wire]:
    """On a free port, as `ridealong serve` has it."""
    listener = socket.create_server(("127.0.0.1", 0))
    # Without it a body waits 40 ms behind its head: asyncio does not know this socket for TCP.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(
        RestEdge(server, max_body_bytes=max_body_bytes),
        interface="asgi3",
        http=Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    http = HttpServer(config)
    running = asyncio.create_task(http.serve(sockets=[listener]))
    try:
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            while not http.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.005)
        yield Wire(http, listener.getsockname()[1])
    finally:
        http.should_exit = True
        await running
        listener.close()
