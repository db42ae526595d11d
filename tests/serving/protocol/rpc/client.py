"""A caller over gRPC, and a port for it to call."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest

from ridealong.serving.protocol.rpc import open_inference_pb2 as messages
from ridealong.serving.protocol.rpc.calls import SERVICE
from ridealong.serving.protocol.rpc.listener import open_rpc_server
from ridealong.serving.server import ModelServer

Message = Any


class Client:
    """Sends messages, or bytes, and gives back messages; refusals rise as grpc has them."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._channel = channel

    def call(self, method: str, message: Message = None, **options: Any) -> Any:
        if message is None:
            message = getattr(messages, f"{method}Request")()
        content = message if isinstance(message, bytes) else message.SerializeToString()
        answer = getattr(messages, f"{method}Response").FromString
        stub = self._channel.unary_unary(f"/{SERVICE}/{method}", response_deserializer=answer)
        return stub(content, **{"timeout": 20} | options)

    async def refusal(self, method: str, message: Message = None, **options: Any) -> Any:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await self.call(method, message, **options)
        return caught.value


@asynccontextmanager
async def serving(server: ModelServer, **options: Any) -> AsyncIterator[Client]:
    """A client of this server, on a free port."""
    async with (
        open_rpc_server(server, "127.0.0.1", 0, **{"drain_s": 0} | options) as port,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        yield Client(channel)
