"""A customer of the public API, as a test plays it."""

import json
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

import httpx2

from tests.system.harness import System, eventually

ANSWERED_S = 60
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
        wish = {"tenant": tenant, "scopes": scopes or ALL_SCOPES, "rate_per_minute": 1_000_000}
        reply = httpx2.post(
            f"{system.sidecar_url('gateway')}/v1.0/invoke/gateway/method/keys",
            json=wish,
            headers=system.headers,
        )
        assert reply.status_code < 300, reply.text
        return cls(system, reply.json()["key"])

    def send(self, text: str, *, headers: dict[str, str] | None = None, **fields: Any) -> Any:
        """`POST /v1/messages`, as chat unless told otherwise."""
        body = {"channel": "chat", "customer_id": "anna@example.org", "text": text} | fields
        return self.http.post("/v1/messages", json=body, headers=headers)

    def answer(
        self, text: str, *, headers: dict[str, str] | None = None, **fields: Any
    ) -> dict[str, Any]:
        """What a message is answered, however long it takes."""
        return self.finished(self.send(text, headers=headers, **fields))

    def finished(self, reply: Any) -> dict[str, Any]:
        """The answer that a 200 holds, or for which a 202 says where to look.

        The gateway queues a live message that takes it longer than `live_timeout_s`.
        """
        assert reply.status_code in (200, 202), reply.text
        found: dict[str, Any] = reply.json()
        if reply.status_code == 202:
            url = reply.headers["location"]
            eventually(lambda: bool(self.http.get(url).json().get("answer")), within_s=ANSWERED_S)
            found = self.http.get(url).json()["answer"]
        return found

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

    def hand_in(self, texts: Iterable[str], name: str) -> str:
        """`POST /v1/messages/batch`, one message for each text; returns the batch's id."""
        lines = [
            {"customer_id": f"{name}-{n % 20}", "external_id": f"{name}-{n}", "text": text}
            for n, text in enumerate(texts)
        ]
        reply = self.http.post(
            "/v1/messages/batch",
            content="\n".join(map(json.dumps, lines)),
            headers={"content-type": "application/x-ndjson"},
        )
        assert reply.status_code == 202, reply.text
        return reply.headers["location"].rpartition("/")[2]

    def counts(self, batch_id: str) -> dict[str, int]:
        """How many messages of a batch are how far; nothing while a service is being restarted."""
        reply = self.http.get(f"/v1/batches/{batch_id}?limit=1")
        assert reply.status_code in (200, 503), reply.text
        found: dict[str, int] = reply.json().get("counts", {})
        return found

    def message_ids(self, batch_id: str) -> set[str]:
        """All message ids of a batch."""
        ids: set[str] = set()
        url: str | None = f"/v1/batches/{batch_id}?limit=500"
        while url:
            page = self.batch(url)
            ids |= {line["message_id"] for line in page["results"]}
            url = page["next"]
        return ids

    def batch(self, url: str) -> dict[str, Any]:
        """One page of a batch."""
        reply = self.http.get(url)
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()
