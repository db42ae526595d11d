"""Answers by invocation."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends

from ridealong.chassis.app import injected
from ridealong.contracts.aggregation import (
    Answer,
    AnswerMessage,
    AnswerStatus,
    AskStatuses,
    ShortStatus,
    Statuses,
)
from ridealong.contracts.contract import MessageId, Route, Tenant
from services.aggregation.answer import AnswerDesk

router = APIRouter()
InjectedDesk = Annotated[AnswerDesk, Depends(injected(AnswerDesk))]
READS_AT_ONCE = 20


@router.post("/answers")
async def answer_now(message: AnswerMessage, desk: InjectedDesk) -> Answer:
    """Answer an accepted message while its caller waits."""
    return await desk.answer(message, Route.LIVE)


@router.get("/answers/{message_id}")
async def read_answer(message_id: MessageId, tenant: Tenant, desk: InjectedDesk) -> AnswerStatus:
    """How far one message is."""
    return await desk.status(tenant, message_id)


@router.post("/answers/status")
async def read_statuses(request: AskStatuses, desk: InjectedDesk) -> Statuses:
    """How far many messages are."""
    at_once = asyncio.Semaphore(READS_AT_ONCE)

    async def read(message_id: str) -> ShortStatus:
        async with at_once:
            return await desk.short_status(request.tenant, message_id)

    return Statuses(statuses=tuple(await asyncio.gather(*map(read, request.message_ids))))
