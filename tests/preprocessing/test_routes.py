"""The HTTP edge of `preprocessing`."""

import json
import logging
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ridealong.chassis.errors import CallFailed
from ridealong.chassis.sidecar import HttpReply
from ridealong.contracts.preprocessing import EntityType
from ridealong.text.entities import EntityKind
from ridealong.text.placeholders import fill_placeholders
from tests.fakes import FakeSidecar

MESSAGE_ID = "01890000-0000-7000-8000-000000000001"
PERSONAL = "I am Jane Doe, 12 Baker Street. Mail jane@example.com about order 12345!"
MASKED = "I am [PERSON_1], [ADDRESS_1]. Mail [EMAIL_1] about order 12345!"


def request(text: str, **changes: Any) -> dict[str, Any]:
    return {
        "tenant": "demo",
        "message_id": MESSAGE_ID,
        "conversation_id": "c-1",
        "channel": "chat",
        "text": text,
    } | changes


def prepare(client: TestClient, text: str, **changes: Any) -> dict[str, Any]:
    response = client.post("/prepare", json=request(text, **changes))
    assert response.status_code == 200, response.text
    return dict(response.json())


def keep_in_intake(sidecar: FakeSidecar, text: str, **changes: Any) -> None:
    raw = request(text) | {
        "customer_hash": "h",
        "subject": None,
        "received_at": "2026-01-01T00:00:00Z",
    }
    sidecar.answer("intake", f"/messages/{MESSAGE_ID}", raw | changes)


def test_a_message_leaves_masked_and_understood(client: TestClient) -> None:
    prepared = prepare(client, PERSONAL)

    assert prepared["text"] == MASKED
    assert prepared["placeholders"] == ["[PERSON_1]", "[ADDRESS_1]", "[EMAIL_1]"]
    assert prepared["language"] == "en"
    assert prepared["features"]["exclamation_marks"] == 1
    (entity,) = prepared["entities"]
    assert entity | {"start": 0, "end": 0} == {
        "type": "order_number",
        "text": "12345",
        "value": "12345",
        "currency": None,
        "start": 0,
        "end": 0,
    }
    assert prepared["text"][entity["start"] : entity["end"]] == "12345"


def test_a_plain_message_asks_nobody(client: TestClient, sidecar: FakeSidecar) -> None:
    prepared = prepare(client, "Where is my order 12345? I have been waiting for two weeks!")

    assert [entity["value"] for entity in prepared["entities"]] == ["12345", "P2W"]
    assert sidecar.operations == []


def test_a_message_without_personal_data_touches_no_state(
    client: TestClient, sidecar: FakeSidecar
) -> None:
    prepare(client, "Gdzie jest moje zamówienie 12345?")

    assert sidecar.operations == ["call inference /v2/models/pii-tagger/infer"]


def test_a_person_keeps_the_placeholder_in_a_conversation(client: TestClient) -> None:
    prepare(client, "I am Tom")

    assert prepare(client, "Jane Doe and Tom")["text"] == "[PERSON_2] and [PERSON_1]"
    assert prepare(client, "Jane Doe", conversation_id="c-2")["text"] == "[PERSON_1]"


def test_another_tenant_shares_no_table(client: TestClient, sidecar: FakeSidecar) -> None:
    prepare(client, "I am Tom")
    prepare(client, "I am Tom", tenant="other")

    assert sorted(sidecar.state) == ["demo:placeholders:c-1", "other:placeholders:c-1"]
    assert len({stored.value for stored in sidecar.state.values()}) == 2


def test_a_known_person_is_not_written_again(client: TestClient, sidecar: FakeSidecar) -> None:
    prepare(client, "I am Tom")
    sidecar.operations.clear()

    prepare(client, "I am Tom")

    assert not [operation for operation in sidecar.operations if operation.startswith("save")]


def test_the_state_holds_no_personal_value(client: TestClient, sidecar: FakeSidecar) -> None:
    prepare(client, PERSONAL)

    kept = b"".join(stored.value for stored in sidecar.state.values()).lower()
    assert not [word for word in (b"jane", b"doe", b"baker", b"example") if word in kept]


def test_subject_and_text_share_their_placeholders(client: TestClient) -> None:
    prepared = prepare(client, "Tom again", subject="From Tom", channel="email")

    assert (prepared["subject"], prepared["text"]) == ("From [PERSON_1]", "[PERSON_1] again")


def test_a_mail_without_a_body_says_it_in_its_subject(client: TestClient) -> None:
    prepared = prepare(client, "", subject="Cancel order 12345", channel="email")

    assert prepared["text"] == "Cancel order 12345"
    assert prepared["entities"][0]["value"] == "12345"


def test_a_mail_leaves_without_its_thread(client: TestClient) -> None:
    mail = (
        "Where is it?\n\nBest regards,\nJane Doe\n\nOn 3 Mar 2025, S <s@x.com> wrote:\n> Dear Tom"
    )

    assert prepare(client, mail, channel="email")["text"] == "Where is it?"


@pytest.mark.parametrize(
    "failure",
    [
        None,
        HttpReply(500, b""),
        HttpReply(404, b"{}"),
        HttpReply(200, b"not json"),
        HttpReply(200, b'{"outputs": []}'),
        HttpReply(200, b'{"outputs": [{"name": "row", "data": [0]}]}'),
    ],
)
def test_what_the_tagger_has_not_seen_stays_behind(
    client: TestClient, sidecar: FakeSidecar, failure: HttpReply | None
) -> None:
    def fail(_: bytes) -> HttpReply:
        if failure is None:
            raise CallFailed("inference did not answer")
        return failure

    sidecar.answer("inference", "/v2/models/pii-tagger/infer", fail)

    response = client.post("/prepare", json=request(PERSONAL))

    assert response.status_code == 503
    assert response.headers["retry-after"] == "2"
    assert "personal-data-unchecked" in response.json()["type"]
    assert "Jane" not in response.text


