"""Promotions as events: applied once, in whatever order, and never half."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ridealong.chassis.errors import SidecarUnavailable
from ridealong.chassis.subscriptions import event_route
from ridealong.contracts.training import ModelPromoted
from tests.fakes import FakeSidecar, cloud_event
from tests.inference.rollout_service import answering, inference
from tests.serving.tiny_models import write_scaler

NOW = datetime.now(UTC)


@pytest.fixture
def sidecar() -> FakeSidecar:
    return FakeSidecar()


@pytest.fixture
def client(folder: Path, sidecar: FakeSidecar) -> Iterator[TestClient]:
    with inference(folder, sidecar) as client:
        for factor in (2, 3):
            write_scaler(folder, factor)
        yield client


def promoted(version: str = "2", *, minutes_ago: float = 1, model: str = "scaler") -> ModelPromoted:
    return ModelPromoted(
        tenant="demo",
        occurred_at=NOW - timedelta(minutes=minutes_ago),
        model=model,
        model_version=version,
        run_id="run-7",
    )


def deliver(client: TestClient, event: ModelPromoted, **changes: Any) -> str:
    reply = client.post(event_route(ModelPromoted.topic), json=cloud_event(event, **changes))
    assert reply.status_code == 200
    return str(reply.json()["status"])


def test_a_promotion_is_heard_with_a_topic_for_what_cannot_be_taken(client: TestClient) -> None:
    [subscribed] = client.get("/dapr/subscribe").json()

    assert subscribed["topic"] == "models.promoted.v1"
    assert subscribed["deadLetterTopic"] == "models.promoted.v1.inference.dead"


def test_a_promoted_version_is_loaded_and_answers(client: TestClient) -> None:
    assert deliver(client, promoted("2")) == "SUCCESS"

    assert answering(client) == ("2", 2.0)
    assert client.get("/rollouts/scaler").json()["decided_by"] == "run-7"


def test_a_repeat_changes_nothing(client: TestClient, sidecar: FakeSidecar) -> None:
    deliver(client, promoted("2"))
    kept = dict(sidecar.state)

    assert deliver(client, promoted("2")) == "SUCCESS"

    assert sidecar.state == kept


def test_the_older_of_two_promotions_loses_in_either_order(client: TestClient) -> None:
    statuses = [
        deliver(client, promoted("3", minutes_ago=1)),
        deliver(client, promoted("2", minutes_ago=2)),
    ]

    assert statuses == ["SUCCESS", "SUCCESS"]
    assert answering(client) == ("3", 3.0)


def test_a_late_promotion_does_not_undo_a_rollback(client: TestClient) -> None:
    client.post("/rollouts/scaler/promote", json={"version": "2"})
    client.post("/rollouts/scaler/rollback")

    assert deliver(client, promoted("2")) == "SUCCESS"

    assert answering(client) == ("1", 1.0)


def test_a_return_to_an_earlier_version_is_a_promotion_of_it(client: TestClient) -> None:
    deliver(client, promoted("2", minutes_ago=2))
    deliver(client, promoted("1", minutes_ago=1))

    assert answering(client) == ("1", 1.0)


def test_a_version_that_is_still_on_its_way_is_waited_for(client: TestClient, folder: Path) -> None:
    before = deliver(client, promoted("4"))
    folder_of_4 = write_scaler(folder, 4)
    whole = (folder_of_4 / "model.onnx").read_bytes()
    (folder_of_4 / "model.onnx").write_bytes(whole[:100])
    half = deliver(client, promoted("4"))
    (folder_of_4 / "model.onnx").write_bytes(whole)

    after = deliver(client, promoted("4"))

    assert (before, half, after) == ("RETRY", "RETRY", "SUCCESS")
    assert answering(client) == ("4", 4.0)


@pytest.mark.parametrize(
    "changes",
    [
        {"data": {"nonsense": True}},
        {"data": promoted().model_dump(mode="json") | {"model_version": "../1"}},
        {"data": promoted().model_dump(mode="json") | {"model": "a b"}},
        {"data": promoted(model="nobody").model_dump(mode="json")},
        {"data": promoted(minutes_ago=-60).model_dump(mode="json")},
    ],
    ids=["nonsense", "no version", "no name", "unknown model", "from the future"],
)
def test_what_waiting_cannot_heal_is_dropped(client: TestClient, changes: dict[str, Any]) -> None:
    assert deliver(client, promoted(), **changes) == "DROP"

    assert answering(client) == ("1", 1.0)


def test_a_state_store_that_is_down_has_the_event_come_again(
    client: TestClient, sidecar: FakeSidecar
) -> None:
    sidecar.fail_at(1, SidecarUnavailable("could not read state"))

    assert deliver(client, promoted("2")) == "RETRY"
    assert deliver(client, promoted("2")) == "SUCCESS"
