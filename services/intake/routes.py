"""Messages in, raw messages out to the few who need them, customers forgotten."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from ridealong.chassis.errors import ServiceError
from ridealong.contracts.contract import MessageId, Tenant, shared_fields
from ridealong.contracts.intake import (
    AcceptBatch,
    AcceptMessage,
    BatchAccepted,
    BatchLine,
    BatchOutcome,
    CustomerReceipt,
    ForgetCustomer,
    MessageAccepted,
    MessageReceipt,
    RawMessage,
    ReadMessage,
)
from ridealong.gathering.callees import SOME, answer_each
from ridealong.gathering.envelopes import Item, Outcomes
from services.intake.deps import Deps, InjectedDeps
from services.intake.errors import CallerNotAllowed, TenantsMixed

MAY_READ_RAW = frozenset({"aggregation", "preprocessing"})
ACCEPTED_AT_ONCE = 16
router = APIRouter()


async def check_may_read_raw(request: Request) -> None:
    """Our sidecar says who calls; nobody else gets past the edge (`APP_API_TOKEN`)."""
    callers = request.headers.getlist("dapr-caller-app-id")
    if not callers or not MAY_READ_RAW.issuperset(callers):
        raise CallerNotAllowed("raw messages are for aggregation and preprocessing")


@router.post("/messages", response_model=MessageAccepted)
async def accept_message(message: AcceptMessage, deps: InjectedDeps) -> Response:
    """Keep and announce one message."""
    accepted = await deps.reception.accept(message)
    # Serialised once: validating our own reply again would double our time.
    return Response(accepted.model_dump_json(), media_type="application/json")


@router.post("/messages/batch")
async def accept_batch(batch: AcceptBatch, deps: InjectedDeps) -> BatchAccepted:
    """Keep and announce many messages of one tenant, each on its own."""
    at_once = asyncio.Semaphore(ACCEPTED_AT_ONCE)

    async def accept(message: AcceptMessage) -> BatchLine:
        async with at_once:
            return await _accept_line(message, batch.tenant, deps)

    return BatchAccepted(lines=tuple(await asyncio.gather(*map(accept, batch.messages))))


async def _accept_line(message: AcceptMessage, tenant: str, deps: Deps) -> BatchLine:
    try:
        if message.tenant != tenant:
            raise TenantsMixed("a batch is of one tenant")  # noqa: TRY301
        accepted = await deps.reception.accept(message)
    except ServiceError as error:
        where = f"{error.field}: {error}" if error.field else str(error)
        return BatchLine(
            outcome=BatchOutcome.REFUSED, status=error.status, problem=error.code, detail=where
        )
    return BatchLine(
        outcome=BatchOutcome.DUPLICATE if accepted.is_duplicate else BatchOutcome.ACCEPTED,
        message_id=accepted.message_id,
        conversation_id=accepted.conversation_id,
    )


@router.get("/messages/{message_id}", dependencies=[Depends(check_may_read_raw)])
async def read_message(message_id: MessageId, tenant: Tenant, deps: InjectedDeps) -> RawMessage:
    """The raw message."""
    return await _read(ReadMessage(tenant=tenant, message_id=message_id), deps)


@router.post("/messages/read", dependencies=[Depends(check_may_read_raw)])
async def read_one(request: ReadMessage, deps: InjectedDeps) -> RawMessage:
    """The same, where the caller asks for many."""
    return await _read(request, deps)


@router.post("/messages/read/batch", dependencies=[Depends(check_may_read_raw)])
async def read_many(
    items: Annotated[list[Item[ReadMessage]], SOME], deps: InjectedDeps
) -> Outcomes:
    """Several raw messages, each with its own failure."""
    return await answer_each(items, lambda request: _read(request, deps))


async def _read(request: ReadMessage, deps: Deps) -> RawMessage:
    record = await deps.reception.messages.read(request.tenant, request.message_id)
    return RawMessage.model_validate(shared_fields(record, RawMessage))


@router.get("/messages/{message_id}/receipt")
async def read_receipt(message_id: MessageId, tenant: Tenant, deps: InjectedDeps) -> MessageReceipt:
    """That the message is kept: for whoever may not read it, and asks how far it is."""
    record = await deps.reception.messages.read(tenant, message_id)
    return MessageReceipt.model_validate(shared_fields(record, MessageReceipt))


@router.post("/messages/{message_id}/queue", status_code=202)
async def queue_message(message_id: MessageId, tenant: Tenant, deps: InjectedDeps) -> None:
    """Have it answered later, since it could not be answered live."""
    await deps.reception.queue(tenant, message_id)


@router.post("/customers/forget")
async def forget_customer(request: ForgetCustomer, deps: InjectedDeps) -> CustomerReceipt:
    """Delete everything of one customer, here and wherever the event is heard."""
    return await deps.farewell.forget(request)
