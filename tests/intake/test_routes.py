"""Intake by invocation."""

import base64
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ridealong.chassis.errors import SidecarUnavailable
from services.intake.app import create_app
from services.intake.settings import Settings
from tests.custody.sidecars import SlowSidecar
from tests.fakes import FakeSidecar
from tests.intake.desks import TEXT, keys_of, received
from tests.mail.mails import mail, nested

TO_AGGREGATION = {"dapr-caller-app-id": "aggregation"}
JSON = {"content-type": "application/json"}
UNKNOWN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture
def sidecar() -> FakeSidecar:
    return FakeSidecar()


@pytest.fixture
def client(sidecar: FakeSidecar) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(max_text_chars=1000), sidecar=sidecar)) as client:
        yield client


def body(**changes: Any) -> dict[str, Any]:
    chat = {"tenant": "demo", "channel": "chat", "route": "live", "text": TEXT}
    return chat | {"customer_id": "jane", "external_id": "1"} | changes


def test_a_message_is_accepted_and_can_be_read_by_those_who_need_it(client: TestClient) -> None:
    accepted = client.post("/messages", json=body()).json()
    path = f"/messages/{accepted['message_id']}"

    for caller in ("aggregation", "preprocessing"):
        raw = client.get(
            path, params={"tenant": "demo"}, headers={"dapr-caller-app-id": caller}
        ).json()
        assert raw == {name: accepted[name] for name in accepted if name != "is_duplicate"}
        assert raw["text"] == TEXT


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("dapr-caller-app-id", "gateway")],
        [("dapr-caller-app-id", "aggregation"), ("dapr-caller-app-id", "gateway")],
    ],
)
def test_nobody_else_reads_raw_text(client: TestClient, headers: list[tuple[str, str]]) -> None:
    accepted = client.post("/messages", json=body()).json()

    reply = client.get(
        f"/messages/{accepted['message_id']}", params={"tenant": "demo"}, headers=headers
    )

    asked = {"tenant": "demo", "message_id": accepted["message_id"]}
    one = client.post("/messages/read", json=asked, headers=headers)
    many = client.post("/messages/read/batch", json=[{"request": asked}], headers=headers)
    for refused in (reply, one, many):
        assert refused.status_code == 403
        assert TEXT not in refused.text


def test_many_are_read_at_once_and_each_is_missed_by_itself(client: TestClient) -> None:
    kept = client.post("/messages", json=body()).json()["message_id"]
    asked = [("demo", kept), ("other", kept), ("demo", UNKNOWN_ID)]

    reply = client.post(
        "/messages/read/batch",
        json=[{"request": {"tenant": tenant, "message_id": at}} for tenant, at in asked],
        headers=TO_AGGREGATION,
    )

    found, *missing = reply.json()["outcomes"]
    assert [found["status"], *(each["status"] for each in missing)] == [200, 404, 404]
    assert json.loads(found["body"])["text"] == TEXT
    one = client.post(
        "/messages/read", json={"tenant": "demo", "message_id": kept}, headers=TO_AGGREGATION
    )
    assert one.json() == json.loads(found["body"])


def test_an_id_of_another_tenant_or_another_time_is_a_404(client: TestClient) -> None:
    accepted = client.post("/messages", json=body()).json()
    true_id = accepted["message_id"]
    other_time = ("1" if true_id[0] != "1" else "2") + true_id[1:]

    for tenant, message_id in [("other", true_id), ("demo", other_time), ("demo", UNKNOWN_ID)]:
        reply = client.get(
            f"/messages/{message_id}", params={"tenant": tenant}, headers=TO_AGGREGATION
        )
        assert (reply.status_code, reply.json()["type"]) == (404, "urn:ridealong:message-not-found")


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"text": " "}, 422, "text"),
        ({"text": "secret " * 200}, 413, "text"),
        ({"text": 7}, 422, "text"),
        ({"text": None}, 422, "(body)"),
        ({"mail": "aGk="}, 422, "(body)"),
        ({"text": None, "mail": "secret!"}, 422, "mail"),
        ({"tenant": "../secret"}, 422, "tenant"),
        ({"channel": "secret"}, 422, "channel"),
        ({"customer_id": ""}, 422, "customer_id"),
        ({"customer_id": "secret \ud83d"}, 422, "customer_id"),
        ({"subject": "secret \ud83d"}, 422, "subject"),
        ({"customer_id": "sec\nret"}, 422, "customer_id"),
        ({"customer_id": "secret" * 100}, 422, "customer_id"),
        ({"secret words": 1}, 422, "(unprintable name)"),
    ],
)
def test_a_bad_message_is_a_problem_that_names_the_field_and_echoes_nothing(
    client: TestClient, sidecar: FakeSidecar, change: dict[str, Any], status: int, field: str
) -> None:
    reply = client.post("/messages", content=json.dumps(body(**change)), headers=JSON)

    problem = reply.json()
    named = problem["field"] if "field" in problem else problem["fields"][0]["field"]
    assert (reply.status_code, named) == (status, field)
    assert reply.headers["content-type"] == "application/problem+json"
    assert "secret" not in reply.text
    assert sidecar.operations == []


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b'{"text": "\\ud83d"', 422),
        (b'{"tenant":"demo","channel":"chat","route":"live","text":"\\ud83d"}', 422),
        (b'{"tenant":"demo","channel":"chat","route":"live","text":"a\\u0000"}', 422),
        (b'{"tenant":"demo","channel":"chat","route":"live","text":"\xff"}', 400),
        (b"[]", 422),
        (b"", 422),
    ],
)
def test_a_body_of_broken_bytes_is_a_problem(
    client: TestClient, content: bytes, status: int
) -> None:
    reply = client.post("/messages", content=content, headers={"content-type": "application/json"})

    assert reply.status_code in (status, 422)
    assert reply.headers["content-type"] == "application/problem+json"


