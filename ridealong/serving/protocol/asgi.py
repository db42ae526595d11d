"""HTTP as ASGI has it: bodies within a limit, replies in two messages, callers who hang up."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import orjson

from ridealong.chassis.errors import ServiceError
from ridealong.serving.errors import BodyTooLarge, InvalidRequest, MethodNotAllowed
from ridealong.serving.protocol.answers import write_error
from ridealong.serving.scheduling.jobs import Job

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = tuple[tuple[bytes, bytes], ...]

HEADER_LENGTH: Final = b"inference-header-content-length"
HEEDED: Final = frozenset({b"content-length", b"content-encoding", HEADER_LENGTH})
JSON: Final = (b"content-type", b"application/json")
OCTETS: Final = (b"content-type", b"application/octet-stream")


class Reply(NamedTuple):
    """A status and a body, written already."""

    status: int
    body: bytes
    headers: Headers = (JSON,)


@dataclass(frozen=True)
class Template:
    """The address of a request without its variable parts, where metrics and traces look for it."""

    path: str


def name_route(scope: Scope, path: str) -> None:
    """Where the mounting app's telemetry reads the route: callers' words are no labels."""
    scope["route"] = Template(path)


def require_verb(method: str, wanted: str) -> None:
    """Refuse other verbs."""
    if method != wanted:
        raise MethodNotAllowed(wanted)


async def read_body(scope: Scope, receive: Receive, most: int) -> tuple[bytes, bytes | None]:
    """The whole body, and the header that says how much of it is JSON, if there is one.

    Refused by its announced length where possible, else by its real one.
    """
    header_length = check_headers(scope["headers"], most)
    body: bytes | bytearray = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise InvalidRequest("the caller left before the body was whole")
        chunk: bytes = message.get("body", b"")
        if len(body) + len(chunk) > most:
            raise too_large(most)
        if not message.get("more_body"):
            return bytes(body + chunk) if body else chunk, header_length
        body = bytearray(body) if isinstance(body, bytes) else body
        body += chunk


def check_headers(headers: list[tuple[bytes, bytes]], most: int) -> bytes | None:
    """Refuse what could not be read right, before reading it."""
    header_length = None
    for name, value in headers:
        if name not in HEEDED:
            continue
        if name == b"content-length":
            if value.isdigit() and int(value) > most:
                raise too_large(most)
        elif name == HEADER_LENGTH:
            header_length = value
        elif value.lower() != b"identity":
            raise InvalidRequest("compressed bodies are not taken")
    return header_length


def too_large(most: int) -> BodyTooLarge:
    """One wording for both ways of finding out."""
    return BodyTooLarge(f"the body may have {most} bytes at most")


def ok(document: object, status: int = 200) -> Reply:
    """A small document."""
    return Reply(status, orjson.dumps(document))


def with_bytes(head: bytes, raw: bytes) -> Reply:
    """An answer whose JSON has bytes behind it."""
    return Reply(200, head + raw, (OCTETS, (HEADER_LENGTH, b"%d" % len(head))))


def refusal(error: ServiceError) -> Reply:
    """A named failure in the protocol's words."""
    headers: Headers = (JSON,)
    if error.retry_after_s is not None:
        headers += ((b"retry-after", b"%d" % max(1, round(error.retry_after_s))),)
    if isinstance(error, MethodNotAllowed):
        headers += ((b"allow", error.wanted.encode()),)
    return Reply(error.status, write_error(str(error)), headers)


def watch_caller(receive: Receive, job: Job) -> asyncio.Task[None]:
    """Take the job out of the queue once its caller has hung up."""

    async def wait_for_end() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        job.abandon()

    return asyncio.create_task(wait_for_end())


async def send_reply(reply: Reply, send: Send) -> None:
    """Two messages: the head with its length, and the body."""
    headers = [(b"content-length", b"%d" % len(reply.body)), *reply.headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
