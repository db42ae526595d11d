"""The services behind the gateway, as small as they can be, on a `FakeSidecar`."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx2
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ridealong.chassis.sidecar import HttpReply
from ridealong.contracts.aggregation import Answer
from services.gateway.app import create_app
from services.gateway.settings import Settings
from tests.fakes import FakeSidecar

AT = "2026-03-01T10:00:00Z"
SCOPES = ["messages:write", "messages:read", "personal-data", "customers:forget"]


def message_id(seed: str) -> str:
    """A UUIDv7 by its form, the same for the same seed."""
    digest = hashlib.sha256(seed.encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-7{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"


def answer(tenant: str, identity: str, text: str) -> dict[str, Any]:
    """An answer as `aggregation` writes it."""
    written = {
        "tenant": tenant,
        "message_id": identity,
        "conversation_id": "c-1",
        "customer_hash": "h",
        "channel": "chat",
        "route": "live",
        "received_at": AT,
        "answered_at": AT,
        "subject": None,
        "text": text,
        "language": "en",
        "entities": [
            {"type": "order_number", "text": "12345", "value": "12345", "start": 24, "end": 29}
        ],
        "placeholders": ["[PERSON_1]"],
        "intents": [{"name": "commerce.track_order", "probability": 0.9}],
        "reject_score": 0.05,
        "sentiment": None,
        "urgency": None,
        "suggestions": [
            {
                "article_id": "track-order",
                "title": "Where is my order?",
                "reply": "Hello [PERSON_1], it is on its way.",
                "language": "en",
                "score": 0.9,
                "evidence": [],
            }
        ],
        "next_actions": [],
        "department": "shipping",
        "decision": "suggest",
        "reason": {"code": "allowed_to_suggest", "text": "may be sent by a person"},
        "missing": [],
        "predictions": [],
    }
    return Answer.model_validate(written).model_dump(mode="json")


class SlowSidecar(FakeSidecar):
    """Answers of an app that is named in `held` wait until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[str, asyncio.Event] = {}
        self.someone_waits = asyncio.Event()

    async def call(self, app_id: str, path: str, *args: Any, **options: Any) -> HttpReply:
        if gate := self.held.get(app_id):
            self.someone_waits.set()
            await gate.wait()
        return await super().call(app_id, path, *args, **options)


