"""Events into aggregation: acknowledged, published, dropped, retried."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from ridealong.chassis.errors import CallFailed
from ridealong.chassis.sidecar import HttpReply
from ridealong.contracts.contract import Route
from ridealong.contracts.intake import CustomerForgotten
from services.aggregation.app import create_app
from tests.aggregation.messages import MESSAGE_ID, asked_of_nlp, received, sidecar_with_peers
from tests.fakes import FakeSidecar, cloud_event

RECEIVED = "/events/messages.received.v1"
DEAD = "/events/messages.received.v1.aggregation.dead"


def deliver(sidecar: FakeSidecar, route: str, envelope: dict[str, Any]) -> Any:
    with TestClient(create_app(sidecar=sidecar)) as client:
        return client.post(route, json=envelope).json()


def test_a_queued_message_is_fetched_answered_and_announced() -> None:
    sidecar = sidecar_with_peers()

    reply = deliver(sidecar, RECEIVED, cloud_event(received()))

    assert reply == {"status": "SUCCESS"}
    assert [event.topic for event in sidecar.published] == ["messages.answered.v1"]


def test_nlp_is_told_how_often_the_queued_messages_conversation_wrote_before() -> None:
    sidecar = sidecar_with_peers(earlier_messages=3)

    deliver(sidecar, RECEIVED, cloud_event(received()))

    assert asked_of_nlp(sidecar).earlier_messages == 3


def test_a_live_message_is_left_to_its_caller() -> None:
    sidecar = sidecar_with_peers()

    reply = deliver(sidecar, RECEIVED, cloud_event(received(Route.LIVE)))

    assert reply == {"status": "SUCCESS"}
    assert sidecar.operations == []


def test_a_duplicate_is_answered_once() -> None:
    sidecar = sidecar_with_peers()
    deliver(sidecar, RECEIVED, cloud_event(received()))

    reply = deliver(sidecar, RECEIVED, cloud_event(received()))

    assert reply == {"status": "SUCCESS"}
    assert len({event.event_id for event in sidecar.published}) == 1


@pytest.mark.parametrize(
    "data", [None, "text", {}, {"tenant": "demo"}, {"message_id": "../../etc"}, [1, 2]]
)
def test_a_malformed_message_is_dropped_not_retried(data: Any) -> None:
    sidecar = sidecar_with_peers()

    reply = deliver(sidecar, RECEIVED, cloud_event(received(), data=data))

    assert reply == {"status": "DROP"}
    assert sidecar.operations == []


def test_a_service_that_is_down_means_try_again() -> None:
    sidecar = sidecar_with_peers()
    sidecar.fail_at(1, CallFailed("intake did not answer"))

    assert deliver(sidecar, RECEIVED, cloud_event(received())) == {"status": "RETRY"}


def test_a_message_that_was_forgotten_is_done_with() -> None:
    sidecar = sidecar_with_peers()
    sidecar.answer("intake", "/messages/read", HttpReply(404, b"{}"))

    assert deliver(sidecar, RECEIVED, cloud_event(received())) == {"status": "SUCCESS"}
    assert sidecar.published == []


def test_a_dead_letter_becomes_a_hand_over() -> None:
    sidecar = sidecar_with_peers()

    reply = deliver(sidecar, DEAD, cloud_event(received()))

    assert reply == {"status": "SUCCESS"}
    assert sidecar.published[0].event_id == f"{MESSAGE_ID}.answered.failed"


def test_a_malformed_dead_letter_goes_nowhere() -> None:
    sidecar = sidecar_with_peers()

    assert deliver(sidecar, DEAD, cloud_event(received(), data={})) == {"status": "SUCCESS"}
    assert sidecar.operations == []


def test_forgetting_a_customer_removes_the_answers() -> None:
    sidecar = sidecar_with_peers()
    deliver(sidecar, RECEIVED, cloud_event(received()))
    event = CustomerForgotten(
        tenant="demo",
        occurred_at=received().occurred_at,
        customer_hash="c0ffee",
        message_ids=(MESSAGE_ID,),
    )

    reply = deliver(sidecar, "/events/customers.forgotten.v1", cloud_event(event))

    assert reply == {"status": "SUCCESS"}
    assert sidecar.state == {}


def test_every_subscription_but_the_dead_letters_has_dead_letters() -> None:
    with TestClient(create_app(sidecar=FakeSidecar())) as client:
        subscriptions = client.get("/dapr/subscribe").json()

    assert {entry["topic"]: entry.get("deadLetterTopic") for entry in subscriptions} == {
        "messages.received.v1": "messages.received.v1.aggregation.dead",
        "messages.received.v1.aggregation.dead": None,
        "customers.forgotten.v1": "customers.forgotten.v1.aggregation.dead",
    }
