"""Hand-written fakes of our own small protocols.

A shared suite holds `FakeSidecar` and the real one to the same behaviour.
"""

import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ridealong.chassis.errors import CallFailed, SecretMissing, StaleETag
from ridealong.chassis.sidecar import HttpReply, Stored
from ridealong.contracts.contract import Contract, Event

Answer = Callable[[bytes], Contract | HttpReply | dict[str, Any]]


class FakeSidecar:
    """State in a dict, events in a list, other services as functions of the request's body.

    `fail_at(n, error)` makes the n-th call from now raise, counted over all methods: what if it
    dies right here?
    """

    def __init__(self, secrets: dict[str, str] | None = None) -> None:
        self.secrets = {"masking-key": "m" * 32, "intake-key": "i" * 32} | (secrets or {})
        self.state: dict[str, Stored] = {}
        self.ttls: dict[str, int | None] = {}
        self.published: list[Event] = []
        self.calls: list[tuple[str, str, str, bytes]] = []
        self.operations: list[str] = []
        self.reachable = True
        self._answers: dict[tuple[str, str], Answer] = {}
        self._faults: dict[int, BaseException] = {}
        self._versions = 0
        self._ends: dict[str, float] = {}

    def answer(
        self, app_id: str, path: str, reply: Answer | Contract | HttpReply | dict[str, Any]
    ) -> None:
        """What another service says on this path (query string left out)."""
        self._answers[app_id, path] = reply if callable(reply) else lambda _: reply

    def fail_at(self, operation: int, error: BaseException) -> None:
        """Raise instead of doing the n-th operation from now (1 is the next)."""
        self._faults[len(self.operations) + operation] = error

    def _note(self, operation: str) -> None:
        self.operations.append(operation)
        if fault := self._faults.pop(len(self.operations), None):
            raise fault

    async def call(
        self,
        app_id: str,
        path: str,
        body: bytes | None = None,
        *,
        method: str = "POST",
        headers: dict[str, str] | None = None,
        timeout_s: float | None = None,
    ) -> HttpReply:
        self._note(f"call {app_id} {path}")
        self.calls.append((app_id, method, path, body or b""))
        answer = self._answers.get((app_id, path.partition("?")[0]))
        if answer is None:
            raise CallFailed(f"{app_id} did not answer")
        reply = answer(body or b"")
        if isinstance(reply, HttpReply):
            return reply
        content = reply.model_dump_json() if isinstance(reply, Contract) else json.dumps(reply)
        return HttpReply(200, content.encode(), {"content-type": "application/json"})

    async def publish(self, event: Event) -> None:
        self._note(f"publish {event.topic}")
        self.published.append(event)

    async def publish_all(self, events: Sequence[tuple[Event, str | None]]) -> None:
        self._note(f"publish {events[0][0].topic}")
        self.published += [event for event, _ in events]

    async def load(self, key: str) -> Stored | None:
        self._note(f"load {key}")
        self._expire(key)
        return self.state.get(key)

    def _expire(self, key: str) -> None:
        if self._ends.get(key, math.inf) <= time.monotonic():
            self.state.pop(key, None)

    async def save(
        self, key: str, value: bytes, *, etag: str | None, ttl_s: int | None = None
    ) -> None:
        self._note(f"save {key}")
        self._expire(key)
        known = self.state.get(key)
        if (known.etag if known else None) != etag:
            raise StaleETag("somebody else wrote first")
        self._versions += 1
        self.state[key] = Stored(value, str(self._versions))
        self.ttls[key] = ttl_s
        self._ends[key] = math.inf if ttl_s is None else time.monotonic() + ttl_s

    async def save_all(self, values: Mapping[str, bytes], *, ttl_s: int) -> None:
        self._note(f"save {' '.join(values)}")
        for key, value in values.items():
            self._versions += 1
            self.state[key] = Stored(value, str(self._versions))
            self.ttls[key] = ttl_s
            self._ends[key] = time.monotonic() + ttl_s

    async def delete(self, key: str, *, etag: str | None = None) -> None:
        self._note(f"delete {key}")
        known = self.state.get(key)
        if known and etag is not None and known.etag != etag:
            raise StaleETag("somebody else wrote first")
        self.state.pop(key, None)

    async def secret(self, name: str) -> str:
        if name not in self.secrets:
            raise SecretMissing(f"no secret {name}")
        return self.secrets[name]

    async def is_reachable(self) -> bool:
        return self.reachable


def cloud_event(event: Event, **changes: Any) -> dict[str, Any]:
    """An event as the runtime delivers it."""
    return {
        "id": event.event_id,
        "specversion": "1.0",
        "type": event.topic,
        "source": "test",
        "topic": event.topic,
        "pubsubname": "pubsub",
        "datacontenttype": "application/json",
        "data": event.model_dump(mode="json"),
    } | changes
