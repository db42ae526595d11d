"""How a call ends that gets no answer."""

import asyncio
import logging

import grpc
import pytest
from opentelemetry import trace

from ridealong.serving.errors import (
    DeadlinePassed,
    ModelEvicted,
    ModelNotReady,
    NoRoomForModel,
    RunFailed,
    ServerFull,
    ServingError,
    TenantQueueFull,
)
from ridealong.serving.protocol.answers import InferAnswer
from ridealong.serving.protocol.requests import InferRequest
from ridealong.serving.server import ModelServer
from tests.serving.protocol.rpc.client import serving
from tests.serving.protocol.rpc.messages import row

SECRET = "hunter2"
TRACE = "0af7651916cd43dd8448eb211c80319c"


class RefusingServer(ModelServer):
    """Notes the request and raises."""

    def __init__(self, error: Exception) -> None:
        """Needs no models to refuse."""
        self._error = error
        self.timeouts: list[float | None] = []
        self.traces: list[str] = []

    async def infer(
        self, name: str, version: str | None, request: InferRequest, **_: object
    ) -> InferAnswer:
        self.timeouts.append(request.timeout_s)
        context = trace.get_current_span().get_span_context()
        self.traces.append(trace.format_trace_id(context.trace_id))
        raise self._error


class SlowServer(ModelServer):
    """Answers nobody."""

    def __init__(self) -> None:
        """Needs no models to be slow."""
        self.is_waiting = asyncio.Event()
        self.is_cancelled = asyncio.Event()

    async def infer(
        self, name: str, version: str | None, request: InferRequest, **_: object
    ) -> InferAnswer:
        self.is_waiting.set()
        try:
            await asyncio.sleep(20)
        except asyncio.CancelledError:
            self.is_cancelled.set()
            raise
        raise AssertionError("nobody cancelled")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ServerFull("full"), grpc.StatusCode.RESOURCE_EXHAUSTED),
        (TenantQueueFull("full"), grpc.StatusCode.RESOURCE_EXHAUSTED),
        (NoRoomForModel("full"), grpc.StatusCode.RESOURCE_EXHAUSTED),
        (DeadlinePassed("late"), grpc.StatusCode.DEADLINE_EXCEEDED),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
async def test_what_time_may_heal_says_when_to_come_again(
    error: ServingError, code: grpc.StatusCode
) -> None:
    async with serving(RefusingServer(error)) as client:
        refusal = await client.refusal("ModelInfer", row())

    assert (refusal.code(), refusal.details()) == (code, str(error))
    assert dict(refusal.trailing_metadata())["retry-after"] == f"{error.retry_after_s}"


@pytest.mark.parametrize("error", [ModelNotReady("later"), ModelEvicted("soon")])
async def test_what_a_sidecar_asks_again_adds_nothing_to_its_trailers(
    error: ServingError,
) -> None:
    async with serving(RefusingServer(error)) as client:
        refusal = await client.refusal("ModelInfer", row())

    assert (refusal.code(), refusal.details()) == (grpc.StatusCode.UNAVAILABLE, str(error))
    assert not refusal.trailing_metadata()


async def test_a_model_that_fails_is_internal_in_its_own_words() -> None:
    async with serving(RefusingServer(RunFailed("the model failed"))) as client:
        refusal = await client.refusal("ModelInfer", row())

    assert refusal.code() is grpc.StatusCode.INTERNAL
    assert refusal.details() == "the model failed"
    assert "retry-after" not in dict(refusal.trailing_metadata())


async def test_our_bug_is_internal_logged_once_and_keeps_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(RefusingServer(ZeroDivisionError(SECRET))) as client:
        refusal = await client.refusal("ModelInfer", row())

    assert refusal.code() is grpc.StatusCode.INTERNAL
    assert SECRET not in refusal.details()
    # asyncio may have its own to say: grpc does not expect a loop for each test.
    [record] = [record for record in caplog.records if record.name != "asyncio"]
    assert "ZeroDivisionError" in record.getMessage()
    assert record.levelno == logging.ERROR


async def test_the_calls_deadline_reaches_the_queue() -> None:
    server = RefusingServer(ServerFull("full"))
    async with serving(server) as client:
        await client.refusal("ModelInfer", row(), timeout=15)
        await client.refusal("ModelInfer", row(), timeout=None)

    near, none = server.timeouts
    assert near is not None
    # gRPC sends deadlines in few digits, rounded up.
    assert 5 < near < 16
    assert none is None


async def test_the_callers_trace_goes_on() -> None:
    server = RefusingServer(ServerFull("full"))
    traced = [("traceparent", f"00-{TRACE}-b7ad6b7169203331-01")]
    async with serving(server) as client:
        await client.refusal("ModelInfer", row(), metadata=traced)

    assert server.traces == [TRACE]


async def test_a_caller_who_cancels_takes_the_job_along() -> None:
    server = SlowServer()
    async with serving(server) as client:
        call = client.call("ModelInfer", row())
        await asyncio.wait_for(server.is_waiting.wait(), 10)
        call.cancel()

        await asyncio.wait_for(server.is_cancelled.wait(), 10)


async def test_a_deadline_that_passes_takes_the_job_along() -> None:
    server = SlowServer()
    async with serving(server) as client:
        # Connecting takes its time too, and a call that never arrived takes no job along.
        await client.call("ServerLive")
        refusal = await client.refusal("ModelInfer", row(), timeout=1)

        await asyncio.wait_for(server.is_cancelled.wait(), 10)
    assert refusal.code() is grpc.StatusCode.DEADLINE_EXCEEDED
