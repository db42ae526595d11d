"""What a support team does with Ridealong, told on the running system."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.system.caller import Caller
from tests.system.harness import System, eventually

ROOT = Path(__file__).parents[2]
MAIL = (ROOT / "examples" / "mails" / "quoted-reply.eml").read_bytes()


def test_a_customer_asks_where_the_order_is(caller: Caller) -> None:
    answer = caller.answer("Where is my order 12345? It is awful, I waited two weeks for nothing!")

    assert answer["intents"][0]["name"] == "commerce.track_order"
    assert answer["sentiment"]["label"] == "negative"
    assert answer["language"] == "en"
    assert {"type": "order_number", "value": "12345"}.items() <= answer["entities"][0].items()
    assert answer["decision"] in ("suggest", "hand_over", "automate")
    assert answer["reason"]["text"]
    best = answer["suggestions"][0]
    assert best["evidence"][0]["sentence"]
    assert "{" not in best["reply"]
    assert all(prediction["prediction_id"] for prediction in answer["predictions"])


def test_who_writes_a_third_time_is_more_urgent(caller: Caller) -> None:
    first, *_, third = [
        caller.answer("Where is my order 4711?", conversation_id="story-repeat")["urgency"]
        for _ in range(3)
    ]

    assert third["score"] > first["score"]
    assert "repeat" not in first["reasons"]
    assert "repeat" in third["reasons"]


def test_personal_data_stays_behind_and_is_revealed_to_whoever_may_see_it(
    system: System, caller: Caller
) -> None:
    text = "I am Jane Miller, write to jane.miller@example.com about order 998877 please"

    masked = caller.answer(text, external_id="reveal-1")
    revealed = caller.http.get(
        f"/v1/messages/{masked['message_id']}", params={"reveal": "true"}
    ).json()["answer"]

    assert "jane.miller@example.com" not in json.dumps(masked)
    assert "[EMAIL_1]" in masked["text"]
    assert "998877" in masked["text"]
    assert "jane.miller@example.com" in revealed["text"]
    with Caller.with_new_key(system, scopes=["messages:read"]) as narrow:
        refused = narrow.http.get(f"/v1/messages/{masked['message_id']}?reveal=true")
    assert refused.status_code == 403


def test_a_mail_is_read_without_what_it_quotes(caller: Caller) -> None:
    reply = caller.http.post(
        "/v1/messages", content=MAIL, headers={"content-type": "message/rfc822"}
    )

    answer = caller.finished(reply)
    assert answer["channel"] == "email"
    assert "\n>" not in answer["text"]


def test_who_does_not_wait_is_told_where_to_look(caller: Caller) -> None:
    reply = caller.send("Cancel order 5511 please", headers={"prefer": "respond-async"})

    assert reply.status_code == 202
    assert reply.headers["preference-applied"] == "respond-async"
    assert caller.finished(reply)["route"] == "queued"


def test_the_steps_of_a_message_can_be_followed_and_resumed(caller: Caller) -> None:
    message_id = caller.queue("Please change my delivery address")
    url = f"/v1/messages/{message_id}/events"

    steps = read_stream(caller, url)
    rest = read_stream(caller, url, last_event_id="1")

    assert [step["name"] for step in steps] == ["claimed", "answered", "announced"]
    assert [step["number"] for step in rest] == [2, 3]


def read_stream(caller: Caller, url: str, last_event_id: str | None = None) -> list[dict[str, Any]]:
    headers = {"last-event-id": last_event_id} if last_event_id else {}
    with caller.http.stream("GET", url, headers=headers) as reply:
        assert reply.status_code == 200
        lines = [line for line in reply.iter_lines() if line.startswith("data:")]
    return [json.loads(line.removeprefix("data:")) for line in lines]


def test_a_batch_tells_of_each_line(caller: Caller) -> None:
    body = '{"text": "Where is order 77?"}\nnot json\n{"text": ""}\n{"text": "Thank you!"}\n'
    reply = caller.http.post(
        "/v1/messages/batch", content=body, headers={"content-type": "application/x-ndjson"}
    )

    *lines, summary = [json.loads(line) for line in reply.text.splitlines()]
    assert [line["outcome"] for line in lines] == ["accepted", "refused", "refused", "accepted"]
    assert (summary["accepted"], summary["refused"]) == (2, 2)
    batch_id = summary["batch_id"]
    eventually(lambda: caller.counts(batch_id).get("answered", 0) == 2, within_s=20)


def test_the_same_message_twice_is_one_message(caller: Caller) -> None:
    first = caller.answer("Where is order 1?", external_id="twice-1")
    again = caller.answer("Where is order 1?", external_id="twice-1")
    changed = caller.send("Where is order 2?", external_id="twice-1")

    assert again == first
    assert changed.status_code == 409


def test_an_idempotency_key_gives_the_first_reply_again(caller: Caller) -> None:
    headers = {"idempotency-key": '"story-1"'}
    first = caller.send("Where is order 3?", headers=headers)
    again = caller.send("Where is order 3?", headers=headers)
    other = caller.send("Where is order 4?", headers=headers)

    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert other.status_code == 409


def test_another_tenant_finds_nothing(system: System, caller: Caller) -> None:
    message_id = caller.send("Where is order 5?").json()["message_id"]

    with Caller.with_new_key(system, tenant="other") as stranger:
        assert stranger.http.get(f"/v1/messages/{message_id}").status_code == 404


def test_a_forgotten_customer_leaves_nothing(caller: Caller) -> None:
    customer = "forget.me@example.net"
    message_id = caller.answer("Where is order 6?", customer_id=customer)["message_id"]

    receipt = caller.http.post("/v1/customers/forget", json={"customer_id": customer})

    assert receipt.status_code == 200
    assert receipt.json()["message_ids"] == [message_id]
    url = f"/v1/messages/{message_id}"
    eventually(lambda: caller.http.get(url).status_code == 404, within_s=20)


def test_reports_count_what_was_answered(system: System, caller: Caller) -> None:
    caller.answer("Where is order 8?")
    today = datetime.now(UTC).date().isoformat()

    def volume() -> int:
        reply = httpx2.get(
            f"{system.sidecar_url('gateway')}/v1.0/invoke/analytics/method/reports/volume",
            params={"tenant": "demo", "by": "day", "from": today},
        )
        assert reply.status_code == 200, reply.text
        return sum(row["messages"] for row in reply.json()["lines"])

    eventually(lambda: volume() > 0, within_s=20)


def test_any_service_answers_through_any_sidecar(system: System) -> None:
    reply = httpx2.post(
        f"{system.sidecar_url('analytics')}/v1.0/invoke/preprocessing/method/features",
        json={"text": "Hello there!"},
    )

    assert reply.status_code == 200
    assert reply.json()["words"] == 2


def test_a_service_hears_only_its_own_sidecar(system: System) -> None:
    reply = httpx2.post(f"{system.url('preprocessing')}/features", json={"text": "Hello"})

    assert reply.status_code == 401


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (json.loads(line)["line"], json.loads(line)["status"])
        for line in (ROOT / "examples/hostile/refused.jsonl").read_text().splitlines()
    ],
)
def test_a_hostile_body_is_refused_with_a_problem(caller: Caller, line: str, status: int) -> None:
    reply = caller.http.post(
        "/v1/messages",
        content=line.encode("utf-8", "surrogatepass"),
        headers={"content-type": "application/json"},
    )

    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in reply.text


def test_nothing_a_customer_wrote_is_in_any_log(system: System, caller: Caller) -> None:
    caller.answer("xylophone zanzibar: where is my order?", customer_id="quagga@example.org")

    names = [service.name for service in system.local.topology.apps]
    sidecars = [f"{service.name}-dapr" for service in system.local.topology.services]
    for name in names + sidecars:
        log = system.log(name).lower()
        assert "zanzibar" not in log
        assert "quagga@" not in log
