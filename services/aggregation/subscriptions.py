"""Queued messages in, answers out; messages that nobody could answer become a person's."""

import logging

from ridealong.chassis.subscriptions import DeadLetter, Subscriptions
from ridealong.contracts.aggregation import AnswerMessage
from ridealong.contracts.contract import Route
from ridealong.contracts.intake import CustomerForgotten, MessageReceived
from services.aggregation.answer import AnswerDesk
from services.aggregation.errors import MessageGone

subscriptions = Subscriptions()
logger = logging.getLogger(__name__)


@subscriptions.on(MessageReceived)
async def answer_queued(event: MessageReceived, desk: AnswerDesk) -> None:
    """Run the same verb that live messages get.

    Live ones are somebody else's: their caller waits.
    """
    if event.route is Route.LIVE:
        return
    try:
        raw = await desk.queued_peers.raw_message(event.tenant, event.message_id)
    except MessageGone:
        logger.info("queued message was forgotten", extra={"message_id": event.message_id})
        return
    message = AnswerMessage.model_validate(raw.model_dump(exclude={"attachments"}))
    await desk.answer(message, Route.QUEUED)
    logger.info("queued message answered", extra={"message_id": event.message_id})


@subscriptions.on_dead_letter(MessageReceived, "aggregation")
async def hand_over(letter: DeadLetter, desk: AnswerDesk) -> None:
    """What could not be answered goes to a person; the dead letter itself is kept by analytics."""
    event = letter.event
    if not isinstance(event, MessageReceived) or event.route is Route.LIVE:
        return
    nothing_read = AnswerMessage(
        **event.model_dump(include=set(AnswerMessage.model_fields) - {"text"}),
        received_at=event.occurred_at,
        text="",
    )
    await desk.give_up(nothing_read)
    logger.warning("message handed over", extra={"message_id": event.message_id})


@subscriptions.on(CustomerForgotten)
async def forget_answers(event: CustomerForgotten, desk: AnswerDesk) -> None:
    """Answers hold masked text, yet they tell of a person who wants to be forgotten."""
    for message_id in event.message_ids:
        await desk.records.forget(event.tenant, message_id)
