"""Typed subscriptions on top of Dapr's FastAPI extension: an event class in, nothing back.

A handler that returns is a SUCCESS. A permanent failure is a DROP, a retriable one a RETRY; both,
and anything that rises, end in the dead-letter topic `<topic>.<app-id>.dead` once the runtime's
inbound retries are used up.
"""

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from dapr.ext.fastapi import DaprApp
from fastapi import FastAPI, Request

from ridealong.chassis.delivery import (
    DROP,
    DeadLetter,
    Envelope,
    EventT,
    Hear,
    HearLetter,
    HearMany,
    dead_letter_topic,
    hear_letter,
    hear_many,
    hear_one,
    one_of_many,
)
from ridealong.contracts.contract import Event

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bulk:
    """How many events one delivery may hold, and how long the runtime may wait for them."""

    max_messages: int = 100
    max_await_ms: int = 1000


@dataclass(frozen=True)
class _Subscription:
    topic: str
    listen: Callable[[Any, Any, str], Awaitable[object]]
    has_dead_letters: bool = True
    bulk: Bulk | None = None


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

    def on(self, event_type: type[EventT]) -> Callable[[Hear[EventT]], Any]:
        """Hear one event at a time."""

        def declare(hear: Hear[EventT]) -> Hear[EventT]:
            async def listen(envelope: Envelope, deps: object, service: str) -> object:
                return {"status": await hear_one(event_type, hear, envelope, deps, service)}

            self._subscriptions.append(_Subscription(event_type.topic, listen))
            return hear

        return declare

    def on_bulk(self, event_type: type[EventT], bulk: Bulk) -> Callable[[HearMany[EventT]], Any]:
        """Hear many at once; the handler takes all of them or raises. Malformed ones are dropped
        before.
        """

        def declare(hear: HearMany[EventT]) -> HearMany[EventT]:
            async def listen(delivery: Envelope, deps: object, service: str) -> object:
                if "entries" in delivery:
                    return {"statuses": await hear_many(event_type, hear, delivery, deps, service)}
                # A resent dead letter comes alone.
                alone = await hear_one(event_type, one_of_many(hear), delivery, deps, service)
                return {"status": alone}

            self._subscriptions.append(_Subscription(event_type.topic, listen, bulk=bulk))
            return hear

        return declare

    def on_dead_letter(self, event_type: type[Event], app_id: str) -> Callable[[HearLetter], Any]:
        """Hear what `app_id` could not take.

        Has no dead letters of its own, or it would go in circles.
        """
        topic = dead_letter_topic(event_type.topic, app_id)

        def declare(hear: HearLetter) -> HearLetter:
            async def listen(envelope: Envelope, deps: object, service: str) -> object:
                return {
                    "status": await hear_letter(event_type, app_id, hear, envelope, deps, service)
                }

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


__all__ = ["Bulk", "DeadLetter", "Subscriptions", "dead_letter_topic", "event_route"]