class World:
    """`intake`, `aggregation` and `preprocessing`, and what they were asked."""

    def __init__(self) -> None:
        self.sidecar = SlowSidecar()
        self.accepted: dict[str, dict[str, Any]] = {}
        self.queued: list[str] = []
        self.earlier_messages = 0
        self.steps: dict[str, list[str]] = {}
        self.sidecar.answer("intake", "/messages", self._accept_one)
        self.sidecar.answer("intake", "/messages/batch", self._accept_many)
        self.sidecar.answer("aggregation", "/answers", self._answer)
        self.sidecar.answer("aggregation", "/answers/status", self._statuses)
        self.sidecar.answer("preprocessing", "/reveal", {"values": {"[PERSON_1]": "Ada Lovelace"}})

    def _accept(self, message: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        name = message.get("external_id") or message.get("idempotency_key")
        identity = message_id(f"{message['tenant']}/{name or len(self.accepted)}")
        is_duplicate = identity in self.accepted
        if not is_duplicate:
            self.accepted[identity] = message
            self.steps[identity] = []
            self._offer(identity, message["tenant"])
        return self._raw(identity), is_duplicate

    def _raw(self, identity: str) -> dict[str, Any]:
        message = self.accepted[identity]
        return {
            "tenant": message["tenant"],
            "message_id": identity,
            "conversation_id": "c-1",
            "customer_hash": "h",
            "channel": message["channel"],
            "subject": message.get("subject"),
            "text": message.get("text") or "from a mail",
            "received_at": AT,
            "earlier_messages": self.earlier_messages,
        }

    def _offer(self, identity: str, tenant: str) -> None:
        """Other routes of this message, as its own tenant sees them."""

        def own(reply: Callable[[], Any]) -> Callable[[bytes], Any]:
            def ask(_: bytes) -> Any:
                asked = self.sidecar.calls[-1][2].partition("?tenant=")[2]
                return reply() if asked == tenant else HttpReply(404, b"{}")

            return ask

        def queue() -> dict[str, Any]:
            self.queued.append(identity)
            return {}

        receipt = own(lambda: self._raw(identity))
        self.sidecar.answer("intake", f"/messages/{identity}/receipt", receipt)
        self.sidecar.answer("intake", f"/messages/{identity}/queue", own(queue))
        self.sidecar.answer(
            "aggregation", f"/answers/{identity}", own(lambda: self._status(identity))
        )

    def _accept_one(self, body: bytes) -> Any:
        raw, is_duplicate = self._accept(json.loads(body))
        return raw | {"is_duplicate": is_duplicate}

    def _accept_many(self, body: bytes) -> Any:
        lines = []
        for message in json.loads(body)["messages"]:
            if not (message.get("text") or "x").strip():
                lines.append({"outcome": "refused", "status": 422, "problem": "text-empty"})
                continue
            raw, is_duplicate = self._accept(message)
            outcome = "duplicate" if is_duplicate else "accepted"
            lines.append({"outcome": outcome, "message_id": raw["message_id"], "status": 202})
        return {"lines": lines}

    def _answer(self, body: bytes) -> Any:
        message = json.loads(body)
        self.steps[message["message_id"]] = ["claimed", "answered", "announced"]
        return answer(message["tenant"], message["message_id"], message["text"])

    def _status(self, identity: str) -> Any:
        names = self.steps[identity]
        if not names:
            return HttpReply(404, b"{}")
        steps = [{"number": n, "name": name, "at": AT} for n, name in enumerate(names, 1)]
        raw = self._raw(identity)
        done = answer(raw["tenant"], identity, raw["text"]) if len(names) > 1 else None
        return {"message_id": identity, "steps": steps, "answer": done}

    def _statuses(self, body: bytes) -> Any:
        found = []
        for identity in json.loads(body)["message_ids"]:
            names = self.steps.get(identity)
            step = names[-1] if names else None
            found.append({"message_id": identity, "step": step, "decision": None})
        return {"statuses": found}

    def asked(self, app_id: str, path: str) -> int:
        """How often."""
        return sum(call[0] == app_id and call[2] == path for call in self.sidecar.calls)


class Caller:
    """A client with an API key of its own."""

    def __init__(self, client: TestClient, **key: Any) -> None:
        self.client = client
        made = client.post("/keys", json={"tenant": "acme", "scopes": SCOPES} | key)
        assert made.status_code == 201, made.text
        self.card = made.json()
        self.headers = {"authorization": f"Bearer {self.card['key']}"}

    def send(self, text: str = "Where is my order 12345?", **options: Any) -> Any:
        """One message."""
        headers = self.headers | options.pop("headers", {})
        body = {"text": text} | options.pop("body", {})
        return self.client.post("/v1/messages", json=body, headers=headers, **options)

    def post(self, path: str, **options: Any) -> Any:
        """Anything."""
        headers = self.headers | options.pop("headers", {})
        return self.client.post(path, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        """Anything."""
        headers = self.headers | options.pop("headers", {})
        return self.client.get(path, headers=headers, **options)


def impatient(world: World, **settings: Any) -> FastAPI:
    """The gateway in front of this world, as quick as a test."""
    quick = {"poll_first_s": 0.005, "poll_longest_s": 0.01, "rate_per_minute": 100_000}
    return create_app(Settings(**quick | settings), sidecar=world.sidecar)


@contextmanager
def gateway(world: World, **settings: Any) -> Iterator[TestClient]:
    """For one request after the other."""
    app = impatient(world, **settings)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@asynccontextmanager
async def busy_gateway(world: World, **settings: Any) -> AsyncIterator[httpx2.AsyncClient]:
    """For several at the same time, with a good key."""
    app = impatient(world, **settings)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
            made = await client.post("/keys", json={"tenant": "acme", "scopes": SCOPES})
            client.headers["authorization"] = f"Bearer {made.json()['key']}"
            yield client
