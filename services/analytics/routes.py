"""HTTP in, reports and dead letters out."""

import asyncio
import json
import logging
from typing import Annotated

from fastapi import APIRouter, Query

from ridealong.contracts.analytics import (
    AskConversations,
    AskDeadLetters,
    AskVolume,
    Conversations,
    DeadLetterOpened,
    DeadLetterResent,
    DeadLetters,
    Volume,
)
from services.analytics.deps import InjectedDeps
from services.analytics.reports import count_volume, list_conversations

logger = logging.getLogger(__name__)
router = APIRouter()


@router.get("/reports/volume")
async def report_volume(asked: Annotated[AskVolume, Query()], deps: InjectedDeps) -> Volume:
    """How many messages of a tenant came in, and how many are answered?"""
    return await asyncio.to_thread(count_volume, deps.lake, asked)


@router.get("/conversations")
async def report_conversations(
    asked: Annotated[AskConversations, Query()], deps: InjectedDeps
) -> Conversations:
    """Which conversations of a tenant fit?"""
    return await asyncio.to_thread(list_conversations, deps.lake, asked)


@router.get("/dead-letters")
async def list_dead_letters(
    asked: Annotated[AskDeadLetters, Query()], deps: InjectedDeps
) -> DeadLetters:
    """Which events could a subscriber not take?"""
    return DeadLetters(dead_letters=tuple(await deps.office.find(asked)))


@router.get("/dead-letters/{letter_id}")
async def show_dead_letter(letter_id: str, deps: InjectedDeps) -> DeadLetterOpened:
    """One of them, with its event."""
    letter, event = await deps.office.open(letter_id)
    return DeadLetterOpened(dead_letter=letter, event=json.loads(event))


@router.post("/dead-letters/{letter_id}/resend")
async def resend_dead_letter(letter_id: str, deps: InjectedDeps) -> DeadLetterResent:
    """Give it to its subscriber again."""
    letter, outcome = await deps.office.resend(letter_id)
    logger.info(
        "dead letter resent",
        extra={
            "event_id": letter.event_id,
            "topic": letter.topic,
            "app_id": letter.app_id,
            "outcome": outcome,
        },
    )
    return DeadLetterResent(dead_letter=letter, outcome=outcome)
