"""The protocol over HTTP as a raw ASGI application: little stands between socket and model.

It reads full paths (`/v2/...`), answers every failure as `{"error": "..."}`, and can be mounted
or served alone.
"""

from collections.abc import Awaitable
from functools import lru_cache, partial
from typing import Final

from ridealong.chassis.errors import ServiceError
from ridealong.serving.errors import OUR_MISTAKE, InvalidRequest, ModelNotFound
from ridealong.serving.metrics import REFUSALS
from ridealong.serving.protocol.answers import (
    write_error,
    write_infer_answer,
    write_mixed_answer,
)
from ridealong.serving.protocol.asgi import (
    Receive,
    Reply,
    Scope,
    Send,
    Template,
    name_route,
    ok,
    read_body,
    refusal,
    require_verb,
    send_reply,
    watch_caller,
    with_bytes,
)
from ridealong.serving.protocol.fields import read_json_object, read_parameters
from ridealong.serving.protocol.requests import read_infer_request
from ridealong.serving.server import ModelServer

SERVER_NAME: Final = "ridealong-inference"
SERVER_VERSION: Final = "0.1.0"
EXTENSIONS: Final = (
    "binary_tensor_data",
    "model_repository",
    "statistics",
    "schedule_policy(timeout)",
)
MAX_BODY_BYTES: Final = 4 << 20
LONGEST_KEPT: Final = 512
READ_VERB, WRITE_VERB = "GET", "POST"
BROKEN: Final = Reply(500, write_error(OUR_MISTAKE))
INFER: Final = Template("/v2/models/{model}/infer")
INFER_VERSION: Final = Template("/v2/models/{model}/versions/{version}/infer")


def split_path(path: str) -> tuple[str, ...]:
    """Its parts."""
    return tuple(path.rstrip("/").split("/")[1:])


# The paths of a running system are few and short; a caller's long ones are not kept.
split_known_path = lru_cache(maxsize=1024)(split_path)


class RestEdge:
    """ASGI in front of a model server."""

    def __init__(self, server: ModelServer, *, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self._server = server
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, one answer, whatever happens."""
        if scope["type"] != "http":
            raise RuntimeError("this application speaks HTTP only")
        reply = BROKEN
        try:
            reply = await self._answer(scope, receive)
        except ServiceError as error:
            REFUSALS.labels(getattr(error, "reason", "invalid")).inc()
            reply = refusal(error)
        finally:
            # A bug is answered in the protocol's words and rises all the same, to be logged once.
            await send_reply(reply, send)

    def _answer(self, scope: Scope, receive: Receive) -> Awaitable[Reply]:
        path = scope["path"]
        parts = split_known_path(path) if len(path) <= LONGEST_KEPT else split_path(path)
        match parts:
            case ("v2", "models", name, "infer"):
                return self._infer(name, None, scope, receive)
            case ("v2", "models", name, "versions", version, "infer"):
                return self._infer(name, version, scope, receive)
        return self._tell(parts, scope, receive)

    async def _tell(self, parts: tuple[str, ...], scope: Scope, receive: Receive) -> Reply:
        method = scope["method"]
        match parts:
            case ["v2", "models", "stats"]:
                require_verb(method, READ_VERB)
                name_route(scope, "/v2/models/stats")
                return ok(self._server.statistics())
            case ["v2", "models", name, *rest]:
                return await self._show_model(name, rest, scope)
            case ["v2"]:
                require_verb(method, READ_VERB)
                name_route(scope, "/v2")
                return ok(
                    {"name": SERVER_NAME, "version": SERVER_VERSION, "extensions": EXTENSIONS}
                )
            case ["v2", "health", "live"]:
                require_verb(method, READ_VERB)
                name_route(scope, "/v2/health/live")
                return ok({"live": True})
            case ["v2", "health", "ready"]:
                require_verb(method, READ_VERB)
                name_route(scope, "/v2/health/ready")
                is_ready = self._server.is_ready
                return ok({"ready": is_ready}, 200 if is_ready else 503)
            case ["v2", "repository", "index"]:
                require_verb(method, WRITE_VERB)
                name_route(scope, "/v2/repository/index")
                return self._show_index(await self._read_json(scope, receive))
            case ["v2", "repository", "models", name, "load" | "unload" as verb]:
                require_verb(method, WRITE_VERB)
                name_route(scope, f"/v2/repository/models/{{model}}/{verb}")
                return await self._change(name, verb, await self._read_json(scope, receive))
        raise ModelNotFound("there is nothing at this address")

    async def _infer(self, name: str, version: str | None, scope: Scope, receive: Receive) -> Reply:
        require_verb(scope["method"], WRITE_VERB)
        scope["route"] = INFER if version is None else INFER_VERSION
        request = read_infer_request(*await read_body(scope, receive, self._max_body_bytes))
        watch = partial(watch_caller, receive)
        answer = await self._server.infer(name, version, request, watch=watch)
        if request.as_bytes is None:
            return Reply(200, write_infer_answer(answer))
        return with_bytes(*write_mixed_answer(answer, request.as_bytes))

    async def _show_model(self, name: str, rest: list[str], scope: Scope) -> Reply:
        version = None
        if len(rest) >= 2 and rest[0] == "versions":
            version, rest = rest[1], rest[2:]
        prefix = "/v2/models/{model}" + ("/versions/{version}" if version else "")
        match rest:
            case []:
                require_verb(scope["method"], READ_VERB)
                name_route(scope, prefix)
                await self._server.ready_model(name, version)
                return ok(self._server.metadata(name, version))
            case ["ready"]:
                require_verb(scope["method"], READ_VERB)
                name_route(scope, prefix + "/ready")
                self._server.find(name, version)
                return ok({"name": name, "ready": True})
            case ["stats"]:
                require_verb(scope["method"], READ_VERB)
                name_route(scope, prefix + "/stats")
                return ok(self._server.statistics(name, version))
        raise ModelNotFound("there is nothing at this address")

    async def _change(self, name: str, verb: str, body: bytes) -> Reply:
        """Load or unload; the answer is empty, as Triton's is, and comes when it is done."""
        parameters = read_parameters(
            (read_json_object(body) if body else {}).get("parameters"), "the request"
        )
        if verb == "load":
            await self._server.load(name, parameters)
        else:
            await self._server.unload(name)
        return Reply(200, b"{}")

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

    async def _read_json(self, scope: Scope, receive: Receive) -> bytes:
        """The body of a request that no bytes can follow."""
        return (await read_body(scope, receive, self._max_body_bytes))[0]
