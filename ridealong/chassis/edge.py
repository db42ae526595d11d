"""The outer edge of every service.

Only the own sidecar may enter, no body is larger than agreed, and nobody enters who is too late.
"""

import asyncio
from collections.abc import Mapping
from secrets import compare_digest

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ridealong.chassis.errors import BodyTooLarge, CallerUnknown, ReplicaLeaving, ServiceError
from ridealong.chassis.problems import service_problem

OPEN_PATHS = ("/healthz", "/readyz", "/metrics")
LEAVING = "this replica is leaving; ask again for another one"


class Door:
    """ASGI, around everything else: knows how many are inside, and can be closed to newcomers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._inside = 0
        self._is_closed = False
        self._empty = asyncio.Event()

    def close(self) -> None:
        """Newcomers hear from now on that they should ask another replica."""
        self._is_closed = True
        self._look()

    async def wait_until_empty(self) -> None:
        """Until the last one who came before the door closed has left."""
        await self._empty.wait()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in and count; the process's own start and end are no callers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif self._is_closed and scope["path"] != "/healthz":
            # `error` is where callers of the Open Inference Protocol look.
            await service_problem(ReplicaLeaving(LEAVING), error=LEAVING)(scope, receive, send)
        else:
            self._inside += 1
            try:
                await self._app(scope, receive, send)
            finally:
                self._inside -= 1
                self._look()

    def _look(self) -> None:
        if self._is_closed and not self._inside:
            self._empty.set()


class Gatekeeper:
    """ASGI middleware. `open_prefixes` are what a public service offers without a sidecar."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        token: str | None,
        max_body_bytes: int,
        open_prefixes: tuple[str, ...],
        body_limits: Mapping[str, int],
    ) -> None:
        self._app = app
        self._token = token.encode() if token else None
        self._max_body_bytes = max_body_bytes
        self._open = OPEN_PATHS + open_prefixes
        self._body_limits = body_limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse before the application sees anything."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        limit = self._body_limits.get(scope["path"], self._max_body_bytes)
        if refusal := self._refusal(scope["path"], headers, limit):
            await service_problem(refusal)(scope, receive, send)
            return
        await self._app(scope, _counted(receive, limit), send)

    def _refusal(self, path: str, headers: dict[bytes, bytes], limit: int) -> ServiceError | None:
        if not path.startswith(self._open) and not self._is_own_sidecar(headers):
            return CallerUnknown("call this service through its sidecar")
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > limit:
            return _too_large(limit)
        return None

    def _is_own_sidecar(self, headers: dict[bytes, bytes]) -> bool:
        return self._token is None or compare_digest(
            headers.get(b"dapr-api-token", b""), self._token
        )


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(f"the body may have {limit} bytes at most")


def _counted(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            # As HTTPException: FastAPI hides whatever else is raised while it reads a body.
            raise HTTPException(413, str(_too_large(limit)))
        return message

    return counted
