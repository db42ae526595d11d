"""One message: answered, queued, or sent again; never lost and never doubled."""

import json

import pytest

from ridealong.chassis.errors import CallFailed
from ridealong.chassis.sidecar import HttpReply
from tests.gateway.services import Caller, World, gateway


def test_a_live_message_comes_back_with_its_answer() -> None:
    world = World()
    with gateway(world) as client:
        reply = Caller(client).send()

    assert reply.status_code == 200
    assert reply.json()["intents"][0]["name"] == "commerce.track_order"
    assert reply.headers["content-location"] == f"/v1/messages/{reply.json()['message_id']}"


def test_the_tenant_is_that_of_the_key() -> None:
    world = World()
    with gateway(world) as client:
        Caller(client, tenant="other").send()

    assert [message["tenant"] for message in world.accepted.values()] == ["other"]


def test_only_what_aggregation_asks_for_reaches_it() -> None:
    world = World()
    with gateway(world) as client:
        Caller(client).send(body={"customer_id": "ada@example.org"})

    _, _, _, body = next(call for call in world.sidecar.calls if call[2] == "/answers")
    assert b"ada@example.org" not in body


def test_how_often_the_conversation_wrote_before_reaches_aggregation() -> None:
    world = World()
    world.earlier_messages = 3
    with gateway(world) as client:
        Caller(client).send()

    _, _, _, body = next(call for call in world.sidecar.calls if call[2] == "/answers")
    assert json.loads(body)["earlier_messages"] == 3


def test_respond_async_is_answered_at_once_with_a_place_to_look() -> None:
    world = World()
    with gateway(world) as client:
        reply = Caller(client).send(headers={"prefer": 'wait=5, Respond-Async; x="1"'})

    assert reply.status_code == 202
    assert reply.headers["location"] == f"/v1/messages/{reply.json()['message_id']}"
    assert reply.headers["preference-applied"] == "respond-async"
    assert [message["route"] for message in world.accepted.values()] == ["queued"]
    assert world.asked("aggregation", "/answers") == 0


@pytest.mark.parametrize("failure", [500, 503, 409, 422])
def test_an_accepted_message_that_cannot_be_answered_now_is_queued(failure: int) -> None:
    world = World()
    world.sidecar.answer("aggregation", "/answers", lambda _: HttpReply(failure, b"{}"))
    with gateway(world) as client:
        reply = Caller(client).send()

    assert reply.status_code == 202
    assert "preference-applied" not in reply.headers
    assert world.queued == [reply.json()["message_id"]]


def test_an_accepted_message_whose_answer_takes_too_long_is_queued() -> None:
    world = World()

    def be_late(_: bytes) -> HttpReply:
        raise CallFailed("aggregation did not answer")

    world.sidecar.answer("aggregation", "/answers", be_late)
    with gateway(world) as client:
        reply = Caller(client).send()

    assert reply.status_code == 202
    assert world.queued == [reply.json()["message_id"]]


def test_where_even_queueing_fails_the_caller_is_told_to_come_back() -> None:
    world = World()
    world.sidecar.answer("aggregation", "/answers", lambda _: HttpReply(500, b"{}"))
    with gateway(world) as client:
        caller = Caller(client)
        caller.send(body={"external_id": "m-1"})
        identity = next(iter(world.accepted))
        world.sidecar.answer(
            "intake", f"/messages/{identity}/queue", lambda _: HttpReply(503, b"{}")
        )
        reply = caller.send(body={"external_id": "m-1"})

    assert reply.status_code == 503
    assert reply.headers["retry-after"]
    assert reply.json()["type"] == "urn:ridealong:neither-answered-nor-queued"
    assert len(world.accepted) == 1


def test_where_intake_does_not_answer_nothing_is_promised() -> None:
    world = World()
    world.sidecar.answer("intake", "/messages", lambda _: HttpReply(500, b"secret trace"))
    with gateway(world) as client:
        reply = Caller(client).send()

    assert reply.status_code == 503
    assert "secret" not in reply.text


def test_a_message_too_large_for_a_sidecar_is_refused_here() -> None:
    world = World()
    with gateway(world) as client:
        mail = b"Subject: x\r\n\r\n" + b"a" * (3 * 1024 * 1024 + 200_000)
        reply = Caller(client).post(
            "/v1/messages", content=mail, headers={"content-type": "message/rfc822"}
        )

    assert reply.status_code == 413
    assert world.asked("intake", "/messages") == 0


def test_a_raw_mail_goes_to_intake_as_it_is() -> None:
    world = World()
    with gateway(world) as client:
        reply = Caller(client).post(
            "/v1/messages",
            content=b"Subject: x\r\n\r\n\xff\xfe",
            headers={"content-type": "message/rfc822; charset=x"},
        )

    assert reply.status_code == 200
    (message,) = world.accepted.values()
    assert (message["channel"], message["mail"]) == ("email", "U3ViamVjdDogeA0KDQr//g==")


def test_forgetting_passes_on_the_receipt() -> None:
    world = World()
    receipt = {"tenant": "acme", "forgotten_at": "2026-03-01T10:00:00Z", "message_ids": []}
    world.sidecar.answer("intake", "/customers/forget", receipt)
    with gateway(world) as client:
        reply = Caller(client).post("/v1/customers/forget", json={"customer_id": "ada"})

    assert (reply.status_code, reply.json()) == (200, receipt)
    assert world.sidecar.calls[-1][3] == b'{"tenant":"acme","customer_id":"ada"}'
