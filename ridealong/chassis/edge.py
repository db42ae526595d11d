"""The outer edge of every service.

Only the own sidecar may enter, and no body is larger than agreed.
"""

from collections.abc import Mapping
from secrets import compare_digest

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ridealong.chassis.errors import BodyTooLarge, CallerUnknown, ServiceError
from ridealong.chassis.problems import service_problem

OPEN_PATHS = ("/healthz", "/readyz", "/metrics")


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
