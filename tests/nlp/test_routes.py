"""The HTTP edge of `nlp`."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from services.nlp.app import create_app
from services.nlp.settings import Settings
from tests.fakes import FakeSidecar
from tests.nlp.readings import understanding
from tests.nlp.test_analyse import asked


@pytest.fixture
def sidecar() -> FakeSidecar:
    return understanding()


@pytest.fixture
def client(sidecar: FakeSidecar) -> Iterator[TestClient]:
    settings = Settings(tenant_packs={"bank": ("banking",)})
    with TestClient(create_app(settings, sidecar=sidecar)) as client:
        yield client


def request(**changes: Any) -> dict[str, Any]:
    return dict(asked().model_dump(mode="json")) | changes


def test_an_analysis_has_intents_mood_and_urgency(client: TestClient) -> None:
    analysis = client.post("/analyse", json=request()).json()

    assert analysis["intents"][0]["name"] == "commerce.track_order"
    assert analysis["sentiment"]["label"] == "negative"
    assert analysis["urgency"]["reasons"] == ["anger"]
    assert analysis["predictions"][0]["prediction_id"] == "p-1"


def test_a_tenant_has_its_own_packs(client: TestClient, sidecar: FakeSidecar) -> None:
    analysis = client.post("/analyse", json=request(tenant="bank")).json()

    assert {intent["name"].split(".")[0] for intent in analysis["intents"]} == {"banking"}
    assert {"name": "commerce"} not in json.loads(sidecar.calls[0][3])["outputs"]


def test_without_inference_the_caller_is_told_to_come_back(sidecar: FakeSidecar) -> None:
    with TestClient(create_app(Settings(), sidecar=FakeSidecar())) as client:
        refused = client.post("/analyse", json=request())

    assert refused.status_code == 503
    assert refused.headers["retry-after"]
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "changes",
    [{"tenant": "Not A Tenant"}, {"text": None}, {"text": 7}, {"more": 1}, {"features": {}}],
)
def test_a_malformed_request_is_refused_without_an_echo(
    client: TestClient, changes: dict[str, Any]
) -> None:
    refused = client.post("/analyse", json=request(text="my card is 4111") | changes)

    assert refused.status_code == 422
    assert "4111" not in refused.text


def test_in_a_batch_each_message_gets_what_it_gets_alone(client: TestClient) -> None:
    asked_for = [request(), request(tenant="bank")]
    alone = [client.post("/analyse", json=each).json() for each in asked_for]

    outcomes = client.post("/analyse/batch", json=[{"request": each} for each in asked_for]).json()

    assert [json.loads(each["body"]) for each in outcomes["outcomes"]] == alone


@pytest.mark.parametrize("size", [0, 17])
def test_a_batch_of_no_or_too_many_messages_is_refused(client: TestClient, size: int) -> None:
    reply = client.post("/analyse/batch", json=[{"request": request()}] * size)

    assert reply.status_code == 422
