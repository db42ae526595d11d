"""The public API under `/v1`, but for batches, which have routes of their own."""

import re
from collections.abc import AsyncIterator
from contextlib import nullcontext
from typing import Annotated

import anyio
from fastapi import APIRouter, Header, Query, Request, Response

from ridealong.access.bodies import body_pieces, media_type, prefers_async, read_message
from ridealong.access.door import Forgetter, Reader, Writer, require
from ridealong.access.refusals import problem_replies
from ridealong.access.streams import step_stream
from ridealong.contracts.aggregation import Step
from ridealong.contracts.contract import Contract, Route
from ridealong.contracts.gateway import (
    Forget,
    KeyCard,
    MessageQueued,
    MessageStatus,
    Scope,
)
from ridealong.contracts.intake import CustomerReceipt
from services.gateway.answers import is_over
from services.gateway.deliver import Delivery
from services.gateway.deps import Deps, InjectedDeps
from services.gateway.openapi import MESSAGE_BODY, MESSAGE_REPLIES, STREAM_REPLIES

Prefer = Annotated[list[str] | None, Header(description="`respond-async`: 202 at once (RFC 7240)")]
IdempotencyKey = Annotated[str | None, Header(description="repeats get the first reply, for 24 h")]
LastEventId = Annotated[str | None, Header(description="the last step that was seen")]
Reveal = Annotated[bool, Query(description="fill placeholders in; needs the scope `personal-data`")]
STEP_NUMBER = re.compile(r"[0-9]{1,9}")
router = APIRouter(tags=["messages"])


@router.post(
    "/v1/messages", response_model=None, responses=MESSAGE_REPLIES, openapi_extra=MESSAGE_BODY
)
async def send_message(
    request: Request,
    caller: Writer,
    deps: InjectedDeps,
    prefer: Prefer = None,
    idempotency_key: IdempotencyKey = None,
    *,
    reveal: Reveal = False,
) -> Response:
    """Have a message answered, now or (202) in its time."""
    if reveal:
        require(caller, Scope.PERSONAL_DATA)
    pieces = body_pieces(request, deps.patience_s)
    body = b"".join([piece async for piece in pieces])
    route = Route.QUEUED if prefers_async(prefer) else Route.LIVE
    with deps.live.taken() if route is Route.LIVE else nullcontext():
        message = read_message(media_type(request), body)
        delivery = await deps.desk.send(caller.tenant, message, route, idempotency_key, body)
    headers = {"preference-applied": "respond-async"} if route is Route.QUEUED else {}
    if delivery.status == 202:
        return tell_queued(delivery, headers)
    return await tell_answer(delivery, caller, deps, is_revealed=reveal)


@router.get(
    "/v1/messages/{message_id}", response_model=MessageStatus, responses=problem_replies(404)
)
async def read_status(
    message_id: str, caller: Reader, deps: InjectedDeps, *, reveal: Reveal = False
) -> Response:
    """How far a message is, and its answer once there is one."""
    if reveal:
        require(caller, Scope.PERSONAL_DATA)
    status = await deps.reader.status(caller.tenant, message_id)
    headers = {}
    if reveal and status.answer:
        answer, is_filled = await deps.reader.reveal(caller.tenant, status.answer)
        status = status.model_copy(update={"answer": answer})
        headers = revealed_header(is_filled)
    return as_json(status, headers)


@router.get("/v1/messages/{message_id}/events", response_model=None, responses=STREAM_REPLIES)
async def follow_message(
    message_id: str, caller: Reader, deps: InjectedDeps, last_event_id: LastEventId = None
) -> Response:
    """The steps of a message as server-sent events, ending after the last one."""
    deps.streams.check()
    status = await deps.reader.status(caller.tenant, message_id)
    number = STEP_NUMBER.fullmatch(last_event_id or "")
    seen = int(number[0]) if number else 0
    if is_over(status) and status.steps[-1].number <= seen:
        return Response(status_code=204)

    async def steps(closing: anyio.Event) -> AsyncIterator[Step]:
        with deps.streams.taken():
            async for step in deps.reader.follow(caller.tenant, status, seen, closing):
                yield step

    return step_stream(steps, heartbeat_s=deps.heartbeat_s)


@router.post("/v1/customers/forget", responses=problem_replies(409, 413), tags=["customers"])
async def forget_customer(
    customer: Forget, caller: Forgetter, deps: InjectedDeps
) -> CustomerReceipt:
    """Delete all that is kept of a customer; the receipt lists it."""
    return await deps.desk.forget(caller.tenant, customer)


def tell_queued(delivery: Delivery, headers: dict[str, str]) -> Response:
    """202, and where to look."""
    url = f"/v1/messages/{delivery.message_id}"
    told = {"location": url, **headers, **replayed_header(delivery.is_replay)}
    return as_json(MessageQueued(message_id=delivery.message_id, status_url=url), told, status=202)


async def tell_answer(
    delivery: Delivery, caller: KeyCard, deps: Deps, *, is_revealed: bool
) -> Response:
    """200. Where nothing is filled in, the answer passes as `aggregation` wrote it."""
    headers = {
        "content-location": f"/v1/messages/{delivery.message_id}",
        **replayed_header(delivery.is_replay),
    }
    if delivery.answer is not None and not is_revealed:
        return Response(delivery.answer, 200, headers, media_type="application/json")
    answer = await deps.reader.answer(caller.tenant, delivery.message_id, delivery.answer)
    if is_revealed:
        answer, is_filled = await deps.reader.reveal(caller.tenant, answer)
        headers |= revealed_header(is_filled)
    return as_json(answer, headers)


def replayed_header(is_replay: bool) -> dict[str, str]:
    """Told only where it is so."""
    return {"idempotency-replayed": "true"} if is_replay else {}


def revealed_header(is_filled: bool) -> dict[str, str]:
    """Asked for, but perhaps not to be had now."""
    return {"ridealong-revealed": str(is_filled).lower()}


def as_json(reply: Contract, headers: dict[str, str], *, status: int = 200) -> Response:
    """Written once, not checked again on its way out."""
    return Response(reply.model_dump_json(), status, headers, media_type="application/json")