def test_a_mail_of_forty_levels_is_a_problem(client: TestClient) -> None:
    raw = base64.b64encode(nested(40)).decode()

    reply = client.post("/messages", json=body(channel="email", text=None, mail=raw))

    assert reply.status_code == 422
    assert reply.json()["type"] == "urn:ridealong:mail-too-deep"


def test_a_failed_announcement_is_a_503_and_a_repeat_makes_it_good(
    client: TestClient, sidecar: FakeSidecar
) -> None:
    sidecar.fail_at(4, SidecarUnavailable("could not publish"))

    failed = client.post("/messages", json=body())
    repeat = client.post("/messages", json=body())

    assert (failed.status_code, failed.headers["retry-after"]) == (503, "2")
    assert (repeat.status_code, repeat.json()["is_duplicate"]) == (200, True)
    assert len(received(sidecar)) == 1


def test_the_same_id_with_another_text_is_a_409(client: TestClient) -> None:
    client.post("/messages", json=body())

    assert client.post("/messages", json=body(text="other")).status_code == 409


def test_a_batch_answers_line_by_line_and_echoes_nothing(
    client: TestClient, sidecar: FakeSidecar
) -> None:
    automatic = base64.b64encode(mail("secret", Auto_Submitted="auto-replied")).decode()
    lines = [
        body(),
        body(),
        body(external_id="2", text="  "),
        body(external_id="3", tenant="other"),
        body(external_id="4", text=None, mail=automatic),
        body(external_id="5", text="secret " * 200),
        body(external_id="6", route="queued"),
    ]

    reply = client.post("/messages/batch", json={"tenant": "demo", "messages": lines})

    found = reply.json()["lines"]
    assert sorted(line["outcome"] for line in found[:2]) == ["accepted", "duplicate"]
    assert found[0]["message_id"] == found[1]["message_id"]
    assert [(line["status"], line["problem"]) for line in found[2:]] == [
        (422, "text-missing"),
        (422, "tenants-mixed"),
        (422, "mail-is-automatic"),
        (413, "text-too-long"),
        (202, None),
    ]
    assert found[2]["detail"].startswith("text: ")
    assert "secret" not in reply.text
    assert len(keys_of(sidecar, "message")) == 2


def test_a_batch_of_one_customer_shares_its_writes() -> None:
    sidecar = SlowSidecar()
    lines = [body(external_id=str(number)) for number in range(100)]

    with TestClient(create_app(sidecar=sidecar)) as client:
        reply = client.post("/messages/batch", json={"tenant": "demo", "messages": lines})

    entered = [operation for operation in sidecar.operations if "save demo:customer:" in operation]
    assert {line["outcome"] for line in reply.json()["lines"]} == {"accepted"}
    assert len(received(sidecar)) == 100
    assert len(entered) < 50


def test_a_receipt_shows_that_a_message_is_kept_and_nothing_of_it(client: TestClient) -> None:
    accepted = client.post("/messages", json=body()).json()
    path = f"/messages/{accepted['message_id']}/receipt"

    receipt = client.get(path, params={"tenant": "demo"})

    assert receipt.json() == {
        name: accepted[name] for name in ("message_id", "conversation_id", "received_at")
    }
    assert client.get(path, params={"tenant": "other"}).status_code == 404


def test_a_live_message_is_queued_on_request(client: TestClient, sidecar: FakeSidecar) -> None:
    accepted = client.post("/messages", json=body()).json()

    replies = [
        client.post(f"/messages/{accepted['message_id']}/queue", params={"tenant": "demo"})
        for _ in range(2)
    ]

    assert [reply.status_code for reply in replies] == [202, 202]
    assert {event.route for event in received(sidecar)} == {"live", "queued"}


def test_queueing_an_unknown_message_is_a_404(client: TestClient) -> None:
    reply = client.post(f"/messages/{UNKNOWN_ID}/queue", params={"tenant": "demo"})

    assert reply.status_code == 404


def test_a_forgotten_customer_is_refused_and_their_messages_are_gone(client: TestClient) -> None:
    accepted = client.post("/messages", json=body()).json()
    path, tenant = f"/messages/{accepted['message_id']}", {"tenant": "demo"}

    receipt = client.post("/customers/forget", json={"tenant": "demo", "customer_id": "jane"})

    assert receipt.json()["message_ids"] == [accepted["message_id"]]
    assert client.get(path, params=tenant, headers=TO_AGGREGATION).status_code == 410
    assert client.get(f"{path}/receipt", params=tenant).status_code == 410
    assert client.post(f"{path}/queue", params=tenant).status_code == 410
    for external_id in ("1", "2"):
        refused = client.post("/messages", json=body(external_id=external_id))
        assert (refused.status_code, refused.json()["field"]) == (410, "customer_id")


def test_no_customer_text_or_id_reaches_the_log(
    client: TestClient, caplog: pytest.LogCaptureFixture, sidecar: FakeSidecar
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post("/messages", json=body(text="secret", customer_id="secret"))
        sidecar.fail_at(1, SidecarUnavailable("gone"))
        client.post("/messages", json=body(text="secret 2", customer_id="secret"))
        client.post("/customers/forget", json={"tenant": "demo", "customer_id": "secret"})

    assert "secret" not in "".join(str(vars(record)) for record in caplog.records)


def test_what_began_before_the_end_is_finished(sidecar: FakeSidecar) -> None:
    with TestClient(create_app(sidecar=sidecar)) as client:
        client.post("/messages", json=body())

    assert len(keys_of(sidecar, "announced-live")) == 1
