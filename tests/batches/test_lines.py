"""A body in pieces becomes lines, and lines become chunks."""

import json
from collections.abc import AsyncIterator
from hashlib import sha256

import pytest

from ridealong.batches.lines import Hashed, Limits, Ready, read_chunks, split_lines
from ridealong.contracts.gateway import LineResult

LIMITS = Limits(lines=10, line_bytes=100, chunk_lines=3)


async def pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
async def test_lines_are_the_same_however_the_body_is_cut(size: int) -> None:
    body = b"one\r\n\ntwo\n" + b"x" * 11 + b"\nthree"
    lines = [line async for line in split_lines(Hashed(pieces(body, size)), 10)]

    assert lines == [b"one\r", b"", b"two", None, b"three"]


@pytest.mark.parametrize("size", [1, 5, 100])
async def test_a_too_long_last_line_is_noticed_without_its_end(size: int) -> None:
    lines = [line async for line in split_lines(Hashed(pieces(b"a\n" + b"x" * 50, size)), 10)]

    assert lines == [b"a", None]


async def test_the_hash_is_of_the_whole_body_however_much_was_read() -> None:
    body = b'{"text": "a"}\n' * 20
    hashed = Hashed(pieces(body, 16))
    async for _ in read_chunks(hashed, "acme", "batch/1", LIMITS):
        break

    assert await hashed.digest() == sha256(body).hexdigest()


async def chunks(body: bytes, limits: Limits = LIMITS) -> list[list[Ready | LineResult]]:
    return [chunk async for chunk in read_chunks(Hashed(pieces(body, 64)), "acme", "b", limits)]


async def test_lines_keep_their_numbers_and_blank_ones_count() -> None:
    found = await chunks(b'{"text": "a"}\n\n  \n{"text": "b"}\nnonsense\n{"text": "c"}')

    assert [[one.line for one in chunk] for chunk in found] == [[1, 4, 5], [6]]


async def test_lines_behind_the_most_are_left_out_and_said_so() -> None:
    found = await chunks(b'{"text": "a"}\n' * 12)
    last = found[-1][-1]

    assert isinstance(last, LineResult)
    assert (last.line, last.status, last.problem) == (11, 413, "too-many-lines")
    assert sum(len(chunk) for chunk in found) == 11


async def test_a_chunk_stays_below_what_a_sidecar_takes() -> None:
    large = json.dumps({"text": "ü" * 1_000_000}, ensure_ascii=False).encode() + b"\n"
    found = await chunks(large * 5, Limits(lines=10, line_bytes=3_000_000, chunk_lines=10))
    sizes = [sum(len(one.message) for one in chunk if isinstance(one, Ready)) for chunk in found]

    assert len(sizes) == 3
    assert max(sizes) < 4 * 1024 * 1024


async def test_a_line_has_one_key_however_often_it_is_sent_and_another_where_it_differs() -> None:
    first, again = await chunks(b'{"text": "a"}'), await chunks(b'{"text": "a"}')
    other = await chunks(b'{"text": "b"}')

    assert first == again
    assert isinstance(one := first[0][0], Ready)
    assert isinstance(two := other[0][0], Ready)
    keys = [json.loads(line.message)["idempotency_key"] for line in (one, two)]
    assert keys[0] != keys[1]
    assert all(key.startswith("b/1/") for key in keys)
