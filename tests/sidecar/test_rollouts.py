"""Rollouts by API and by event through real sidecars: two replicas agree, a crash forgets none."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ridealong.contracts.training import ModelPromoted
from tests.fakes import cloud_event
from tests.serving.tiny_models import write_scaler
from tests.system.harness import System, eventually, running_system

ROW = {"name": "x", "datatype": "FP32", "shape": [1, 3], "data": [1, 1, 1]}
REPLICAS = ("inference", "inference-2")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_scaler(folder, 1)
    return folder


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[System]:
    def serve_scalers(content: dict[str, Any]) -> None:
        for app in content["apps"]:
            if app["appID"] == "inference":
                app["env"] = {**app.get("env", {}), "INFERENCE_MODELS": str(models)}

    folder = tmp_path_factory.mktemp("rollouts")
    with running_system(
        folder, ["inference", "analytics"], change=serve_scalers, replicas={"inference": 2}
    ) as running:
        for factor in (2, 3):
            write_scaler(models, factor)
        yield running


def send(address: str, body: Any, headers: dict[str, str], method: str = "POST") -> Any:
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, content, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


def call(
    system: System, path: str, body: Any = None, method: str = "POST", to: str = "inference"
) -> Any:
    """Through the sidecar, which chooses a replica."""
    address = f"{system.sidecar_url(to)}/v1.0/invoke/{to}/method{path}"
    return send(address, body, {"content-type": "application/json", **system.headers}, method)


def answering(system: System) -> list[str]:
    """The version that answers, asked of each replica itself."""
    headers = {"dapr-api-token": system.app_token, "content-type": "application/json"}
    return [
        send(f"{system.url(name)}/v2/models/scaler/infer", {"inputs": [ROW]}, headers)[
            "model_version"
        ]
        for name in REPLICAS
    ]


def publish(system: System, version: str, model: str = "scaler") -> None:
    event = ModelPromoted(
        tenant="demo",
        occurred_at=datetime.now(UTC),
        model=model,
        model_version=version,
        run_id="run-1",
    )
    address = f"{system.sidecar_url('inference')}/v1.0/publish/pubsub/{event.topic}"
    headers = {"content-type": "application/cloudevents+json", **system.headers}
    send(address, cloud_event(event), headers)


def test_a_promotion_by_api_and_its_rollback_reach_every_replica(system: System) -> None:
    call(system, "/rollouts/scaler/promote", {"version": "2"})
    eventually(lambda: answering(system) == ["2", "2"], within_s=20)

    call(system, "/rollouts/scaler/rollback")

    eventually(lambda: answering(system) == ["1", "1"], within_s=20)


def test_a_promotion_by_event_reaches_every_replica(system: System) -> None:
    publish(system, "3")

    eventually(lambda: answering(system) == ["3", "3"], within_s=20)


def test_a_killed_replica_comes_back_with_the_rollout(system: System) -> None:
    call(system, "/rollouts/scaler", {"stable": "1", "canary": "2", "weight": 1.0}, "PUT")
    eventually(lambda: answering(system) == ["2", "2"], within_s=20)
    system.kill("inference-2")

    eventually(lambda: answering(system) == ["2", "2"], within_s=60)


def test_a_refusal_comes_through_as_a_problem(system: System) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        call(system, "/rollouts/scaler/promote", {"version": "9"})

    with refused.value as answer:
        assert (answer.code, json.load(answer)["type"]) == (404, "urn:ridealong:version-unknown")


def test_a_promotion_of_an_unknown_model_becomes_a_dead_letter(system: System) -> None:
    publish(system, "1", model="nobody")

    def is_kept() -> bool:
        found = call(system, "/dead-letters?app_id=inference", method="GET", to="analytics")
        return [letter["topic"] for letter in found["dead_letters"]] == [ModelPromoted.topic]

    eventually(is_kept, within_s=30)
