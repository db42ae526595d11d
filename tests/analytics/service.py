"""The service on a lake of its own, with deliveries as the runtime makes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from ridealong.chassis.subscriptions import dead_letter_topic, event_route
from ridealong.contracts.contract import Event
from services.analytics.app import create_app
from services.analytics.settings import Settings
from tests.fakes import FakeSidecar, cloud_event


@contextmanager
def analytics(lake: Path, sidecar: FakeSidecar | None = None) -> Iterator[TestClient]:
    settings = Settings(lake=str(lake), commit_every_s=0.01)
    with TestClient(create_app(settings, sidecar=sidecar or FakeSidecar())) as client:
        yield client


def deliver(client: TestClient, *events: Event | dict[str, Any], topic: str = "") -> list[str]:
    """One bulk delivery; the status of each entry."""
    envelopes = [cloud_event(event) if isinstance(event, Event) else event for event in events]
    topic = topic or next(event.topic for event in events if isinstance(event, Event))
    delivery = {
        "id": "delivery",
        "topic": topic,
        "pubsubname": "pubsub",
        "entries": [
            {
                "entryId": str(number),
                "event": envelope,
                "contentType": "application/cloudevents+json",
            }
            for number, envelope in enumerate(envelopes)
        ],
    }
    reply = client.post(event_route(topic), json=delivery)
    assert reply.status_code == 200
    return [entry["status"] for entry in reply.json()["statuses"]]


def deliver_one(client: TestClient, envelope: dict[str, Any], topic: str) -> str:
    reply = client.post(event_route(topic), json=envelope)
    assert reply.status_code == 200
    return str(reply.json()["status"])


def bury(
    client: TestClient, event: Event, app_id: str = "aggregation", **changes: Any
) -> dict[str, Any]:
    """Deliver a dead letter; its entry in the list."""
    topic = dead_letter_topic(event.topic, app_id)
    assert deliver_one(client, cloud_event(event, **changes), topic) == "SUCCESS"
    return dict(client.get("/dead-letters").json()["dead_letters"][0])
