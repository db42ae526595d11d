"""JSON lines in pieces as they arrive → chunks of messages that `intake` can take at once."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from pydantic import ValidationError

from ridealong.batches.handover import MAX_CALL_BYTES, as_accept_message
from ridealong.chassis.problems import field_errors
from ridealong.contracts.contract import Route
from ridealong.contracts.gateway import LineOutcome, LineResult, NewMessage

# Room for what stands around the messages of a chunk.
MAX_CHUNK_BYTES = MAX_CALL_BYTES - 512


@dataclass(frozen=True)
class Limits:
    """How much one batch may hold, and how much of it goes to `intake` at once."""

    lines: int
    line_bytes: int
    chunk_lines: int


@dataclass(frozen=True)
class Ready:
    """A line that can go on, as `intake` wants it."""

    line: int
    message: bytes


Judged = Ready | LineResult


class Hashed:
    """Pieces of a body, and the hash of all that came by."""

    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces
        self._hash = hashlib.sha256()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Each piece once."""
        async for piece in self._pieces:
            self._hash.update(piece)
            yield piece

    async def digest(self) -> str:
        """Of the whole body; what nobody has read yet is read and dropped."""
        async for _ in self:
            pass
        return self._hash.hexdigest()


async def split_lines(pieces: Hashed, longest: int) -> AsyncIterator[bytes | None]:
    """One line at a time, and no more than one is held; None for one that is too long."""
    held, is_too_long = bytearray(), False
    async for piece in pieces:
        *ended, rest = piece.split(b"\n")
        for part in ended:
            held += part
            yield None if is_too_long or len(held) > longest else bytes(held)
            held.clear()
            is_too_long = False
        held += rest
        if len(held) > longest:
            held.clear()
            is_too_long = True
    if held or is_too_long:
        yield None if is_too_long else bytes(held)


async def read_chunks(
    pieces: Hashed, tenant: str, key_prefix: str, limits: Limits
) -> AsyncIterator[list[Judged]]:
    """Lines in chunks, malformed ones among their neighbours; blank ones are only counted."""
    chunk: list[Judged] = []
    size = 0
    async for line in _judged_lines(pieces, tenant, key_prefix, limits):
        weight = len(line.message) + 1 if isinstance(line, Ready) else 0
        if len(chunk) >= limits.chunk_lines or (chunk and size + weight > MAX_CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(line)
        size += weight
    if chunk:
        yield chunk


async def _judged_lines(
    pieces: Hashed, tenant: str, key_prefix: str, limits: Limits
) -> AsyncIterator[Judged]:
    number = 0
    async for line in split_lines(pieces, limits.line_bytes):
        number += 1
        if number > limits.lines:
            detail = f"a batch may have {limits.lines} lines: this and all later ones were left out"
            yield refused(number, 413, "too-many-lines", detail)
            return
        if line is None:
            detail = f"a line may have {limits.line_bytes} bytes"
            yield refused(number, 413, "line-too-long", detail)
        elif line.strip():
            yield judge(number, line, tenant, key_prefix)


def judge(number: int, line: bytes, tenant: str, key_prefix: str) -> Judged:
    """A message for `intake`, or why the line is none.

    Its key is made of the batch's and of what the line says: a repeat after a crash meets the
    messages that were accepted before it, and never swallows a line that says something else.
    """
    try:
        message = NewMessage.model_validate_json(line)
    except ValidationError as error:
        found = ", ".join(f"{e['field']}: {e['problem']}" for e in field_errors(error)[:3])
        return refused(number, 422, "malformed-request", found[:300])
    own = hashlib.sha256(line).hexdigest()[:16]
    body = as_accept_message(tenant, message, Route.QUEUED, f"{key_prefix}/{number}/{own}")
    if len(body) > MAX_CHUNK_BYTES:
        return refused(number, 413, "body-too-large", "this message is over 4 MiB")
    return Ready(number, body)


def refused(number: int, status: int, code: str, detail: str) -> LineResult:
    """A line that goes no further."""
    return LineResult(
        line=number, outcome=LineOutcome.REFUSED, status=status, problem=code, detail=detail
    )
