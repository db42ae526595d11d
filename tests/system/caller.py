"""A customer of the public API, as a test plays it."""

from types import TracebackType
from typing import Any, Self

import httpx2

from tests.system.harness import System

ALL_SCOPES = ["messages:write", "messages:read", "personal-data", "customers:forget"]


class Caller:
    """Speaks with the gateway under one API key."""

    def __init__(self, system: System, key: str) -> None:
        self.key = key
        self.http = httpx2.Client(
            base_url=system.url("gateway"), headers={"authorization": f"Bearer {key}"}, timeout=30
        )

    @classmethod
    def with_new_key(
        cls, system: System, tenant: str = "demo", scopes: list[str] | None = None
    ) -> Self:
        """Make a key the way `ridealong keys create` does: through the gateway's sidecar."""
        reply = httpx2.post(
            f"{system.sidecar_url('gateway')}/v1.0/invoke/gateway/method/keys",
            json={"tenant": tenant, "name": "test", "scopes": scopes or ALL_SCOPES},
            headers=system.headers,
        )
        assert reply.status_code < 300, reply.text
        return cls(system, reply.json()["key"])

    def send(self, text: str, *, headers: dict[str, str] | None = None, **fields: Any) -> Any:
        """`POST /v1/messages`, as chat unless told otherwise."""
        body = {"channel": "chat", "customer_id": "anna@example.org", "text": text} | fields
        return self.http.post("/v1/messages", json=body, headers=headers)

    def queue(self, text: str, **fields: Any) -> str:
        """Hand a message in without waiting for its answer; returns its id."""
        reply = self.send(text, headers={"prefer": "respond-async"}, **fields)
        assert reply.status_code == 202, reply.text
        return str(reply.json()["message_id"])

    def status(self, message_id: str) -> dict[str, Any]:
        """`GET /v1/messages/{id}`."""
        reply = self.http.get(f"/v1/messages/{message_id}")
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()
