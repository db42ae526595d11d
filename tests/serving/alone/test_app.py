from pathlib import Path
from typing import Any

import pytest

from ridealong.serving.alone.app import AloneApp
from ridealong.serving.alone.team import Reply, scope_of
from ridealong.serving.alone.wire import Asked
from ridealong.serving.protocol.rest import RestEdge
from ridealong.serving.server import ModelServer, open_server
from tests.serving.tiny_models import write_doubler


@pytest.fixture
def server(tmp_path: Path) -> ModelServer:
    write_doubler(tmp_path)
    return open_server(tmp_path, slots=1)


async def ask(server: ModelServer, method: str, path: str) -> Reply:
    reply = Reply()
    app: Any = AloneApp(RestEdge(server), server)
    await app(scope_of(Asked(method, path, b"")), reply.body_source(b""), reply.take)
    return reply


async def test_it_is_ready_once_a_model_serves_and_healthy_before(server: ModelServer) -> None:
    before = await ask(server, "GET", "/readyz")
    healthy = await ask(server, "GET", "/healthz")
    await server.load_all()
    after = await ask(server, "GET", "/readyz")
    await server.close()

    assert (before.status, healthy.status, after.status) == (503, 200, 200)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_these_addresses_take_no_post(server: ModelServer, path: str) -> None:
    reply = await ask(server, "POST", path)
    await server.close()

    assert (reply.status, reply.body) == (405, b'{"error":"this address takes GET"}')


@pytest.mark.parametrize("path", ["/", "/v2x", "/v3", "/metrics/", "/healthz/x", ""])
async def test_an_unknown_address_is_refused_in_the_protocols_words(
    server: ModelServer, path: str
) -> None:
    reply = await ask(server, "GET", path)
    await server.close()

    assert (reply.status, reply.body) == (404, b'{"error":"there is nothing at this address"}')


@pytest.mark.parametrize("path", ["/v2", "/v2/", "/v2/models/doubler"])
async def test_the_protocol_has_the_rest(server: ModelServer, path: str) -> None:
    await server.load_all()
    reply = await ask(server, "GET", path)
    await server.close()

    assert reply.status == 200
    assert b'"name"' in reply.body
