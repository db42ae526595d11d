"""The port: taken, shared, guarded, and given up in order."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import grpc
import pytest

from ridealong.serving.protocol.answers import InferAnswer
from ridealong.serving.protocol.requests import InferRequest
from ridealong.serving.protocol.rpc.listener import PortTaken, open_rpc_server
from ridealong.serving.server import ModelServer, open_server
from tests.serving.protocol.rpc.client import Client, serving
from tests.serving.protocol.rpc.messages import row
from tests.serving.protocol.rpc.test_calls import SlowServer
from tests.serving.tiny_models import write_doubler


class Closed(grpc.aio.ServerInterceptor):  # type: ignore[misc]
    """Lets nobody in."""

    async def intercept_service(
        self, _: Callable[[Any], Awaitable[Any]], __: grpc.HandlerCallDetails
    ) -> grpc.RpcMethodHandler:
        async def refuse(_: bytes, context: Any) -> bytes:
            await context.abort(grpc.StatusCode.UNAUTHENTICATED, "no")
            raise AssertionError("aborted")

        return grpc.unary_unary_rpc_method_handler(refuse)


@pytest.fixture
def server(tmp_path: Path) -> ModelServer:
    write_doubler(tmp_path)
    return open_server(tmp_path)


async def test_a_taken_port_is_named(server: ModelServer) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PortTaken, match=f"{port}"):
            async with open_rpc_server(server, "127.0.0.1", port):
                pass


async def test_a_port_of_ours_is_not_taken_twice_unless_shared(server: ModelServer) -> None:
    async with open_rpc_server(server, "127.0.0.1", 0) as port:
        with pytest.raises(PortTaken):
            async with open_rpc_server(server, "127.0.0.1", port):
                pass
    async with (
        open_rpc_server(server, "127.0.0.1", 0, shares_port=True) as port,
        open_rpc_server(server, "127.0.0.1", port, shares_port=True) as same,
    ):
        assert same == port


async def test_an_interceptor_may_refuse_everybody(server: ModelServer) -> None:
    async with serving(server, interceptors=[Closed()]) as client:
        refusal = await client.refusal("ServerLive")

    assert refusal.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_another_service_may_answer_on_the_same_port(server: ModelServer) -> None:
    async def echo(content: bytes, _: object) -> bytes:
        return content

    methods = {"Say": grpc.unary_unary_rpc_method_handler(echo)}
    handler = grpc.method_handlers_generic_handler("other.Service", methods)
    async with (
        open_rpc_server(server, "127.0.0.1", 0, handlers=[handler]) as port,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        assert await channel.unary_unary("/other.Service/Say")(b"hello") == b"hello"


async def test_a_call_under_way_is_answered_before_the_port_closes(server: ModelServer) -> None:
    release = asyncio.Event()

    class PatientServer(SlowServer):
        async def infer(
            self, name: str, version: str | None, request: InferRequest, **_: object
        ) -> InferAnswer:
            self.is_waiting.set()
            await release.wait()
            return await server.infer(name, version, request)

    await server.load_all()
    patient = PatientServer()
    async with AsyncExitStack() as stack:
        async with open_rpc_server(patient, "127.0.0.1", 0, drain_s=10) as port:
            channel = grpc.aio.insecure_channel(f"127.0.0.1:{port}")
            call = Client(await stack.enter_async_context(channel)).call("ModelInfer", row(1, 2, 3))
            await asyncio.wait_for(patient.is_waiting.wait(), 10)
            asyncio.get_running_loop().call_later(0.2, release.set)
        answer = await call

    assert list(answer.outputs[1].contents.fp32_contents) == [6]
