"""Events in, rows out: a delivery is acknowledged after the commit that holds its rows."""

import asyncio
import logging
from collections.abc import Sequence

from ridealong.chassis.subscriptions import Bulk, DeadLetter, Subscriptions
from ridealong.contracts.aggregation import MessageAnswered
from ridealong.contracts.contract import Event
from ridealong.contracts.inference import PredictionMade
from ridealong.contracts.intake import CustomerForgotten, MessageReceived
from ridealong.contracts.training import ModelPromoted
from ridealong.lake.events import (
    ANSWERED,
    PREDICTED,
    RECEIVED,
    answered_row,
    forget,
    prediction_row,
    received_row,
)
from services.analytics.deps import Deps

EVENTS: tuple[type[Event], ...] = (
    MessageReceived,
    MessageAnswered,
    PredictionMade,
    CustomerForgotten,
    ModelPromoted,
)
# The runtime fills a delivery for up to this long, on top of which comes the wait for the commit.
MANY = Bulk(max_messages=500, max_await_ms=500)
subscriptions = Subscriptions()
logger = logging.getLogger(__name__)


@subscriptions.on_bulk(MessageReceived, MANY)
async def record_receptions(events: Sequence[MessageReceived], deps: Deps) -> None:
    """Messages came in."""
    await deps.buffer.store(RECEIVED.name, [received_row(event) for event in events])


@subscriptions.on_bulk(MessageAnswered, MANY)
async def record_answers(events: Sequence[MessageAnswered], deps: Deps) -> None:
    """Messages have their answers."""
    await deps.buffer.store(ANSWERED.name, [answered_row(event) for event in events])


@subscriptions.on_bulk(PredictionMade, MANY)
async def record_predictions(events: Sequence[PredictionMade], deps: Deps) -> None:
    """Models answered."""
    await deps.buffer.store(PREDICTED.name, [prediction_row(event) for event in events])


@subscriptions.on(CustomerForgotten)
async def forget_customer(event: CustomerForgotten, deps: Deps) -> None:
    """Acknowledged when nothing of the customer is left in the lake."""
    await asyncio.to_thread(forget, deps.lake, event)
    logger.info("customer forgotten", extra={"event_id": event.event_id, "tenant": event.tenant})


async def keep_dead_letter(letter: DeadLetter, deps: Deps) -> None:
    """A subscriber could not take an event, ourselves included."""
    await deps.office.keep(letter)
    logger.warning(
        "dead letter kept",
        extra={"topic": letter.topic, "app_id": letter.app_id, "event_id": letter.event_id[:200]},
    )


for heard in EVENTS:
    for app_id in heard.heard_by:
        subscriptions.on_dead_letter(heard, app_id)(keep_dead_letter)
