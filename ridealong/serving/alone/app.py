"""The whole HTTP surface: the protocol under /v2, and three addresses for whoever runs it."""

import re
from collections.abc import Awaitable
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from ridealong.chassis.errors import ServiceError
from ridealong.serving.alone.merging import merged_metrics, merged_statistics, worst
from ridealong.serving.alone.team import RETRY_AFTER, Team
from ridealong.serving.alone.wire import Asked, Part
from ridealong.serving.errors import MethodNotAllowed, ModelNotFound
from ridealong.serving.models.manifest import NAME
from ridealong.serving.models.versions import VERSION
from ridealong.serving.protocol.asgi import (
    JSON,
    Receive,
    Reply,
    Scope,
    Send,
    read_body,
    refusal,
    send_reply,
)
from ridealong.serving.protocol.rest import RestEdge
from ridealong.serving.server import ModelServer

TEXT: Final = ((b"content-type", b"text/plain; charset=utf-8"),)
EXPOSITION: Final = ((b"content-type", CONTENT_TYPE_LATEST.encode()),)
METRICS: Final = "/metrics"
# Names only: a path that holds anything else concerns nobody, and is not passed around.
CHANGES: Final = re.compile(rf"/v2/repository/models/({NAME.pattern})/(?:load|unload)")
STATISTICS: Final = re.compile(
    rf"/v2/models(?:/{NAME.pattern}(?:/versions/{VERSION.pattern})?)?/stats"
)


class AloneApp:
    """Raw ASGI. The protocol's requests pass without a further await in between."""

    def __init__(self, edge: RestEdge, server: ModelServer) -> None:
        self._edge = edge
        self._server = server

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Hand over by path; what comes back is awaited by the HTTP server."""
        path: str = scope["path"]
        if path.startswith("/v2/") or path == "/v2":
            return self._edge(scope, receive, send)
        return self._answer_own(path, scope["method"], send)

    async def _answer_own(self, path: str, method: str, send: Send) -> None:
        await send_reply(self._own_reply(path, method), send)

    def _own_reply(self, path: str, method: str) -> Reply:
        if path not in ("/healthz", "/readyz", METRICS):
            return refusal(ModelNotFound("there is nothing at this address"))
        if method not in ("GET", "HEAD"):
            return refusal(MethodNotAllowed("GET"))
        if path == METRICS:
            return Reply(200, generate_latest(), EXPOSITION)
        if path == "/readyz" and not self._server.is_ready:
            return Reply(503, b"no model can serve\n", TEXT)
        return Reply(200, b"ok\n", TEXT)


class TeamApp:
    """The same, where what concerns all workers is asked of all."""

    def __init__(self, own: AloneApp, team: Team, *, max_body_bytes: int) -> None:
        self._own = own
        self._team = team
        self._max_body_bytes = max_body_bytes

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Hand over by path and verb."""
        path: str = scope["path"]
        plain = path.rstrip("/")
        if scope["method"] == "POST":
            if change := CHANGES.fullmatch(plain):
                return self._change(change, scope, receive, send)
        elif path == METRICS:
            return self._show_metrics(send)
        elif STATISTICS.fullmatch(plain):
            return self._show_statistics(plain, send)
        return self._own(scope, receive, send)

    async def _change(
        self, change: re.Match[str], scope: Scope, receive: Receive, send: Send
    ) -> None:
        try:
            body, _ = await read_body(scope, receive, self._max_body_bytes)
        except ServiceError as error:
            return await send_reply(refusal(error), send)
        parts = await self._team.ask(Asked("POST", change[0], body), subject=change[1])
        return await send_reply(reply_of(worst(parts)), send)

    async def _show_metrics(self, send: Send) -> None:
        parts = await self._team.ask(Asked("GET", METRICS, b""))
        await send_reply(Reply(200, merged_metrics(parts), EXPOSITION), send)

    async def _show_statistics(self, path: str, send: Send) -> None:
        parts = await self._team.ask(Asked("GET", path, b""))
        await send_reply(reply_of(merged_statistics(parts)), send)


def reply_of(part: Part) -> Reply:
    """A worker's answer, handed on."""
    again = ((RETRY_AFTER, part.retry_after.encode()),) if part.retry_after else ()
    return Reply(part.status, part.body, (JSON, *again))
