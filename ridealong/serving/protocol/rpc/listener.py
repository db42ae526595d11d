"""The port of the protocol over gRPC."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

import grpc

from ridealong.serving.errors import ServingError
from ridealong.serving.protocol.rpc.edge import RpcEdge
from ridealong.serving.server import ModelServer

MAX_MESSAGE_BYTES: Final = 4 << 20
DRAIN_S: Final = 10.0
# gRPC's older way to listen: the thread that waits for events reads the sockets itself instead of
# having threads of its own do it. A fifth to a quarter less CPU for a call (grpcio 1.85, measured).
POLLING: Final = ("GRPC_EXPERIMENTS", "-event_engine_listener")


class PortTaken(ServingError):
    """Somebody else listens where we have to."""

    reason = "port_taken"


@asynccontextmanager
async def open_rpc_server(
    server: ModelServer,
    host: str,
    port: int,
    max_message_bytes: int = MAX_MESSAGE_BYTES,
    *,
    interceptors: Sequence[grpc.aio.ServerInterceptor] = (),
    handlers: Sequence[grpc.GenericRpcHandler] = (),
    shares_port: bool = False,
    drain_s: float = DRAIN_S,
) -> AsyncIterator[int]:
    """Serve on this port (0: any free one), which is what it yields.

    At the end it takes no new calls and gives those under way `drain_s` seconds. `handlers` answer
    for other services on the same port; `shares_port` lets several processes listen on one.
    Raises `PortTaken`. Where this is the process's first use of gRPC, it polls as `POLLING` says,
    unless the environment says otherwise: gRPC reads that once.
    """
    os.environ.setdefault(*POLLING)
    options = {
        "grpc.max_receive_message_length": max_message_bytes,
        "grpc.max_send_message_length": -1,
        "grpc.so_reuseport": int(shares_port),
    }
    listener = grpc.aio.server(interceptors=tuple(interceptors), options=tuple(options.items()))
    listener.add_generic_rpc_handlers((RpcEdge(server).handler(), *handlers))
    try:
        bound = int(listener.add_insecure_port(f"{host}:{port}"))
    except RuntimeError as error:
        raise PortTaken(f"port {port} of {host} is taken: choose another for gRPC") from error
    await listener.start()
    try:
        yield bound
    finally:
        await listener.stop(drain_s)
