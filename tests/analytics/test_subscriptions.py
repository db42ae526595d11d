import importlib
import pkgutil
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import ridealong.contracts
from ridealong.chassis.subscriptions import dead_letter_topic
from ridealong.contracts.contract import Event
from services.analytics.subscriptions import EVENTS
from tests.analytics.service import analytics, bury, deliver, deliver_one
from tests.fakes import FakeSidecar, cloud_event
from tests.lake.facts import answered, forgotten, predicted, received


def count(client: TestClient, tenant: str = "acme") -> int:
    lines = client.get("/reports/volume", params={"tenant": tenant}).json()["lines"]
    return sum(line["messages"] for line in lines)


def subscribed(client: TestClient) -> dict[str, dict[str, Any]]:
    return {entry["topic"]: entry for entry in client.get("/dapr/subscribe").json()}


def known_events() -> set[type[Event]]:
    for module in pkgutil.iter_modules(ridealong.contracts.__path__):
        importlib.import_module(f"ridealong.contracts.{module.name}")
    return {event for event in Event.__subclasses__() if event.__module__.startswith("ridealong.")}


def test_every_event_that_names_analytics_is_heard(tmp_path: Path) -> None:
    with analytics(tmp_path) as client:
        topics = subscribed(client)

    assert {event.topic for event in known_events() if "analytics" in event.heard_by} <= set(topics)


def test_the_dead_letters_of_every_subscriber_are_heard(tmp_path: Path) -> None:
    with analytics(tmp_path) as client:
        topics = subscribed(client)

    expected = {
        dead_letter_topic(event.topic, app_id)
        for event in known_events()
        for app_id in event.heard_by
    }
    assert expected <= set(topics)
    assert set(EVENTS) == known_events()


def test_dead_letters_have_no_dead_letters_and_all_others_have(tmp_path: Path) -> None:
    with analytics(tmp_path) as client:
        topics = subscribed(client)

    for topic, entry in topics.items():
        expected = None if topic.endswith(".dead") else f"{topic}.analytics.dead"
        assert entry.get("deadLetterTopic") == expected


def test_messages_and_predictions_are_heard_in_bulk(tmp_path: Path) -> None:
    with analytics(tmp_path) as client:
        topics = subscribed(client)

    bulk = {topic for topic, entry in topics.items() if entry.get("bulkSubscribe")}
    assert bulk == {"messages.received.v1", "messages.answered.v1", "predictions.made.v1"}


def test_what_is_acknowledged_is_there_after_a_restart(tmp_path: Path) -> None:
    with analytics(tmp_path) as client:
        acknowledged = deliver(client, *(received(number) for number in range(20)))
    with analytics(tmp_path) as client:
        found = count(client)

    assert (acknowledged, found) == (["SUCCESS"] * 20, 20)


def test_a_redelivered_bulk_adds_nothing(tmp_path: Path) -> None:
    with analytics(tmp_path) as client:
        for _ in range(2):
            deliver(client, received(1), received(2))

        assert count(client) == 2


@pytest.mark.parametrize(
    "data",
    [
        None,
        "text",
        [],
        {},
        {"tenant": "acme"},
        received().model_dump(mode="json") | {"message_id": "../../etc"},
        received().model_dump(mode="json") | {"tenant": "ACME'; DROP"},
        received().model_dump(mode="json") | {"occurred_at": "2026-03-10T12:00:00"},
    ],
)
def test_a_malformed_event_is_dropped_and_its_neighbours_are_stored(
    tmp_path: Path, data: Any
) -> None:
    with analytics(tmp_path) as client:
        statuses = deliver(client, received(1), cloud_event(received(2), data=data), received(3))

        assert statuses == ["SUCCESS", "DROP", "SUCCESS"]
        assert count(client) == 2


def test_unknown_fields_of_a_newer_publisher_are_passed_over(tmp_path: Path) -> None:
    newer = cloud_event(received(1), data=received(1).model_dump(mode="json") | {"colour": "red"})

    with analytics(tmp_path) as client:
        assert deliver(client, newer, topic=received().topic) == ["SUCCESS"]


def test_answers_and_predictions_are_stored(tmp_path: Path) -> None:
    with analytics(tmp_path) as client:
        statuses = deliver(client, answered(1)) + deliver(client, predicted(1), predicted(2))

        assert statuses == ["SUCCESS"] * 3
        assert count(client) == 1


def test_a_forgotten_customer_is_out_of_the_reports_for_good(tmp_path: Path) -> None:
    wish = forgotten()
    with analytics(tmp_path) as client:
        deliver(client, answered(1), answered(2, customer_hash="hash-2"))
        status = deliver_one(client, cloud_event(wish), wish.topic)
        deliver(client, received(3))

        assert status == "SUCCESS"
        assert count(client) == 1


def test_a_dead_letter_is_kept_even_when_its_event_is_malformed(tmp_path: Path) -> None:
    with analytics(tmp_path) as client:
        entry = bury(client, received(), data={"nonsense": [1]}, id=None)
        shown = client.get(f"/dead-letters/{entry['letter_id']}").json()

    assert shown["event"]["data"] == {"nonsense": [1]}


def test_our_own_dead_letters_are_kept_too(tmp_path: Path) -> None:
    with analytics(tmp_path) as client:
        entry = bury(client, received(), app_id="analytics")

    assert (entry["app_id"], entry["topic"]) == ("analytics", "messages.received.v1")


def test_the_service_is_ready_when_the_lake_is_open(tmp_path: Path) -> None:
    sidecar = FakeSidecar()

    with analytics(tmp_path, sidecar) as client:
        assert client.get("/readyz").status_code == 200
