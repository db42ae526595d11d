"""The routes of batches, which the gateway mounts beside its own."""

from collections.abc import AsyncIterator
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from ridealong.access.bodies import body_pieces, media_type
from ridealong.access.door import Reader, Writer
from ridealong.access.errors import MediaTypeUnknown
from ridealong.access.refusals import problem_replies
from ridealong.access.shares import Places
from ridealong.batches.desk import BatchDesk
from ridealong.batches.lines import Hashed
from ridealong.contracts.gateway import BatchStatus

BATCH_PATH = "/v1/messages/batch"
LINES = ("application/x-ndjson", "application/jsonl", "application/x-jsonlines")
EXAMPLE = '{"text": "Where is my order 12345?", "external_id": "a-1"}\n{"text": "Thank you!"}\n'
BODY = {
    "requestBody": {
        "required": True,
        "content": {LINES[0]: {"schema": {"type": "string"}, "example": EXAMPLE}},
    }
}
REPLIES = {
    **problem_replies(400, 408, 409, 413, 415),
    202: {
        "description": "A `LineResult` for every line, then a `BatchSummary`; one JSON a line.",
        "content": {LINES[0]: {"schema": {"type": "string"}}},
    },
}
batch_router = APIRouter(tags=["batches"])


class TakesBatches(Protocol):
    """What the deps of a service with these routes have."""

    @property
    def batches(self) -> BatchDesk:
        """Takes them."""

    @property
    def batch_places(self) -> Places:
        """So many at once."""

    @property
    def patience_s(self) -> float:
        """For the next piece of a body."""


async def _deps(request: Request) -> TakesBatches:
    deps: TakesBatches = request.app.state.deps
    return deps


InjectedDeps = Annotated[TakesBatches, Depends(_deps)]


@batch_router.post(
    BATCH_PATH, response_model=None, status_code=202, responses=REPLIES, openapi_extra=BODY
)
async def send_batch(
    request: Request,
    caller: Writer,
    deps: InjectedDeps,
    idempotency_key: Annotated[str | None, Header(description="as for one message")] = None,
) -> Response:
    """Queue many messages, one JSON object a line; a malformed line does not disturb the others.

    Where the reply breaks off before its summary, send the same again with the same
    Idempotency-Key, or with an `external_id` in every line: nothing is accepted twice.
    """
    if media_type(request) not in LINES:
        raise MediaTypeUnknown(f"send {LINES[0]}: one JSON object a line")
    with deps.batch_places.taken():
        pieces = Hashed(body_pieces(request, deps.patience_s))
        batch_id, is_replay = await deps.batches.take_once(caller.tenant, pieces, idempotency_key)

    async def lines() -> AsyncIterator[bytes]:
        async for line in deps.batches.report(caller.tenant, batch_id):
            yield line.model_dump_json(exclude_none=True).encode() + b"\n"

    headers = {"location": f"/v1/batches/{batch_id}"}
    if is_replay:
        headers["idempotency-replayed"] = "true"
    return StreamingResponse(lines(), 202, headers, media_type=LINES[0])


@batch_router.get(
    "/v1/batches/{batch_id}", response_model=BatchStatus, responses=problem_replies(404)
)
async def read_batch(
    batch_id: str,
    caller: Reader,
    deps: InjectedDeps,
    after: Annotated[int, Query(ge=0, description="lines behind this one")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """How many lines of a batch are how far, and a page of them."""
    status = await deps.batches.status(caller.tenant, batch_id, after=after, limit=limit)
    return Response(status.model_dump_json(), media_type="application/json")
