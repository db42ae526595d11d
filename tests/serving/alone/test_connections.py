import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import uvicorn

from ridealong.serving.alone.connections import (
    MAX_HEADERS,
    PATIENT_SWEEPS,
    Connection,
    sweep,
)
from ridealong.serving.alone.process import HttpServer
from ridealong.serving.protocol.asgi import Receive, Reply, Scope, Send, send_reply

HEAD = b"GET / HTTP/1.1\r\nhost: here\r\n"


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    await send_reply(Reply(200, b"{}"), send)


ASGI = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass
class Served:
    """A server in this event loop."""

    http: HttpServer

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        port = self.http.servers[0].sockets[0].getsockname()[1]
        return await asyncio.open_connection("127.0.0.1", port)


class Starting(HttpServer):
    """Says when it can be asked."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_open = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_open.set()


@asynccontextmanager
async def served(app: ASGI = hello) -> AsyncIterator[Served]:
    config = uvicorn.Config(
        app, port=0, http=Connection, lifespan="off", log_config=None, access_log=False
    )
    http = Starting(config)
    serving = asyncio.create_task(http.serve())
    await http.is_open.wait()
    yield Served(http)
    http.should_exit = True
    await serving


async def answer_to(*pieces: bytes) -> bytes:
    """What comes back, sending until something does."""
    async with served() as server:
        reader, writer = await server.connect()
        reading = asyncio.create_task(reader.read(4096))
        for piece in pieces:
            writer.write(piece)
            await asyncio.wait([reading], timeout=0.05)
            if reading.done():
                break
        answer = await asyncio.wait_for(reading, 5)
        writer.close()
        return answer


@pytest.mark.parametrize(
    "pieces",
    [
        (HEAD, *[b"x-%d: y\r\n" % number * 1500 for number in range(10)]),
        (HEAD + b"x: ", *[b"y" * 10_000] * 7),
        (b"GET /" + b"y" * 40_000, b"y" * 40_000),
    ],
    ids=["many lines", "a long value", "a long address"],
)
async def test_a_head_without_an_end_is_refused(pieces: tuple[bytes, ...]) -> None:
    assert (await answer_to(*pieces)).startswith(b"HTTP/1.1 400")


async def test_a_head_of_too_many_lines_is_refused() -> None:
    lines = [b"x-%d: y\r\n" % number for number in range(MAX_HEADERS)]

    answer = await answer_to(HEAD + b"".join(lines) + b"\r\n")

    assert answer.startswith(b"HTTP/1.1 400")


async def test_trailers_without_an_end_are_refused() -> None:
    chunked = b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"

    answer = await answer_to(chunked, *[b"x: y\r\n" * 100] * 3)

    assert b"too long" in answer


async def test_a_head_in_pieces_is_read() -> None:
    answer = await answer_to(HEAD, b"x: " + b"y" * 30_000, b"\r\nconnection: close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200")


async def test_who_never_ends_a_head_is_hung_up_on_and_who_asked_is_not() -> None:
    async with served() as server:
        slow, slow_writer = await server.connect()
        idle, idle_writer = await server.connect()
        slow_writer.write(HEAD)
        idle_writer.write(HEAD + b"\r\n")
        await idle.readuntil(b"{}")

        for _ in range(PATIENT_SWEEPS):
            sweep(server.http.server_state)
        was_patient = not slow.at_eof()
        sweep(server.http.server_state)
        async with asyncio.timeout(5):
            said = await slow.read()
        idle_writer.write(HEAD + b"connection: close\r\n\r\n")
        answered = await idle.read()
        slow_writer.close()
        idle_writer.close()

    assert was_patient
    assert said == b""
    assert answered.startswith(b"HTTP/1.1 200")


async def replies_in_pieces(scope: Scope, receive: Receive, send: Send) -> None:
    """Every kind of reply that is not one piece, by path."""
    kind = scope["path"]
    headers = [(b"content-length", b"4")]
    if kind == "/close":
        headers.append((b"connection", b"close"))
    if kind == "/chunked":
        headers = []
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    if kind == "/broken":
        raise OSError("between head and body")
    if kind in ("/pieces", "/chunked"):
        await send({"type": "http.response.body", "body": b"ab", "more_body": True})
        await send({"type": "http.response.body", "body": b"cd"})
    else:
        await send({"type": "http.response.body", "body": b"abcd"})


@pytest.mark.parametrize(
    ("asked", "ending"),
    [
        (b"GET /whole HTTP/1.1", b"content-length: 4\r\n\r\nabcd"),
        (b"GET /pieces HTTP/1.1", b"content-length: 4\r\n\r\nabcd"),
        (b"GET /chunked HTTP/1.1", b"\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n"),
        (b"HEAD /whole HTTP/1.1", b"content-length: 4\r\n\r\n"),
        (b"GET /close HTTP/1.1", b"connection: close\r\n\r\nabcd"),
        (b"GET /whole HTTP/1.0", b"connection: close\r\n\r\nabcd"),
    ],
)
async def test_every_kind_of_reply_is_whole(asked: bytes, ending: bytes) -> None:
    async with served(replies_in_pieces) as server:
        reader, writer = await server.connect()
        last = b"connection: close\r\n" if b"1.1" in asked and b"/close" not in asked else b""
        writer.write(asked + b"\r\nhost: here\r\n\r\n")
        if last:
            writer.write(b"GET /close HTTP/1.1\r\nhost: here\r\n\r\n")
        answer = await reader.read()
        writer.close()

    first = answer.split(b"HTTP/1.1 ")[1]
    assert first.startswith(b"200")
    assert first.endswith(ending)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_an_application_that_fails_before_the_body_is_answered_500() -> None:
    async with served(replies_in_pieces) as server:
        reader, writer = await server.connect()
        writer.write(b"GET /broken HTTP/1.1\r\nhost: here\r\n\r\n")
        answer = await reader.read()
        writer.close()

    assert answer.startswith(b"HTTP/1.1 500")


async def test_requests_in_a_row_are_answered_in_their_order() -> None:
    async with served(replies_in_pieces) as server:
        reader, writer = await server.connect()
        for path in (b"/whole", b"/pieces", b"/whole", b"/close"):
            writer.write(b"GET " + path + b" HTTP/1.1\r\nhost: here\r\n\r\n")
        answer = await reader.read()
        writer.close()

    assert answer.count(b"HTTP/1.1 200 OK") == 4


async def test_a_reply_in_one_piece_is_one_write(monkeypatch: pytest.MonkeyPatch) -> None:
    writes = []
    async with served() as server:
        reader, writer = await server.connect()
        writer.write(HEAD + b"\r\n")
        await reader.readuntil(b"{}")
        (connection,) = server.http.server_state.connections
        wire = connection.transport

        class Spy:
            def __getattr__(self, name: str) -> object:
                return getattr(wire, name)

            def write(self, data: bytes) -> None:
                writes.append(data)
                wire.write(data)

        monkeypatch.setattr(connection, "transport", Spy())
        writer.write(HEAD + b"\r\n")
        await reader.readuntil(b"{}")
        writer.close()

    assert len(writes) == 1
