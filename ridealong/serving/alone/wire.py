"""Messages between the supervisor and its workers: a JSON line, then bytes of the length it says.

A request is an HTTP request without its headers, so that a worker answers it with the very edge
that answers callers: what is asked of one is performed by all.
"""

import asyncio
import json
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

SIZE: Final = "size"


class Asked(NamedTuple):
    """What is to be performed by every worker."""

    method: str
    path: str
    body: bytes


class Part(NamedTuple):
    """One worker's answer."""

    worker: int
    status: int
    body: bytes
    retry_after: str = ""


@dataclass(frozen=True)
class Message:
    """`kind` and its fields, and what is too big for a line."""

    fields: Mapping[str, Any]
    body: bytes = b""

    @property
    def kind(self) -> str:
        """What it is about."""
        return str(self.fields["kind"])

    @property
    def number(self) -> int:
        """Which question it belongs to."""
        return int(self.fields["number"])


class Wire:
    """One end of a socket pair."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, end: socket.socket) -> "Wire":
        """On a connected socket."""
        return cls(*await asyncio.open_unix_connection(sock=end))

    def send(self, kind: str, body: bytes = b"", **fields: object) -> None:
        """Write a message. One whose other end is gone is lost, as is whatever it would do."""
        line = json.dumps({"kind": kind, SIZE: len(body), **fields}).encode()
        if not self._writer.is_closing():
            self._writer.write(line + b"\n" + body)

    async def receive(self) -> Message | None:
        """The next message, or None once the other end is gone, or says what nobody can read."""
        try:
            line = await self._reader.readline()
            if not line.endswith(b"\n"):
                return None
            fields = json.loads(line)
            return Message(fields, await self._reader.readexactly(fields[SIZE]))
        except (ConnectionError, asyncio.IncompleteReadError, ValueError):
            return None

    async def close(self) -> None:
        """Send what is left, and let the other end see that this one is gone."""
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()


Head = tuple[int, int, int, str]


def pack_parts(parts: list[Part]) -> tuple[list[Head], bytes]:
    """Worker, status, length and when to ask again of each, and all bodies in a row."""
    heads = [(part.worker, part.status, len(part.body), part.retry_after) for part in parts]
    return heads, b"".join(part.body for part in parts)


def unpack_parts(heads: list[Head], bodies: bytes) -> list[Part]:
    """The other way round."""
    parts, start = [], 0
    for worker, status, size, retry_after in heads:
        parts.append(Part(worker, status, bodies[start : start + size], retry_after))
        start += size
    return parts
