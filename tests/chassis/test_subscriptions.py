"""Events in: what is done, what is tried again, what is dropped, and what is never lost."""

from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.chassis.service import (
    CourierBusy,
    Deps,
    ParcelLost,
    ParcelSent,
    ParcelWeighed,
    courier,
    hear_one,
)
from tests.fakes import cloud_event

ONE, MANY = "/events/parcels.sent.v1", "/events/parcels.weighed.v1"
DEAD = "/events/parcels.sent.v1.postman.dead"
SENT = ParcelSent(tenant="acme", occurred_at=datetime(2026, 3, 1, tzinfo=UTC), parcel="p-1")


def weighed(parcel: str) -> ParcelWeighed:
    return ParcelWeighed(tenant="acme", occurred_at=SENT.occurred_at, parcel=parcel)


def deliver(deps: Deps, path: str, delivery: object) -> Any:
    """As the runtime does; a mistake of ours rises to it as a 500."""
    with TestClient(courier(deps), raise_server_exceptions=False) as service:
        return service.post(path, json=delivery)


def test_what_is_heard_where_is_told_with_its_dead_letters() -> None:
    with TestClient(courier(Deps())) as service:
        told = {entry["topic"]: entry for entry in service.get("/dapr/subscribe").json()}

    assert told["parcels.sent.v1"]["deadLetterTopic"] == "parcels.sent.v1.courier.dead"
    assert told["parcels.sent.v1"]["route"] == ONE
    assert told["parcels.weighed.v1"]["bulkSubscribe"] == {
        "enabled": True,
        "maxMessagesCount": 7,
        "maxAwaitDurationMs": 50,
    }
    assert "deadLetterTopic" not in told["parcels.sent.v1.postman.dead"]
    assert {entry["pubsubname"] for entry in told.values()} == {"pubsub"}


def test_an_event_that_was_heard_is_a_success() -> None:
    deps = Deps()
    reply = deliver(deps, ONE, cloud_event(SENT))

    assert (reply.status_code, reply.json()) == (200, {"status": "SUCCESS"})
    assert deps.heard == ["p-1"]


@pytest.mark.parametrize(
    ("failure", "status"), [(ParcelLost("gone"), "DROP"), (CourierBusy("out"), "RETRY")]
)
@pytest.mark.parametrize("path", [ONE, DEAD])
def test_what_time_may_heal_is_tried_again_and_nothing_else(
    failure: Exception, status: str, path: str
) -> None:
    reply = deliver(Deps(failure=failure), path, cloud_event(SENT))

    assert (reply.status_code, reply.json()) == (200, {"status": status})


@pytest.mark.parametrize("path", [ONE, MANY, DEAD])
def test_our_own_mistake_rises_so_that_the_runtime_tries_again(path: str) -> None:
    deps = Deps(failure=ZeroDivisionError("ours"))
    entry = {"entryId": "1", "event": cloud_event(weighed("p-1"))}
    delivery = {"entries": [entry]} if path == MANY else cloud_event(SENT)

    assert deliver(deps, path, delivery).status_code == 500


@pytest.mark.parametrize(
    "data",
    [
        None,
        "swordfish",
        [],
        {"tenant": "acme"},
        {"tenant": "Not A Tenant", "occurred_at": "2026-03-01T00:00:00Z", "parcel": "swordfish"},
        {"tenant": "acme", "occurred_at": "yesterday", "parcel": "swordfish"},
        {"tenant": "acme", "occurred_at": "2026-03-01T00:00:00", "parcel": "swordfish"},
        {"tenant": "acme", "occurred_at": "2026-03-01T00:00:00Z", "parcel": ["swordfish"]},
    ],
)
def test_a_malformed_event_is_dropped_and_its_content_is_not_logged(
    data: object, caplog: pytest.LogCaptureFixture
) -> None:
    deps = Deps()
    reply = deliver(deps, ONE, cloud_event(SENT, data=data))

    assert reply.json() == {"status": "DROP"}
    assert deps.heard == []
    assert "swordfish" not in str([vars(record) for record in caplog.records])


@pytest.mark.parametrize("path", [ONE, MANY, DEAD])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"3", b"\xff"])
def test_a_delivery_that_is_no_object_is_dropped(path: str, body: bytes) -> None:
    with TestClient(courier(Deps())) as service:
        reply = service.post(path, content=body)

    assert (reply.status_code, reply.json()) == (200, {"status": "DROP"})


def test_fields_that_a_later_version_adds_are_passed_over() -> None:
    deps = Deps()
    data = SENT.model_dump(mode="json") | {"colour": "red"}

    assert deliver(deps, ONE, cloud_event(SENT, data=data)).json() == {"status": "SUCCESS"}


def test_a_bulk_delivery_answers_for_every_entry() -> None:
    deps = Deps()
    entries = [
        {"entryId": "a", "event": cloud_event(weighed("p-1"))},
        {"entryId": "b", "event": cloud_event(weighed("p-2"), data={"no": "parcel"})},
        {"entryId": "c", "event": "not an event"},
        {"entryId": "d", "event": cloud_event(weighed("p-3"))},
    ]
    reply = deliver(deps, MANY, {"entries": entries})

    assert [(one["entryId"], one["status"]) for one in reply.json()["statuses"]] == [
        ("a", "SUCCESS"),
        ("b", "DROP"),
        ("c", "DROP"),
        ("d", "SUCCESS"),
    ]
    assert deps.heard == ["p-1", "p-3"]


def test_a_bulk_delivery_that_fails_is_tried_again_but_for_what_is_malformed() -> None:
    entries = [
        {"entryId": "a", "event": cloud_event(weighed("p-1"))},
        {"entryId": "b", "event": {}},
    ]
    reply = deliver(Deps(failure=CourierBusy("out")), MANY, {"entries": entries})

    assert [one["status"] for one in reply.json()["statuses"]] == ["RETRY", "DROP"]


@pytest.mark.parametrize("delivery", [{"entries": None}, {"entries": []}, {"entries": [3]}])
def test_a_bulk_delivery_of_nothing_is_answered(delivery: dict[str, Any]) -> None:
    reply = deliver(Deps(), MANY, delivery)

    assert (reply.status_code, reply.json()) == (200, {"statuses": []})


def test_a_dead_letter_is_heard_as_it_was_published() -> None:
    deps = Deps()
    reply = deliver(deps, DEAD, cloud_event(SENT, data={"malformed": True}))

    assert reply.json() == {"status": "SUCCESS"}
    assert deps.heard == ["parcels.sent.v1 postman p-1.sent"]


async def test_a_subscriber_stays_a_function() -> None:
    deps = Deps()
    await hear_one(SENT, deps)

    assert deps.heard == ["p-1"]
