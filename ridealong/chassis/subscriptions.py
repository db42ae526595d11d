"""Typed subscriptions on top of Dapr's FastAPI extension: an event class in, nothing or a named
failure out.

A handler that returns is a SUCCESS. A permanent failure is a DROP, a retriable one a RETRY; both,
and anything
that rises, end in the dead-letter topic `<topic>.<app-id>.dead` once the runtime's inbound retries
are used up.
"""

import json
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from dapr.ext.fastapi import DaprApp
from fastapi import FastAPI, Request
from pydantic import ValidationError

from ridealong.chassis.errors import ServiceError
from ridealong.chassis.problems import field_errors
from ridealong.chassis.telemetry import EVENT_SECONDS, span_of_event
from ridealong.contracts.contract import Event

SUCCESS, RETRY, DROP = "SUCCESS", "RETRY", "DROP"
EventT = TypeVar("EventT", bound=Event)
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bulk:
    """How many events one delivery may hold, and how long the runtime may wait for them."""

    max_messages: int = 100
    max_await_ms: int = 1000


@dataclass(frozen=True)
class DeadLetter:
    """An event that one subscriber could not take.

    As it was published, and typed where it is well-formed.
    """

    topic: str
    app_id: str
    event_id: str
    envelope: dict[str, Any]
    event: Event | None = None


@dataclass(frozen=True)
class _Subscription:
    topic: str
    listen: Callable[[Any, Any, str], Awaitable[object]]
    has_dead_letters: bool = True
    bulk: Bulk | None = None


def dead_letter_topic(topic: str, app_id: str) -> str:
    """Where the runtime puts what `app_id` could not take from `topic`."""
    return f"{topic}.{app_id}.dead"


def event_route(topic: str) -> str:
    """The route under which a subscriber hears a topic; a dead letter is resent to it."""
    return f"/events/{topic}"


class Subscriptions:
    """Declared at import, installed by the app factory. Decorated functions stay callable."""

    def __init__(self) -> None:
        self._subscriptions: list[_Subscription] = []

    @property
    def topics(self) -> tuple[str, ...]:
        """What is heard, for laws and tests."""
        return tuple(subscription.topic for subscription in self._subscriptions)

    def on(
        self, event_type: type[EventT]
    ) -> Callable[[Callable[[EventT, Any], Awaitable[None]]], Any]:
        """Hear one event at a time."""

        def declare(
            hear: Callable[[EventT, Any], Awaitable[None]],
        ) -> Callable[[EventT, Any], Awaitable[None]]:
            async def listen(envelope: dict[str, Any], deps: object, service: str) -> object:
                return {"status": await _hear_one(event_type, hear, envelope, deps, service)}

            self._subscriptions.append(_Subscription(event_type.topic, listen))
            return hear

        return declare

    def on_bulk(
        self, event_type: type[EventT], bulk: Bulk
    ) -> Callable[[Callable[[Sequence[EventT], Any], Awaitable[None]]], Any]:
        """Hear many at once; the handler takes all of them or raises. Malformed ones are dropped
        before.
        """

        def declare(
            hear: Callable[[Sequence[EventT], Any], Awaitable[None]],
        ) -> Callable[[Sequence[EventT], Any], Awaitable[None]]:
            async def listen(delivery: dict[str, Any], deps: object, service: str) -> object:
                return {"statuses": await _hear_many(event_type, hear, delivery, deps, service)}

            self._subscriptions.append(_Subscription(event_type.topic, listen, bulk=bulk))
            return hear

        return declare

    def on_dead_letter(
        self, event_type: type[Event], app_id: str
    ) -> Callable[[Callable[[DeadLetter, Any], Awaitable[None]]], Any]:
        """Hear what `app_id` could not take.

        Has no dead letters of its own, or it would go in circles.
        """
        topic = dead_letter_topic(event_type.topic, app_id)

        def declare(
            hear: Callable[[DeadLetter, Any], Awaitable[None]],
        ) -> Callable[[DeadLetter, Any], Awaitable[None]]:
            async def listen(envelope: dict[str, Any], deps: object, service: str) -> object:
                letter = DeadLetter(
                    event_type.topic,
                    app_id,
                    str(envelope.get("id", "")),
                    envelope,
                    _parse(event_type, envelope),
                )
                with span_of_event(topic, _traceparent(envelope)):
                    return {"status": await _outcome(hear(letter, deps), topic, service)}

            self._subscriptions.append(_Subscription(topic, listen, has_dead_letters=False))
            return hear

        return declare

    def install(self, app: FastAPI, *, service: str, pubsub: str) -> None:
        """Tell the runtime what this service hears, and where."""
        dapr_app = DaprApp(app)
        for subscription in self._subscriptions:
            dead = (
                dead_letter_topic(subscription.topic, service)
                if subscription.has_dead_letters
                else None
            )
            subscribe = dapr_app.subscribe(
                pubsub,
                subscription.topic,
                metadata={},
                route=event_route(subscription.topic),
                dead_letter_topic=dead,
            )
            subscribe(_endpoint(subscription, service))
            if subscription.bulk:
                _ask_for_bulk(dapr_app, subscription.bulk)


def _ask_for_bulk(dapr_app: DaprApp, bulk: Bulk) -> None:
    # The extension has no bulk entry; the runtime reads it beside the others.
    dapr_app._subscriptions[-1]["bulkSubscribe"] = {  # noqa: SLF001
        "enabled": True,
        "maxMessagesCount": bulk.max_messages,
        "maxAwaitDurationMs": bulk.max_await_ms,
    }


def _endpoint(subscription: _Subscription, service: str) -> Callable[[Request], Awaitable[object]]:
    async def endpoint(request: Request) -> object:
        try:
            delivery = json.loads(await request.body())
        except ValueError:
            delivery = None
        if not isinstance(delivery, dict):
            logger.warning(
                "event dropped", extra={"topic": subscription.topic, "cause": "not a JSON object"}
            )
            return {"status": DROP}
        return await subscription.listen(delivery, request.app.state.deps, service)

    return endpoint


def _traceparent(envelope: dict[str, Any]) -> str | None:
    found = envelope.get("traceparent")
    return found if isinstance(found, str) else None


def _parse(event_type: type[EventT], envelope: dict[str, Any]) -> EventT | None:
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


async def _hear_one(
    event_type: type[EventT],
    hear: Callable[[EventT, Any], Awaitable[None]],
    envelope: dict[str, Any],
    deps: object,
    service: str,
) -> str:
    event = _parse(event_type, envelope)
    if event is None:
        EVENT_SECONDS.labels(service, event_type.topic, DROP).observe(0)
        return DROP
    with span_of_event(event_type.topic, _traceparent(envelope)):
        return await _outcome(hear(event, deps), event_type.topic, service, event_id=event.event_id)


async def _hear_many(
    event_type: type[EventT],
    hear: Callable[[Sequence[EventT], Any], Awaitable[None]],
    delivery: dict[str, Any],
    deps: object,
    service: str,
) -> list[dict[str, str]]:
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
