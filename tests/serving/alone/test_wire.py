import asyncio
import socket

import pytest

from ridealong.serving.alone.wire import Part, Wire, pack_parts, unpack_parts


async def test_messages_arrive_whole_and_in_order() -> None:
    ours, theirs = socket.socketpair()
    near, far = await Wire.open(ours), await Wire.open(theirs)
    near.send("do", b"line\nline" * 100_000, number=7, path="/v2")
    near.send("serve")
    closing = asyncio.create_task(near.close())

    first, second, end = [await far.receive() for _ in range(3)]
    await far.close()
    await closing

    assert first is not None
    assert (first.kind, first.number, first.fields["path"]) == ("do", 7, "/v2")
    assert first.body == b"line\nline" * 100_000
    assert second is not None
    assert (second.kind, second.body) == ("serve", b"")
    assert end is None


async def test_a_message_cut_off_is_the_end() -> None:
    ours, theirs = socket.socketpair()
    wire = await Wire.open(ours)
    theirs.sendall(b'{"kind":"do","size":10}\nhalf')
    theirs.close()

    message = await wire.receive()
    await wire.close()

    assert message is None


@pytest.mark.parametrize("line", [b"a" * (1 << 20) + b"\n", b"no json\n", b"\xff\n"])
async def test_a_line_that_cannot_be_read_is_the_end(line: bytes) -> None:
    ours, theirs = socket.socketpair()
    near, far = await Wire.open(ours), await Wire.open(theirs)
    vars(near)["_writer"].write(line)
    near.send("serve")

    message = await far.receive()
    await far.close()
    await near.close()

    assert message is None


async def test_what_is_sent_to_nobody_is_lost_without_a_failure() -> None:
    ours, theirs = socket.socketpair()
    wire = await Wire.open(ours)
    theirs.close()

    wire.send("do", b"x")
    wire.send("do", b"x")

    assert await wire.receive() is None
    await wire.close()


def test_parts_come_out_as_they_went_in() -> None:
    parts = [Part(0, 200, b"{}"), Part(3, 503, b"", "5"), Part(1, 200, b"abc")]

    assert unpack_parts(*pack_parts(parts)) == parts
