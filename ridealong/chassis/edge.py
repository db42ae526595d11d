"""The outer edge of every service.

Only the own sidecar may enter, and no body is larger than agreed.
"""

from secrets import compare_digest

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
    ) -> None:
        self._app = app
        self._token = token.encode() if token else None
        self._max_body_bytes = max_body_bytes
        self._open = OPEN_PATHS + open_prefixes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse before the application sees anything."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if refusal := self._refusal(scope["path"], headers):
            await service_problem(refusal)(scope, receive, send)
            return
        await self._app(scope, self._counted(receive), send)

    def _refusal(self, path: str, headers: dict[bytes, bytes]) -> ServiceError | None:
        if not path.startswith(self._open) and not self._is_own_sidecar(headers):
            return CallerUnknown("call this service through its sidecar")
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > self._max_body_bytes:
            return self._too_large()
        return None

    def _is_own_sidecar(self, headers: dict[bytes, bytes]) -> bool:
        return self._token is None or compare_digest(
            headers.get(b"dapr-api-token", b""), self._token
        )

    def _too_large(self) -> BodyTooLarge:
        return BodyTooLarge(f"the body may have {self._max_body_bytes} bytes at most")

    def _counted(self, receive: Receive) -> Receive:
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._max_body_bytes:
                raise self._too_large()
            return message

        return counted
