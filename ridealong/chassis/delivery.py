"""One delivery of the runtime.

Parsed, given to its handler, and answered SUCCESS, RETRY or DROP.
"""

import json
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from ridealong.chassis.errors import ServiceError
from ridealong.chassis.problems import field_errors
from ridealong.chassis.telemetry import EVENT_SECONDS, span_of_event
from ridealong.contracts.contract import Event

SUCCESS, RETRY, DROP = "SUCCESS", "RETRY", "DROP"
EventT = TypeVar("EventT", bound=Event)
Envelope = dict[str, Any]
Hear = Callable[[EventT, Any], Awaitable[None]]
HearMany = Callable[[Sequence[EventT], Any], Awaitable[None]]
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class DeadLetter:
    """An event that one subscriber could not take.

    As it was published, and typed where it is well-formed.
    """

    topic: str
    app_id: str
    event_id: str
    envelope: Envelope
    event: Event | None = None


HearLetter = Callable[[DeadLetter, Any], Awaitable[None]]


def dead_letter_topic(topic: str, app_id: str) -> str:
    """Where the runtime puts what `app_id` could not take from `topic`."""
    return f"{topic}.{app_id}.dead"


def _traceparent(envelope: Envelope) -> str | None:
    found = envelope.get("traceparent")
    return found if isinstance(found, str) else None


def _parse(event_type: type[EventT], envelope: Envelope) -> EventT | None:
    try:
        return event_type.model_validate_json(json.dumps(envelope.get("data")))
    except ValidationError as error:
        logger.warning(
            "event dropped",
            extra={
                "topic": event_type.topic,
                "event_id": str(envelope.get("id"))[:200],
                "cause": field_errors(error),
            },
        )
        return None


async def hear_one(
    event_type: type[EventT],
    hear: Hear[EventT],
    envelope: Envelope,
    deps: object,
    service: str,
) -> str:
    """Parse in one step, handle in another.

    A handler's own invalid event is not the sender's fault.
    """
    event = _parse(event_type, envelope)
    if event is None:
        EVENT_SECONDS.labels(service, event_type.topic, DROP).observe(0)
        return DROP
    with span_of_event(event_type.topic, _traceparent(envelope)):
        return await _outcome(hear(event, deps), event_type.topic, service, event_id=event.event_id)


def one_of_many(hear: HearMany[EventT]) -> Hear[EventT]:
    """A handler of many, given one."""

    async def hear_alone(event: EventT, deps: Any) -> None:
        await hear([event], deps)

    return hear_alone


async def hear_many(
    event_type: type[EventT],
    hear: HearMany[EventT],
    delivery: Envelope,
    deps: object,
    service: str,
) -> list[dict[str, str]]:
    """The well-formed entries together, one outcome for all of them.

    Each malformed one is dropped.
    """
    entries = [entry for entry in delivery.get("entries") or [] if isinstance(entry, dict)]
    envelopes = [
        entry["event"] if isinstance(entry.get("event"), dict) else {} for entry in entries
    ]
    events = [_parse(event_type, envelope) for envelope in envelopes]
    valid = [event for event in events if event is not None]
    status = await _outcome(hear(valid, deps), event_type.topic, service) if valid else DROP
    for envelope in envelopes:
        with span_of_event(event_type.topic, _traceparent(envelope)):
            pass
    return [
        {"entryId": str(entry.get("entryId")), "status": status if event is not None else DROP}
        for entry, event in zip(entries, events, strict=True)
    ]


async def _outcome(
    work: Awaitable[None], topic: str, service: str, *, event_id: str | None = None
) -> str:
    began = time.perf_counter()
    status = RETRY
    try:
        await work
        status = SUCCESS
    except ServiceError as error:
        status = RETRY if error.retriable else DROP
        logger.warning(
            "event not taken",
            extra={
                "topic": topic,
                "event_id": event_id,
                "outcome": status,
                "problem": error.code,
                "cause": str(error),
            },
        )
    finally:
        EVENT_SECONDS.labels(service, topic, status).observe(time.perf_counter() - began)
    logger.debug("event heard", extra={"topic": topic, "event_id": event_id, "outcome": status})
    return status


async def hear_letter(
    event_type: type[EventT],
    app_id: str,
    hear: HearLetter,
    envelope: Envelope,
    deps: object,
    service: str,
) -> str:
    """A dead letter may be malformed: that may be what killed it."""
    event = _parse(event_type, envelope)
    letter = DeadLetter(event_type.topic, app_id, str(envelope.get("id", "")), envelope, event)
    with span_of_event(f"{event_type.topic} dead letter", _traceparent(envelope)):
        return await _outcome(hear(letter, deps), dead_letter_topic(letter.topic, app_id), service)
