"""Answers by invocation."""

import pytest
from fastapi.testclient import TestClient

from services.aggregation.app import create_app
from tests.aggregation.messages import MESSAGE_ID, message, sidecar_with_peers


def test_an_answer_is_given_and_can_be_read_again() -> None:
    with TestClient(create_app(sidecar=sidecar_with_peers())) as client:
        answer = client.post("/answers", json=message().model_dump(mode="json")).json()
        status = client.get(f"/answers/{MESSAGE_ID}", params={"tenant": "demo"}).json()

    assert answer["decision"] == "suggest"
    assert status["answer"] == answer
    assert status["steps"][0] == {"number": 1, "name": "claimed", "at": status["steps"][0]["at"]}


def test_many_statuses_are_told_in_the_order_asked() -> None:
    other = MESSAGE_ID[:-1] + "8"
    with TestClient(create_app(sidecar=sidecar_with_peers())) as client:
        client.post("/answers", json=message().model_dump(mode="json"))
        asked = {"tenant": "demo", "message_ids": [other, MESSAGE_ID]}
        statuses = client.post("/answers/status", json=asked).json()["statuses"]

    assert [(found["message_id"], found["step"]) for found in statuses] == [
        (other, None),
        (MESSAGE_ID, "answered"),
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tenant": "../x"}, "tenant"),
        ({"message_id": "1"}, "message_id"),
        ({"secret words": 1}, "(unprintable name)"),
        ({"channel": "pigeon"}, "channel"),
    ],
)
def test_a_malformed_request_names_the_field_and_echoes_nothing(
    change: dict[str, object], field: str
) -> None:
    body = message(text="very secret words").model_dump(mode="json") | change
    with TestClient(create_app(sidecar=sidecar_with_peers())) as client:
        reply = client.post("/answers", json=body)

    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["fields"][0]["field"] == field
    assert "secret" not in reply.text


def test_an_unknown_message_is_a_404() -> None:
    with TestClient(create_app(sidecar=sidecar_with_peers())) as client:
        reply = client.get(f"/answers/{MESSAGE_ID}", params={"tenant": "demo"})

    assert reply.status_code == 404
    assert reply.json()["type"] == "urn:ridealong:answer-not-found"
