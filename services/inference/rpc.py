"""gRPC edge of `inference`: the protocol's own edge on a second port, for our second sidecar."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from secrets import compare_digest
from typing import Any, Final

import grpc
from pydantic import SecretStr

from ridealong.chassis.settings import RuntimeSettings
from ridealong.serving.protocol.rpc.calls import SERVICE
from ridealong.serving.protocol.rpc.listener import open_rpc_server
from ridealong.serving.server import ModelServer
from services.inference.settings import Settings

# What a sidecar asks an app that speaks gRPC, to know that it lives. It shows no token.
HEALTH: Final = "dapr.proto.runtime.v1.AppCallbackHealthCheck"
TOKEN: Final = "dapr-api-token"
# Behind the HTTP port's own patience, and well before the supervisor loses its.
DRAIN_S: Final = 5.0

Continuation = Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler]]


class Gatekeeper(grpc.aio.ServerInterceptor):  # type: ignore[misc]
    """Only our own sidecar may ask a model. What is no method of ours is not here in any case."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token.get_secret_value().encode()
        self._refusal = grpc.unary_unary_rpc_method_handler(refuse)

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> grpc.RpcMethodHandler:
        """The handler of a call, or the refusal."""
        shown = dict(handler_call_details.invocation_metadata).get(TOKEN, "")
        is_ours = handler_call_details.method.startswith(f"/{SERVICE}/")
        if is_ours and not compare_digest(shown.encode(), self._token):
            return self._refusal
        return await continuation(handler_call_details)


async def refuse(_: bytes, context: Any) -> bytes:  # noqa: ANN401 - grpc has no types
    """The words of the HTTP port."""
    await context.abort(grpc.StatusCode.UNAUTHENTICATED, "call this service through its sidecar")
    raise AssertionError("an abort ends the call")


async def tell_health(_: bytes, __: object) -> bytes:
    """Alive, as `/healthz` is; both messages are empty."""
    return b""


@asynccontextmanager
async def rpc_port(
    server: ModelServer, settings: Settings, runtime: RuntimeSettings
) -> AsyncIterator[None]:
    """Serve on the second port, where there is one. Raises `PortTaken`."""
    if not settings.grpc_port:
        yield
        return
    token = runtime.app_api_token
    health = {"HealthCheck": grpc.unary_unary_rpc_method_handler(tell_health)}
    async with open_rpc_server(
        server,
        runtime.app_host,
        settings.grpc_port,
        settings.max_body_bytes,
        interceptors=[] if token is None else [Gatekeeper(token)],
        handlers=[grpc.method_handlers_generic_handler(HEALTH, health)],
        drain_s=DRAIN_S,
    ):
        yield
