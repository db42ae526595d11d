import json
from pathlib import Path

import pytest

from ridealong.contracts.contract import Event
from tests.analytics.service import analytics, bury, deliver
from tests.fakes import FakeSidecar
from tests.lake.facts import answered, received


def test_what_was_heard_is_reported(tmp_path: Path) -> None:
    with analytics(tmp_path) as client:
        deliver(client, received(1), received(2))
        deliver(client, answered(1))
        volume = client.get("/reports/volume", params={"tenant": "acme", "by": "day,decision"})
        talks = client.get("/conversations", params={"tenant": "acme", "decision": "suggest"})

    assert volume.json()["lines"] == [
        {"day": "2026-03-10", "intent": None, "language": None, "sentiment": None}
        | {"decision": "suggest", "messages": 1, "answered": 1},
        {"day": "2026-03-10", "intent": None, "language": None, "sentiment": None}
        | {"decision": None, "messages": 1, "answered": 0},
    ]
    assert [talk["conversation_id"] for talk in talks.json()["conversations"]] == ["conversation-1"]


@pytest.mark.parametrize(
    "query",
    [
        "/reports/volume",
        "/reports/volume?tenant=ACME",
        "/reports/volume?tenant=acme&by=tenant",
        "/reports/volume?tenant=acme&by=day,1;DROP",
        "/reports/volume?tenant=acme&from=yesterday",
        "/reports/volume?tenant=acme&from=2026-03-10&to=2026-03-10",
        "/reports/volume?tenant=acme&unknown=1",
        "/conversations",
        "/conversations?tenant=acme'--",
        "/conversations?tenant=acme&limit=0",
        "/conversations?tenant=acme&limit=100000",
        "/conversations?tenant=acme&decision=maybe",
        "/conversations?tenant=acme&cursor=!!",
        "/conversations?tenant=acme&cursor=AAAA",
        "/dead-letters?status=unknown",
        "/dead-letters?limit=-1",
    ],
)
def test_a_wrong_question_is_a_problem_that_names_the_field(tmp_path: Path, query: str) -> None:
    with analytics(tmp_path) as client:
        reply = client.get(query)

    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"


def test_dates_and_times_with_and_without_a_zone_are_read(tmp_path: Path) -> None:
    with analytics(tmp_path) as client:
        deliver(client, received(1))
        found = [
            client.get("/reports/volume", params={"tenant": "acme", "from": since}).json()["lines"]
            for since in ("2026-03-10", "2026-03-10T12:00:00", "2026-03-10T13:30:00+01:00")
        ]

    assert [len(lines) for lines in found] == [1, 1, 0]


def test_the_list_of_dead_letters_shows_no_event_and_the_letter_does(tmp_path: Path) -> None:
    with analytics(tmp_path) as client:
        entry = bury(client, received())
        listed = client.get("/dead-letters")
        shown = client.get(f"/dead-letters/{entry['letter_id']}")

    assert "hash-1" not in listed.text
    assert shown.json()["event"]["data"]["customer_hash"] == "hash-1"


def test_an_unknown_dead_letter_is_a_404_problem(tmp_path: Path) -> None:
    with analytics(tmp_path) as client:
        replies = [client.get("/dead-letters/nope"), client.post("/dead-letters/nope/resend")]

    assert [reply.status_code for reply in replies] == [404, 404]
    assert replies[0].json()["type"] == "urn:ridealong:dead-letter-not-found"


def test_a_dead_letter_is_resent_by_its_id(tmp_path: Path) -> None:
    sidecar = FakeSidecar()
    event: Event = received()
    sidecar.answer("aggregation", f"/events/{event.topic}", {"status": "SUCCESS"})

    with analytics(tmp_path, sidecar) as client:
        entry = bury(client, event)
        reply = client.post(f"/dead-letters/{entry['letter_id']}/resend").json()

    assert (reply["outcome"], reply["dead_letter"]["status"]) == ("SUCCESS", "resent")
    assert json.loads(sidecar.calls[0][3])["id"] == event.event_id


def test_the_metrics_tell_rows_commits_and_waiting_letters(tmp_path: Path) -> None:
    with analytics(tmp_path) as client:
        deliver(client, received(1), received(1), received(2))
        deliver(client, received(2))
        metrics = client.get("/metrics").text

    for name in (
        'ridealong_lake_rows_committed_total{table="messages_received"}',
        'ridealong_lake_duplicates_dropped_total{table="messages_received"}',
        "ridealong_lake_commit_seconds_count",
        "ridealong_lake_buffered_rows",
        "ridealong_dead_letters_waiting",
    ):
        assert name in metrics
