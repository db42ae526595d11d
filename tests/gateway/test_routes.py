"""The public API: who gets in, what bad input is told, and that nothing is echoed."""

import asyncio
import json
from typing import Any

import pytest

from ridealong.chassis.sidecar import HttpReply
from tests.gateway.services import Caller, World, busy_gateway, gateway

SECRET = "my-password-is-swordfish"
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("headers", "code", "challenge"),
    [
        ({}, "key-missing", 'Bearer realm="ridealong"'),
        ({"authorization": f"Bearer {SECRET}"}, "key-refused", "invalid_token"),
        ({"authorization": f"Basic {SECRET}"}, "key-missing", "Bearer"),
        ({"x-api-key": SECRET}, "key-refused", "invalid_token"),
        ({"authorization": "Bearer rdl_000000000000_" + "x" * 43}, "key-refused", "invalid_token"),
        ({"authorization": "Bearer \xff\xfe"}, "key-refused", "invalid_token"),
    ],
)
def test_without_a_good_key_nobody_gets_in(
    headers: dict[str, str], code: str, challenge: str
) -> None:
    world = World()
    with gateway(world) as client:
        encoded = [(name, value.encode("latin-1")) for name, value in headers.items()]
        reply = client.post("/v1/messages", json={"text": "Hello"}, headers=encoded)  # type: ignore[arg-type]

    assert reply.status_code == 401
    assert reply.json()["type"] == f"urn:ridealong:{code}"
    assert challenge in reply.headers["www-authenticate"]
    assert SECRET not in reply.text
    assert world.accepted == {}


def test_the_key_may_come_as_x_api_key() -> None:
    with gateway(World()) as client:
        caller = Caller(client)
        caller.headers = {"x-api-key": caller.card["key"]}

        assert caller.send().status_code == 200


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("messages:read", "POST", "/v1/messages"),
        ("messages:read", "POST", "/v1/messages/batch"),
        ("messages:read", "POST", "/v1/customers/forget"),
        ("messages:write", "POST", "/v1/messages?reveal=true"),
        ("messages:write", "GET", "/v1/messages/x"),
        ("messages:write", "GET", "/v1/messages/x/events"),
        ("messages:write", "GET", "/v1/batches/x"),
        ("messages:read", "GET", "/v1/messages/x?reveal=true"),
    ],
)
def test_a_key_does_what_its_scopes_say_and_no_more(scope: str, method: str, path: str) -> None:
    world = World()
    with gateway(world) as client:
        caller = Caller(client, scopes=[scope])
        body = {"customer_id": "ada"} if "customers" in path else {"text": "Hello"}
        reply = client.request(
            method, path, json=body if method == "POST" else None, headers=caller.headers
        )

    assert reply.status_code == 403
    assert "insufficient_scope" in reply.headers["www-authenticate"]
    assert world.accepted == {}


def nested(depth: int) -> bytes:
    return b'{"text": ' + b"[" * depth + b"]" * depth + b"}"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "(body)"),
        (b"{", "(body)"),
        (b'"' + SECRET.encode() + b'"', "(body)"),
        (b"[]", "(body)"),
        (b"null", "(body)"),
        (b"{}", "(body)"),
        (b'{"text": "\xff\xfe"}', "(body)"),
        (rb'{"text": "\ud800"}', "(body)"),
        (b'\xff\xfe{\x00"\x00', "(body)"),
        (nested(100_000), "(body)"),
        (nested(150), "text"),
        (b'{"text": NaN}', "text"),
        (b'{"text": 3}', "text"),
        (b'{"text": ["' + SECRET.encode() + b'"]}', "text"),
        (b'{"text": "a", "mail": "YQ=="}', "(body)"),
        (b'{"text": "a", "tenant": "other"}', "tenant"),
        (b'{"text": "a", "' + SECRET.encode() + b' ": 1}', "(unprintable name)"),
        (b'{"text": "a", "channel": "' + SECRET.encode() + b'"}', "channel"),
        (b'{"text": "a", "external_id": ""}', "external_id"),
        (b'{"text": "a", "customer_id": "  "}', "customer_id"),
        (b'{"text": "a", "subject": "' + b"s" * 1001 + b'"}', "subject"),
    ],
)
def test_a_malformed_message_is_told_where_and_never_what(body: bytes, field: str) -> None:
    world = World()
    with gateway(world) as client:
        caller = Caller(client)
        reply = caller.post("/v1/messages", content=body, headers=JSON)
        after = caller.send()

    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["fields"][0]["field"] == field
    assert SECRET not in reply.text
    assert len(reply.content) < 1000
    assert after.status_code == 200


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_an_unknown_media_type_is_told_what_to_send(kind: str) -> None:
    with gateway(World()) as client:
        reply = Caller(client).post(
            "/v1/messages", content=b'{"text": "a"}', headers={"content-type": kind}
        )

    assert reply.status_code == 415
    assert "application/json" in reply.json()["detail"]


def test_what_intake_refuses_is_told_in_its_words() -> None:
    world = World()
    problem = {
        "type": "urn:ridealong:text-too-long",
        "detail": "the text may have 100000 characters",
        "field": "text",
        "fields": [{"field": "text", "problem": "too long"}],
        "text": SECRET,
    }
    world.sidecar.answer(
        "intake", "/messages", lambda _: HttpReply(413, json.dumps(problem).encode())
    )
    with gateway(world) as client:
        reply = Caller(client).send()

    assert reply.status_code == 413
    assert reply.json()["type"] == "urn:ridealong:text-too-long"
    assert reply.json()["detail"] == "the text may have 100000 characters"
    assert reply.json()["fields"] == [{"field": "text", "problem": "too long"}]
    assert SECRET not in reply.text


