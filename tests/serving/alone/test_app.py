from pathlib import Path
from typing import Any

import pytest

from ridealong.serving.alone.app import AloneApp, TeamApp
from ridealong.serving.alone.team import Reply, Team, scope_of
from ridealong.serving.alone.wire import Asked, Part
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


class Asking(Team):
    """Notes what all are asked, and answers for them."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def ask(self, asked: Asked, *, subject: str = "") -> list[Part]:
        self.asked.append((asked.path, subject))
        return [Part(0, 200, b'{"model_stats":[]}')]


async def ask_team(server: ModelServer, team: Team, method: str, path: str) -> Reply:
    reply = Reply()
    app: Any = TeamApp(AloneApp(RestEdge(server), server), team, max_body_bytes=1 << 10)
    await app(scope_of(Asked(method, path, b"")), reply.body_source(b""), reply.take)
    return reply


@pytest.mark.parametrize(
    ("method", "path", "asked"),
    [
        ("POST", "/v2/repository/models/doubler/load", "doubler"),
        ("POST", "/v2/repository/models/doubler/unload///", "doubler"),
        ("GET", "/v2/models/stats/", ""),
        ("GET", "/v2/models/doubler/stats", ""),
        ("GET", "/v2/models/doubler/versions/1/stats", ""),
    ],
)
async def test_what_concerns_all_workers_is_asked_of_all(
    server: ModelServer, method: str, path: str, asked: str
) -> None:
    team = Asking()

    reply = await ask_team(server, team, method, path)
    await server.close()

    assert reply.status == 200
    assert team.asked == [(path.rstrip("/"), asked)]


@pytest.mark.parametrize("name", ["a" * 34_000, "..", "a b", "é"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v2/repository/models/{}/load"),
        ("POST", "/v2/repository/models/{}/unload"),
        ("GET", "/v2/models/{}/stats"),
        ("GET", "/v2/models/doubler/versions/{}/stats"),
    ],
)
async def test_what_is_no_name_troubles_no_other_worker(
    server: ModelServer, method: str, path: str, name: str
) -> None:
    team = Asking()

    reply = await ask_team(server, team, method, path.format(name))
    await server.close()

    assert (reply.status, team.asked) == (404, [])
