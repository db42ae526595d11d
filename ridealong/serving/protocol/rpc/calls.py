"""One call: who asks, and how it ends, be it with a message or with a named failure."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, suppress
from typing import Any, Final

import grpc
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from opentelemetry import propagate, trace

from ridealong.chassis.errors import ServiceError
from ridealong.serving.errors import (
    OUR_MISTAKE,
    DeadlinePassed,
    InvalidRequest,
    NoRoomForModel,
    ServerFull,
)
from ridealong.serving.metrics import REFUSALS
from ridealong.serving.protocol.rpc import open_inference_pb2 as messages

SERVICE: Final = "inference.GRPCInferenceService"
CODES: Final = {
    400: grpc.StatusCode.INVALID_ARGUMENT,
    404: grpc.StatusCode.NOT_FOUND,
    405: grpc.StatusCode.UNIMPLEMENTED,
    409: grpc.StatusCode.FAILED_PRECONDITION,
    413: grpc.StatusCode.RESOURCE_EXHAUSTED,
    429: grpc.StatusCode.RESOURCE_EXHAUSTED,
    499: grpc.StatusCode.CANCELLED,
    501: grpc.StatusCode.UNIMPLEMENTED,
    502: grpc.StatusCode.UNAVAILABLE,
    503: grpc.StatusCode.UNAVAILABLE,
    504: grpc.StatusCode.DEADLINE_EXCEEDED,
}

Message = Any
Call = Callable[[Message, "Caller"], Awaitable[Message]]
tracer = trace.get_tracer("ridealong")


class Caller:
    """Who asks, as far as the call itself tells."""

    __slots__ = ("_context", "metadata")

    def __init__(self, context: Any) -> None:  # noqa: ANN401 - grpc has no types
        self._context = context
        self.metadata: dict[str, str] = dict(context.invocation_metadata() or ())

    @property
    def time_left_s(self) -> float | None:
        """What the call's deadline leaves; None without one."""
        left: float | None = self._context.time_remaining()
        return left

    @property
    def is_traced(self) -> bool:
        """Whether the caller told of a trace."""
        return "traceparent" in self.metadata

    def joined_trace(self, method: str) -> AbstractContextManager[object]:
        """A span within the caller's trace."""
        return tracer.start_as_current_span(
            f"{SERVICE}/{method}",
            context=propagate.extract(self.metadata),
            kind=trace.SpanKind.SERVER,
            # The words of an exception could be a caller's.
            record_exception=False,
            set_status_on_exception=False,
        )


def guarded(method: str, call: Call) -> Callable[[bytes, Any], Awaitable[bytes]]:
    """From bytes to bytes, whatever happens: named failures become statuses.

    The message is read here and not by grpc, which would log what it cannot read, and repeat it.
    """
    read = getattr(messages, f"{method}Request").FromString

    async def answer(content: bytes, context: Any) -> bytes:  # noqa: ANN401 - grpc has no types
        caller = Caller(context)
        try:
            if not caller.is_traced:
                return bytes((await call(read(content), caller)).SerializeToString())
            with caller.joined_trace(method):
                return bytes((await call(read(content), caller)).SerializeToString())
        except DecodeError:
            await refuse(context, InvalidRequest("this is no message of this method"))
        except ServiceError as error:
            await refuse(context, error)
        except Exception:
            # Answered before it rises: grpc logs it once, and would tell the caller its words.
            with suppress(grpc.aio.AbortError):
                await context.abort(grpc.StatusCode.INTERNAL, OUR_MISTAKE)
            raise
        raise AssertionError("a refusal ends the call")

    return answer


async def refuse(context: Any, error: ServiceError) -> None:  # noqa: ANN401 - grpc has no types
    """End the call with a named failure, and say when to come again where that is known.

    Not with UNAVAILABLE: a sidecar asks again by itself, and hands on the trailers of all its
    tries as one. A hundred hints are more than 8 KiB, which a caller's grpc refuses to read.
    """
    REFUSALS.labels(getattr(error, "reason", "invalid")).inc()
    code = code_of(error)
    hints: tuple[tuple[str, str], ...] = ()
    if error.retry_after_s is not None and code is not grpc.StatusCode.UNAVAILABLE:
        wait_s = max(1, round(error.retry_after_s))
        hints = (("retry-after", f"{wait_s}"), ("grpc-retry-pushback-ms", f"{wait_s * 1000}"))
    await context.abort(code, str(error), hints)


def code_of(error: ServiceError) -> grpc.StatusCode:
    """The gRPC status of a failure, finer than HTTP's 503.

    UNAVAILABLE is what callers, sidecars among them, ask again at once: it must not fill a server
    further that is full.
    """
    if isinstance(error, DeadlinePassed):
        return grpc.StatusCode.DEADLINE_EXCEEDED
    if isinstance(error, (ServerFull, NoRoomForModel)):
        return grpc.StatusCode.RESOURCE_EXHAUSTED
    return CODES.get(error.status, grpc.StatusCode.INTERNAL)