@pytest.mark.parametrize(
    "problem",
    [
        b"<html>" + SECRET.encode(),
        json.dumps({"type": SECRET, "detail": SECRET + "\n", "field": [SECRET]}).encode(),
        json.dumps({"fields": [{"field": SECRET + "!", "problem": SECRET + "\x00"}, 3]}).encode(),
        json.dumps({"detail": SECRET * 100}).encode(),
    ],
)
def test_a_refusal_in_words_we_do_not_know_is_told_without_them(problem: bytes) -> None:
    world = World()
    world.sidecar.answer("intake", "/messages", lambda _: HttpReply(422, problem))
    with gateway(world) as client:
        reply = Caller(client).send()

    assert reply.status_code == 422
    assert SECRET not in reply.text


@pytest.mark.parametrize("status", [401, 403, 405, 418])
def test_a_refusal_of_our_own_call_is_not_the_callers(status: int) -> None:
    world = World()
    world.sidecar.answer("intake", "/messages", lambda _: HttpReply(status, b"{}"))
    with gateway(world) as client:
        reply = Caller(client).send()

    assert reply.status_code == 502


def test_the_same_external_id_with_another_text_is_a_conflict() -> None:
    world = World()
    problem = b'{"type": "urn:ridealong:message-conflicts", "detail": "came before"}'
    world.sidecar.answer("intake", "/messages", lambda _: HttpReply(409, problem))
    with gateway(world) as client:
        reply = Caller(client).send()

    assert reply.status_code == 409
    assert reply.json()["type"] == "urn:ridealong:message-conflicts"


def test_a_body_over_the_limit_is_refused_with_or_without_its_length() -> None:
    world = World()
    with gateway(world) as client:
        caller = Caller(client)
        large = b'{"text": "' + b"a" * (4 * 1024 * 1024) + b'"}'
        told = caller.post("/v1/messages", content=large, headers=JSON)
        chunked = caller.post(
            "/v1/messages", content=iter([large[:3_000_000], large[3_000_000:]]), headers=JSON
        )

    assert (told.status_code, chunked.status_code) == (413, 413)
    assert world.accepted == {}


def test_the_keys_routes_are_for_the_own_sidecar_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_API_TOKEN", "only-the-sidecar-knows")
    with gateway(World()) as client:
        new = {"tenant": "acme", "scopes": ["messages:write"]}
        outside = client.post("/keys", json=new)
        inside = client.post(
            "/keys", json=new, headers={"dapr-api-token": "only-the-sidecar-knows"}
        )
        public = client.post("/v1/messages", json={"text": "Hello"})

    assert (outside.status_code, inside.status_code) == (401, 201)
    assert public.json()["type"] == "urn:ridealong:key-missing"


@pytest.mark.parametrize(
    "new",
    [
        {"tenant": "Not A Tenant", "scopes": ["messages:read"]},
        {"tenant": "acme", "scopes": []},
        {"tenant": "acme", "scopes": ["everything"]},
        {"tenant": "acme", "scopes": ["messages:read"], "rate_per_minute": 0},
        {"tenant": "acme", "scopes": ["messages:read"], "admin": True},
    ],
)
def test_a_key_that_cannot_be_is_not_made(new: dict[str, Any]) -> None:
    with gateway(World()) as client:
        assert client.post("/keys", json=new).status_code == 422
        assert client.get("/keys").json() == {"keys": []}


def test_a_share_that_is_used_up_says_when_there_is_more() -> None:
    with gateway(World()) as client:
        caller = Caller(client, rate_per_minute=2)
        replies = [caller.send() for _ in range(4)]

    refused = replies[-1]
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.headers["ratelimit-policy"].startswith('"key";q=')
    assert refused.headers["ratelimit"].startswith('"key";r=0')


def test_one_keys_share_is_not_anothers() -> None:
    with gateway(World()) as client:
        greedy, modest = Caller(client, rate_per_minute=1), Caller(client)
        for _ in range(3):
            greedy.send()

        assert modest.send().status_code == 200


async def test_a_full_gateway_sheds_before_work_begins() -> None:
    world = World()
    world.sidecar.held["aggregation"] = asyncio.Event()
    async with busy_gateway(world, max_live=1) as client:
        first = asyncio.create_task(client.post("/v1/messages", json={"text": "first"}))
        await world.sidecar.someone_waits.wait()
        shed = await client.post("/v1/messages", json={"text": "second"})
        queued = await client.post(
            "/v1/messages", json={"text": "third"}, headers={"prefer": "respond-async"}
        )
        world.sidecar.held["aggregation"].set()
        answered = await first
        later = await client.post("/v1/messages", json={"text": "fourth"})

    assert (shed.status_code, shed.headers["retry-after"]) == (503, "1")
    assert shed.json()["type"] == "urn:ridealong:service-full"
    assert [message["text"] for message in world.accepted.values()] == ["first", "third", "fourth"]
    assert (answered.status_code, queued.status_code, later.status_code) == (200, 202, 200)


def test_the_api_page_tells_every_route_its_key_and_its_refusals() -> None:
    with gateway(World()) as client:
        page = client.get("/openapi.json").json()
        docs = client.get("/docs")

    assert docs.status_code == 200
    assert all(path.startswith("/v1/") for path in page["paths"])
    for methods in page["paths"].values():
        for route in methods.values():
            assert {"HTTPBearer": []} in route["security"]
            for status in ("401", "403", "422", "429", "503"):
                assert list(route["responses"][status]["content"]) == ["application/problem+json"]
    body = page["paths"]["/v1/messages"]["post"]["requestBody"]["content"]
    assert body["application/json"]["example"]["text"]
    assert "HTTPValidationError" not in page["components"]["schemas"]
