"""The other side: every request of a batch is answered by itself, in its own trace."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from annotated_types import Len
from fastapi.responses import JSONResponse
from opentelemetry import context, propagate

from ridealong.chassis.errors import ServiceError
from ridealong.chassis.problems import problem, service_problem
from ridealong.contracts.contract import Contract
from ridealong.gathering.callers import MOST_TOGETHER
from ridealong.gathering.envelopes import RETRY_AFTER, Item, Outcome, Outcomes, RequestT

# For `Annotated[list[Item[...]], SOME]`: a batch as callers make it.
SOME = Len(1, MOST_TOGETHER)
logger = logging.getLogger(__name__)


async def answer_each(
    items: Sequence[Item[RequestT]], verb: Callable[[RequestT], Awaitable[Contract]]
) -> Outcomes:
    """The verb for each request, side by side; one that fails fails alone."""
    answers = await asyncio.gather(*(answer(item, verb) for item in items), return_exceptions=True)
    return Outcomes(outcomes=tuple(map(settle, answers)))


async def answer(item: Item[RequestT], verb: Callable[[RequestT], Awaitable[Contract]]) -> Outcome:
    """The reply, or the failure as the problem document that it would be alone."""
    # Each runs as a task of its own, so what is attached here is seen by nobody else.
    context.attach(propagate.extract({"traceparent": item.traceparent or ""}))
    try:
        reply = await verb(item.request)
    except ServiceError as error:
        if error.status >= 500:
            logger.warning("request failed", extra={"problem": error.code, "cause": str(error)})
        return refusal(service_problem(error))
    return Outcome(status=200, body=reply.model_dump_json())


def settle(answered: Outcome | BaseException) -> Outcome:
    """A bug in one request is no reason to refuse its neighbours; the end of the process is."""
    if isinstance(answered, Outcome):
        return answered
    if not isinstance(answered, Exception):
        raise answered
    # Its own words may hold what the caller sent.
    logger.error("a request of a batch failed", extra={"error": type(answered).__name__})
    return refusal(problem(500, "internal-error", "this is our mistake; it has been logged"))


def refusal(response: JSONResponse) -> Outcome:
    """A problem document as an outcome."""
    return Outcome(
        status=response.status_code,
        body=bytes(response.body).decode(),
        retry_after=response.headers.get(RETRY_AFTER),
    )
