"""The protocol over HTTP as a raw ASGI application: little stands between socket and model.

It reads full paths (`/v2/...`), answers every failure as `{"error": "..."}`, and can be mounted
or served alone.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic_core import to_json

from ridealong.chassis.errors import ServiceError
from ridealong.serving.answers import write_error, write_infer_answer
from ridealong.serving.errors import (
    BodyTooLarge,
    InvalidRequest,
    MethodNotAllowed,
    ModelNotFound,
)
from ridealong.serving.metrics import REFUSALS
from ridealong.serving.requests import read_infer_request, read_json_object
from ridealong.serving.server import ModelServer

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SERVER_NAME: Final = "ridealong-inference"
SERVER_VERSION: Final = "0.1.0"
EXTENSIONS: Final = ("model_repository(index)", "schedule_policy(timeout)")
MAX_BODY_BYTES: Final = 4 << 20
READ_VERB, WRITE_VERB = "GET", "POST"


@dataclass(frozen=True)
class Reply:
    """A status and a JSON body, written already."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


OUR_MISTAKE: Final = Reply(500, write_error("this is our mistake; it has been logged"))


@dataclass(frozen=True)
class Template:
    """The address of a request without its variable parts, where metrics and traces look for it."""

    path: str


class RestEdge:
    """ASGI in front of a model server."""

    def __init__(self, server: ModelServer, *, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self._server = server
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, one answer, whatever happens."""
        if scope["type"] != "http":
            raise RuntimeError("this application speaks HTTP only")
        reply = OUR_MISTAKE
        try:
            reply = await self._answer(scope, receive)
        except ServiceError as error:
            REFUSALS.labels(getattr(error, "reason", "invalid")).inc()
            reply = refusal(error)
        finally:
            # A bug is answered in the protocol's words and rises all the same, to be logged once.
            await send_reply(reply, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Reply:
        method, parts = scope["method"], scope["path"].rstrip("/").split("/")[2:]
        match parts:
            case ["models", name, *rest]:
                version = None
                if len(rest) >= 2 and rest[0] == "versions":
                    version, rest = rest[1], rest[2:]
                return await self._answer_model(name, version, rest, (scope, receive))
            case []:
                require_verb(method, READ_VERB)
                name_route(scope, "/v2")
                return ok(
                    {"name": SERVER_NAME, "version": SERVER_VERSION, "extensions": EXTENSIONS}
                )
            case ["health", "live"]:
                require_verb(method, READ_VERB)
                name_route(scope, "/v2/health/live")
                return ok({"live": True})
            case ["health", "ready"]:
                require_verb(method, READ_VERB)
                name_route(scope, "/v2/health/ready")
                is_ready = self._server.is_ready
                return ok({"ready": is_ready}, 200 if is_ready else 503)
            case ["repository", "index"]:
                require_verb(method, WRITE_VERB)
                name_route(scope, "/v2/repository/index")
                return self._show_index(await self._read_body(scope, receive))
        raise ModelNotFound("there is nothing at this address")

    async def _answer_model(
        self, name: str, version: str | None, rest: list[str], exchange: tuple[Scope, Receive]
    ) -> Reply:
        scope, receive = exchange
        method, prefix = (
            scope["method"],
            "/v2/models/{model}" + ("/versions/{version}" if version else ""),
        )
        match rest:
            case ["infer"]:
                require_verb(method, WRITE_VERB)
                name_route(scope, prefix + "/infer")
                request = read_infer_request(await self._read_body(scope, receive))
                return Reply(
                    200, write_infer_answer(await self._server.infer(name, version, request))
                )
            case []:
                require_verb(method, READ_VERB)
                name_route(scope, prefix)
                return ok(self._server.metadata(name, version))
            case ["ready"]:
                require_verb(method, READ_VERB)
                name_route(scope, prefix + "/ready")
                self._server.find(name, version)
                return ok({"name": name, "ready": True})
        raise ModelNotFound("there is nothing at this address")

    def _show_index(self, body: bytes) -> Reply:
        only_ready = read_json_object(body).get("ready", False) if body else False
        if not isinstance(only_ready, bool):
            raise InvalidRequest("ready must be true or false")
        entries = self._server.index(only_ready=only_ready)
        return ok(
            [
                {
                    "name": entry.name,
                    "version": entry.version,
                    "state": entry.state,
                    "reason": entry.reason,
                }
                for entry in entries
            ]
        )

    async def _read_body(self, scope: Scope, receive: Receive) -> bytes:
        """The whole body, refused by its announced length where possible, else by its real one."""
        check_headers(scope["headers"], self._max_body_bytes)
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise InvalidRequest("the caller left before the body was whole")
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > self._max_body_bytes:
                raise too_large(self._max_body_bytes)
            if not message.get("more_body"):
                return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def check_headers(headers: list[tuple[bytes, bytes]], max_body_bytes: int) -> None:
    """Refuse what could not be read right, before reading it."""
    for name, value in headers:
        if name == b"content-length" and value.isdigit() and int(value) > max_body_bytes:
            raise too_large(max_body_bytes)
        if name == b"inference-header-content-length":
            raise InvalidRequest("the binary-tensor extension is not offered")
        if name == b"content-encoding" and value.lower() != b"identity":
            raise InvalidRequest("compressed bodies are not taken")


def too_large(most: int) -> BodyTooLarge:
    """One wording for both ways of finding out."""
    return BodyTooLarge(f"the body may have {most} bytes at most")


def require_verb(method: str, wanted: str) -> None:
    """Refuse other verbs."""
    if method != wanted:
        raise MethodNotAllowed(f"this address takes {wanted}")


def name_route(scope: Scope, path: str) -> None:
    """Where the mounting app's telemetry reads the route: callers' words are no labels."""
    scope["route"] = Template(path)


def ok(document: object, status: int = 200) -> Reply:
    """A small document."""
    return Reply(status, to_json(document))


def refusal(error: ServiceError) -> Reply:
    """A named failure in the protocol's words."""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    if error.retry_after_s is not None:
        headers = ((b"retry-after", b"%d" % max(1, round(error.retry_after_s))),)
    return Reply(error.status, write_error(str(error)), headers)


async def send_reply(reply: Reply, send: Send) -> None:
    """Two messages: the head with its length, and the body."""
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(reply.body)),
        *reply.headers,
    ]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
