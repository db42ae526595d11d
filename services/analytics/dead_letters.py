"""Events that a subscriber could not take: held until somebody has them sent to it again.

A journal of arrivals and resends that only grows, so no kill leaves half a change: an arrival is
acknowledged after its commit, and a resend that was not noted leaves the letter waiting, to be sent
again to a subscriber that may hear everything twice.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from ridealong.chassis.errors import CallFailed, ServiceError
from ridealong.chassis.sidecar import HttpReply, Sidecar
from ridealong.contracts.analytics import AskDeadLetters, DeadLetterEntry, LetterStatus
from ridealong.contracts.intake import CustomerForgotten
from ridealong.lake.buffer import Buffer
from ridealong.lake.events import JOURNAL
from ridealong.lake.lake import Lake
from ridealong.lake.table import Row

if TYPE_CHECKING:
    # A verb must not load what this module loads.
    from ridealong.chassis.subscriptions import DeadLetter

LETTERS = """
WITH letters AS (
    SELECT letter_id,
        any_value(topic) AS topic,
        any_value(app_id) AS app_id,
        any_value(original_id) AS event_id,
        any_value(tenant) AS tenant,
        any_value(customer_hash) AS customer_hash,
        arg_max(status, (occurred_at, event_id)) AS status,
        count(*) FILTER (status = 'waiting') AS count,
        min(occurred_at) FILTER (status = 'waiting') AS first_at,
        max(occurred_at) FILTER (status = 'waiting') AS last_at,
        arg_max(outcome, occurred_at) FILTER (status <> 'waiting') AS last_resend
    FROM dead_letters
    GROUP BY letter_id
    HAVING count(*) FILTER (status = 'waiting') > 0
)
"""
LIST = """
SELECT * FROM letters
WHERE ($status IS NULL OR status = $status)
    AND ($topic IS NULL OR topic = $topic)
    AND ($app_id IS NULL OR app_id = $app_id)
ORDER BY last_at DESC, letter_id
LIMIT $limit
"""
EVENT = """
SELECT event FROM dead_letters WHERE letter_id = $letter_id AND event IS NOT NULL
ORDER BY occurred_at DESC LIMIT 1
"""
SUCCESS, RETRY, DROP = "SUCCESS", "RETRY", "DROP"
# A queued message is worked on before its subscriber answers.
RESEND_TIMEOUT_S = 60


class DeadLetterNotFound(ServiceError):
    """There is no dead letter of this id."""

    status = 404


class DeadLetterOffice:
    """Keeps and resends. One event of one subscriber is one letter, however often it came."""

    def __init__(
        self, lake: Lake, buffer: Buffer, sidecar: Sidecar, route_of: Callable[[str], str]
    ) -> None:
        self._lake = lake
        self._buffer = buffer
        self._sidecar = sidecar
        self._route_of = route_of

    async def keep(self, letter: "DeadLetter") -> None:
        """Return once it is stored."""
        await self._buffer.store(JOURNAL.name, [arrival_row(letter, datetime.now(UTC))])

    async def find(self, asked: AskDeadLetters) -> list[DeadLetterEntry]:
        """The newest first."""
        found = await self._query(LETTERS + LIST, **asked.model_dump())
        return [DeadLetterEntry.model_validate(row) for row in found]

    async def count_waiting(self) -> int:
        """How many still need somebody."""
        found = await self._query(
            f"{LETTERS} SELECT count(*) AS waiting FROM letters WHERE status <> 'resent'"
        )
        return int(str(found[0]["waiting"]))

    async def open(self, letter_id: str) -> tuple[DeadLetterEntry, str]:
        """One letter and its event, as JSON."""
        found, event = await self._look_up(letter_id)
        return DeadLetterEntry.model_validate(found), event

    async def resend(self, letter_id: str) -> tuple[DeadLetterEntry, str]:
        """Give the event to the one subscriber that could not take it, and note what it says."""
        found, event = await self._look_up(letter_id)
        outcome = await self._hand_over(str(found["app_id"]), str(found["topic"]), event)
        await self._buffer.store(JOURNAL.name, [resend_row(found, outcome, datetime.now(UTC))])
        entry, _ = await self.open(letter_id)
        return entry, outcome

    async def _look_up(self, letter_id: str) -> tuple[dict[str, object], str]:
        letters = await self._query(
            f"{LETTERS} SELECT * FROM letters WHERE letter_id = $letter_id", letter_id=letter_id
        )
        events = await self._query(EVENT, letter_id=letter_id)
        if not letters or not events:
            raise DeadLetterNotFound("there is no dead letter of this id")
        return letters[0], str(events[0]["event"])

    async def _hand_over(self, app_id: str, topic: str, event: str) -> str:
        try:
            reply = await self._sidecar.call(
                app_id,
                self._route_of(topic),
                event.encode(),
                headers={"content-type": "application/cloudevents+json"},
                timeout_s=RESEND_TIMEOUT_S,
            )
        except CallFailed:
            return "no answer"
        return read_outcome(reply)

    async def _query(self, sql: str, **parameters: object) -> list[dict[str, object]]:
        return await asyncio.to_thread(self._lake.query, sql, parameters, (JOURNAL.name,))


def read_outcome(reply: HttpReply) -> str:
    """What the subscriber said. Silence is no success here, whatever the runtime makes of it."""
    try:
        said = json.loads(reply.body).get("status")
    except (ValueError, AttributeError):
        said = None
    return (
        said
        if reply.status < 300 and said in (SUCCESS, RETRY, DROP)
        else f"status {reply.status} without an outcome"
    )


def arrival_row(letter: "DeadLetter", now: datetime) -> Row:
    """A letter has come. A wish to forget a customer names none, or it would be forgotten too."""
    event = json.dumps(letter.envelope)
    original_id = letter.event_id or hashlib.sha256(event.encode()).hexdigest()
    given = letter.envelope.get("data")
    payload = given if isinstance(given, dict) else {}
    is_wish_to_forget = letter.topic == CustomerForgotten.topic
    return {
        "event_id": str(uuid4()),
        "occurred_at": now,
        "letter_id": letter_id_of(letter.topic, letter.app_id, original_id),
        "status": LetterStatus.WAITING,
        "topic": letter.topic,
        "app_id": letter.app_id,
        "original_id": storable(original_id),
        "tenant": storable(payload.get("tenant")),
        "customer_hash": None if is_wish_to_forget else storable(payload.get("customer_hash")),
        "event": event,
    }


def resend_row(letter: Mapping[str, object], outcome: str, now: datetime) -> Row:
    """A letter was sent again."""
    kept = ("letter_id", "topic", "app_id", "tenant", "customer_hash")
    return {
        **{name: letter[name] for name in kept},
        "original_id": letter["event_id"],
        "event_id": str(uuid4()),
        "occurred_at": now,
        "status": LetterStatus.RESENT if outcome == SUCCESS else LetterStatus.RESENT_FAILED,
        "outcome": outcome,
    }


def letter_id_of(topic: str, app_id: str, original_id: str) -> str:
    """The same for every arrival of the same event from the same subscriber."""
    return hashlib.sha256(json.dumps([topic, app_id, original_id]).encode()).hexdigest()[:16]


def storable(given: object) -> str | None:
    """A malformed event may hold anything where an id should be: its letter is kept."""
    return given[:300].encode(errors="replace").decode() if isinstance(given, str) else None
