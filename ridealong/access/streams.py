"""Server-sent events that end as they should: after the last one, and when the service stops."""

from collections.abc import AsyncIterator, Callable

import anyio
from sse_starlette import EventSourceResponse, ServerSentEvent

from ridealong.contracts.aggregation import Step

# Longer than the library's look at the server (0.5 s) and than any step's sending.
CLOSING_S = 5


def step_stream(
    follow: Callable[[anyio.Event], AsyncIterator[Step]], *, heartbeat_s: float
) -> EventSourceResponse:
    """An event for each step. `follow` ends when its event is set: the reader resumes elsewhere."""
    closing = anyio.Event()

    async def events() -> AsyncIterator[ServerSentEvent]:
        async for step in follow(closing):
            yield ServerSentEvent(step.model_dump_json(), id=str(step.number), event="step")

    return EventSourceResponse(
        events(), ping=heartbeat_s, shutdown_event=closing, shutdown_grace_period=CLOSING_S
    )
