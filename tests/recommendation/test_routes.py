"""The service over HTTP, with an inference behind a fake sidecar."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from ridealong.knowledge.articles import KnowledgeBroken
from ridealong.knowledge.risk import Risk
from services.recommendation.app import create_app
from services.recommendation.settings import Settings
from tests.fakes import FakeSidecar
from tests.recommendation.messages import FixedInference, embedding, intents, message

TEXT = "Where is my order 12345?"


def settings(folder: Path, **changes: Any) -> Settings:
    fields: dict[str, Any] = {
        "vectors_folder": folder,
        "encoders": ("understand-en",),
        "ask_again_s": 0.01,
        "wait_for_vectors_s": 30,
    }
    return Settings(**fields | changes)


# Only one article answers it, and that may go unseen.
EASY = {
    "text": "Can I pay by card?",
    "intents": intents(check_payment_methods=0.95),
    "embedding": embedding(0, 0, 1, 0),
}


def write_calibration(folder: Path, *, wrong: tuple[float, ...]) -> Path:
    path = folder / "calibration.json"
    judged = {"messages": 99, "wrong": wrong}
    calibration = {
        "model_version": "1",
        "languages": ["en"],
        "packs": {"commerce": judged},
        "intents": {},
    }
    path.write_text(json.dumps({"understand-en": calibration}))
    return path


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    sidecar = FakeSidecar()
    sidecar.answer("inference", "/v2/models/understand-en/infer", FixedInference())
    with TestClient(create_app(settings(tmp_path), sidecar=sidecar)) as client:
        yield client


def post(client: TestClient, **changes: Any) -> Any:
    return client.post("/suggest", json=message(**changes).model_dump(mode="json"))


def test_a_message_gets_its_reply(client: TestClient) -> None:
    reply = post(client)

    assert reply.status_code == 200
    assert reply.json()["suggestions"][0]["article_id"] == "commerce-track-order"
    assert "12345" in reply.json()["suggestions"][0]["reply"]


def test_a_tenant_automates_only_when_the_settings_name_it(tmp_path: Path) -> None:
    calibrated = write_calibration(tmp_path, wrong=())
    sidecar = FakeSidecar()
    sidecar.answer("inference", "/v2/models/understand-en/infer", FixedInference())
    allowed = settings(tmp_path, automating_tenants=frozenset({"demo"}), calibration=calibrated)
    with TestClient(create_app(allowed, sidecar=sidecar)) as client:
        while client.get("/readyz").status_code != 200:
            pass

        ours, other = post(client, **EASY), post(client, **EASY, tenant="other")

    assert ours.json()["decision"] == "automate"
    assert other.json()["decision"] == "suggest"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"tenant": "demo"}', b"\xff\xfe"])
def test_a_malformed_request_is_a_problem(client: TestClient, body: bytes) -> None:
    reply = client.post("/suggest", content=body)

    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"


def test_a_problem_does_not_echo_the_text(client: TestClient) -> None:
    body = message().model_dump(mode="json") | {"text": ["my secret text"]}

    reply = client.post("/suggest", json=body)

    assert reply.status_code == 422
    assert "secret" not in reply.text


@pytest.mark.parametrize(
    "vector",
    ["no base64!", "AAAA", embedding(1, 0).vector, embedding(1, 0, 0, float("nan")).vector],
)
def test_a_malformed_vector_is_a_problem(client: TestClient, vector: str) -> None:
    while client.get("/readyz").status_code != 200:
        pass
    body = message().model_dump(mode="json")

    reply = client.post(
        "/suggest", json=body | {"embedding": {"model": "understand-en", "vector": vector}}
    )

    assert reply.status_code == 422
    assert reply.json()["type"] == "urn:ridealong:vector-malformed"


def test_a_vector_of_an_unknown_model_is_left_out(client: TestClient) -> None:
    reply = post(client, embedding=embedding(1, 0, model="another"))

    assert reply.json()["suggestions"][0]["evidence"][0]["found_by"] == "words"


def test_it_is_not_ready_while_it_waits_for_inference(tmp_path: Path) -> None:
    with TestClient(create_app(settings(tmp_path), sidecar=FakeSidecar())) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503
        assert post(client).status_code == 200


def test_after_a_bounded_wait_it_is_ready_without_vectors(tmp_path: Path) -> None:
    impatient = settings(tmp_path, wait_for_vectors_s=0)
    with TestClient(create_app(impatient, sidecar=FakeSidecar())) as client:
        assert client.get("/readyz").status_code == 200


def test_the_log_line_holds_no_text(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        post(client, text="a very secret order 12345")

    record = next(record for record in caplog.records if record.message == "replies suggested")
    assert record.__dict__["decision"] in ("suggest", "hand_over")
    assert not any("secret" in str(value) for value in record.__dict__.values())


def test_a_tenant_or_an_intent_may_bear_less_risk_than_others(tmp_path: Path) -> None:
    sidecar = FakeSidecar()
    sidecar.answer("inference", "/v2/models/understand-en/infer", FixedInference())
    strict = {
        "strict": Risk(risk=0.02),
        "careful": Risk(risk=0.05, intents={"commerce.check_payment_methods": 0.01}),
    }
    chosen = settings(
        tmp_path,
        automating_tenants=frozenset({"demo", *strict}),
        calibration=write_calibration(tmp_path, wrong=(0.99, 0.97, 0.9, 0.8, 0.7)),
        tenant_risks=strict,
    )
    with TestClient(create_app(chosen, sidecar=sidecar)) as client:
        while client.get("/readyz").status_code != 200:
            pass
        replies = {
            tenant: post(client, **EASY, tenant=tenant).json() for tenant in ("demo", *strict)
        }

    assert {tenant: reply["decision"] for tenant, reply in replies.items()} == {
        "demo": "automate",
        "strict": "suggest",
        "careful": "suggest",
    }
    assert replies["demo"]["bound"] == {
        "risk": 0.05,
        "threshold": 0.7,
        "group": "commerce",
        "messages": 99,
    }
    assert replies["careful"]["bound"]["threshold"] == 0.99


def test_risks_are_set_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOMMENDATION_RISK", "0.1")
    monkeypatch.setenv(
        "RECOMMENDATION_TENANT_RISKS",
        '{"acme": {"risk": 0.02, "intents": {"commerce.track_order": 0.01}}}',
    )

    read = Settings()

    assert read.risk_of("other").of("commerce.track_order") == 0.1
    assert read.risk_of("acme").of("commerce.track_order") == 0.01
    assert read.risk_of("acme").of("commerce.get_refund") == 0.02


@pytest.mark.parametrize("risk", ["0", "1", "-0.1", "nan", "much"])
def test_a_risk_that_is_none_is_refused(risk: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOMMENDATION_RISK", risk)

    with pytest.raises(ValidationError, match="risk"):
        Settings()


@pytest.mark.parametrize("content", ["", "{", '{"understand-en": {}}', "[]"])
def test_with_a_broken_calibration_there_is_no_app(tmp_path: Path, content: str) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(content)

    with pytest.raises(KnowledgeBroken, match=r"calibration\.json"):
        create_app(settings(tmp_path, calibration=path), sidecar=FakeSidecar())


def test_in_a_batch_each_message_gets_what_it_gets_alone(client: TestClient) -> None:
    asked_for = [message(text=TEXT), message(text="Hello!", is_rejected=True)]
    bodies = [each.model_dump(mode="json") for each in asked_for]
    alone = [client.post("/suggest", json=each).json() for each in bodies]

    outcomes = client.post("/suggest/batch", json=[{"request": each} for each in bodies]).json()

    assert [json.loads(each["body"]) for each in outcomes["outcomes"]] == alone
    assert alone[0] != alone[1]