def test_a_problem_never_echoes_the_text(client: TestClient) -> None:
    response = client.post("/prepare", json=request(PERSONAL, unexpected="Jane Doe"))

    assert response.status_code == 422
    assert "Jane" not in response.text


def test_nothing_personal_is_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        prepare(client, PERSONAL)

    logged = " ".join(str(record.__dict__) for record in caplog.records).lower()
    assert "message prepared" in logged
    assert not [word for word in ("jane", "baker", "example.com") if word in logged]


def test_revealed_values_give_the_message_back(client: TestClient, sidecar: FakeSidecar) -> None:
    masked = prepare(client, PERSONAL)["text"]
    keep_in_intake(sidecar, PERSONAL)

    response = client.post("/reveal", json={"tenant": "demo", "message_id": MESSAGE_ID})

    assert response.json()["values"]["[PERSON_1]"] == "Jane Doe"
    assert fill_placeholders(masked, response.json()["values"]) == PERSONAL
    assert f"/messages/{MESSAGE_ID}?tenant=demo" in sidecar.calls[-2][2]


def test_revealed_values_fit_a_message_that_tells_a_day(
    client: TestClient, sidecar: FakeSidecar
) -> None:
    text = "I am Tom, I ordered it in 3 days, last Friday. Jane Doe"
    masked = prepare(client, text, received_at="2026-01-01T00:00:00Z")["text"]
    keep_in_intake(sidecar, text)

    response = client.post("/reveal", json={"tenant": "demo", "message_id": MESSAGE_ID})

    assert fill_placeholders(masked, response.json()["values"]) == text


def test_reveal_writes_nothing_and_invents_nothing(
    client: TestClient, sidecar: FakeSidecar
) -> None:
    keep_in_intake(sidecar, PERSONAL)

    response = client.post("/reveal", json={"tenant": "demo", "message_id": MESSAGE_ID})

    assert response.json() == {"values": {}}
    assert sidecar.state == {}


def test_a_placeholder_typed_by_the_customer_is_not_revealed(
    client: TestClient, sidecar: FakeSidecar
) -> None:
    text = "[PERSON_1] is me, Tom"
    prepared = prepare(client, text)
    keep_in_intake(sidecar, text)

    response = client.post("/reveal", json={"tenant": "demo", "message_id": MESSAGE_ID})

    assert prepared["text"] == "(PERSON_1) is me, [PERSON_1]"
    assert response.json() == {"values": {"[PERSON_1]": "Tom"}}


def test_a_message_that_intake_does_not_have_is_not_found(
    client: TestClient, sidecar: FakeSidecar
) -> None:
    sidecar.answer("intake", f"/messages/{MESSAGE_ID}", lambda _: HttpReply(404, b"{}"))

    response = client.post("/reveal", json={"tenant": "demo", "message_id": MESSAGE_ID})

    assert response.status_code == 404


def test_features_are_told_alone(client: TestClient) -> None:
    features = client.post("/features", json={"text": "HELP! Where is it? 😡"}).json()

    assert (features["words"], features["emoji"], features["question_marks"]) == (4, 1, 1)


@pytest.mark.parametrize(
    ("received_at", "day", "month"),
    [
        ("2026-11-25T08:00:00Z", "2026-11-24", "2026-10"),
        ("2026-12-01T00:30:00+02:00", "2026-11-29", "2026-10"),
        ("2027-01-01T00:00:00Z", "2026-12-31", "2026-12"),
    ],
)
def test_a_repeat_on_another_day_is_told_from_that_day(
    client: TestClient, received_at: str, day: str, month: str
) -> None:
    text = "It came yesterday, I ordered it last month!"
    prepare(client, text, received_at="2026-06-15T12:00:00Z")

    prepared = prepare(client, text, received_at=received_at)

    assert [entity["value"] for entity in prepared["entities"]] == [day, month]


@pytest.mark.parametrize(
    "received_at", [None, "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"]
)
def test_without_a_day_of_receipt_yesterday_is_no_date(
    client: TestClient, received_at: str | None
) -> None:
    prepared = prepare(client, "It came yesterday, two weeks ago!", received_at=received_at)

    assert [entity["value"] for entity in prepared["entities"]] == ["P2W"]


@pytest.mark.parametrize("received_at", ["yesterday", "2026-11-25T08:00:00", ""])
def test_a_time_of_receipt_without_a_zone_is_refused(client: TestClient, received_at: str) -> None:
    response = client.post("/prepare", json=request("Hello", received_at=received_at))

    assert response.status_code == 422


def test_the_contract_names_every_kind_of_entity() -> None:
    assert {kind.value for kind in EntityKind} == {kind.value for kind in EntityType}


def test_in_a_batch_each_message_gets_what_it_gets_alone(client: TestClient) -> None:
    texts = [PERSONAL, "Where is my order 12345?"]
    alone = [prepare(client, text) for text in texts]

    items = [{"request": request(text)} for text in texts]
    outcomes = client.post("/prepare/batch", json=items).json()["outcomes"]

    assert [json.loads(each["body"]) for each in outcomes] == alone
    assert all("Jane" not in each["body"] for each in outcomes)
