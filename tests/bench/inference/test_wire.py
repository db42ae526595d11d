"""The load generator's own HTTP: requests that a server can read, and each answer's status."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bench.inference.wire import NO_ANSWER, Connections, write_post

Answering = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


@asynccontextmanager
async def serving(answering: Answering) -> AsyncIterator[str]:
    tasks: list[asyncio.Task[None]] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(reader, writer)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(
        lambda *both: tasks.append(asyncio.create_task(answer(*both))), "127.0.0.1", 0
    )
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/path"
    await asyncio.gather(*tasks)


async def test_a_request_has_its_path_its_length_and_its_body() -> None:
    lines: list[bytes] = []

    async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append(await reader.readuntil(b"{}"))
        writer.write(OK)

    async with serving(answering) as url, Connections(url) as server:
        assert await server.ask(write_post(url, b"{}"), 5) == 200

    assert lines[0].startswith(b"POST /path HTTP/1.1\r\nhost: 127.0.0.1:")
    assert lines[0].endswith(b"content-length: 2\r\n\r\n{}")


async def test_a_connection_is_kept_for_the_next_request() -> None:
    connections = 0

    async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        for status in (b"200 OK", b"503 Busy"):
            await reader.readuntil(b"{}")
            # In pieces, as a network may bring it.
            for piece in (b"HTTP/1.1 " + status, b"\r\ncontent-length: 3\r\n\r\nab", b"c"):
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.01)

    async with serving(answering) as url, Connections(url) as server:
        told = [await server.ask(write_post(url, b"{}"), 5) for _ in range(2)]

    assert told == [200, 503]
    assert connections == 1


async def test_who_answers_too_late_did_not_answer() -> None:
    async def answering(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with serving(answering) as url, Connections(url) as server:
        assert await server.ask(write_post(url, b"{}"), 0.05) == NO_ANSWER


async def test_a_server_that_hangs_up_is_asked_over_a_new_connection() -> None:
    asked = 0

    async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await reader.readuntil(b"{}")
        if asked > 1:
            writer.write(OK.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"))

    async with serving(answering) as url, Connections(url) as server:
        told = [await server.ask(write_post(url, b"{}"), 5) for _ in range(3)]

    assert told == [NO_ANSWER, 200, 200]
    assert asked == 3


async def test_nobody_there_is_no_answer() -> None:
    async with serving(lambda _reader, _writer: asyncio.sleep(0)) as url:
        pass
    async with Connections(url) as server:
        assert await server.ask(write_post(url, b"{}"), 5) == NO_ANSWER
