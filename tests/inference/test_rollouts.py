"""Rollouts through the service's own routes: at once, kept, refused by name, in nobody's way."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ridealong.chassis.errors import SidecarUnavailable
from ridealong.chassis.sidecar import Stored
from services.inference.rollouts import KEY
from tests.fakes import FakeSidecar
from tests.inference.rollout_service import answering, ask, inference
from tests.serving.tiny_models import echo, spec, write_model, write_scaler

SCALER = "/rollouts/scaler"
UNLOAD = "/v2/repository/models/scaler/unload"


@pytest.fixture
def client(folder: Path) -> Iterator[TestClient]:
    """Version 1 answers; 2 and 3 came since."""
    with inference(folder) as client:
        for factor in (2, 3):
            write_scaler(folder, factor)
        yield client


def within(seconds: float, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def show(client: TestClient) -> Any:
    return client.get(SCALER).json()


def test_a_model_without_a_rollout_is_shown_all_the_same(client: TestClient) -> None:
    shown = show(client)

    assert (shown["stable"], shown["answering"], shown["serving"]) == (None, "1", ["1"])
    assert client.get("/rollouts").json() == {"rollouts": []}


def test_a_promotion_and_its_rollback_count_from_the_next_request_on(client: TestClient) -> None:
    answers = [answering(client)]
    client.post(f"{SCALER}/promote", json={"version": "2"})
    answers.append(answering(client))
    client.post(f"{SCALER}/rollback")
    answers.append(answering(client))

    assert answers == [("1", 1.0), ("2", 2.0), ("1", 1.0)]


def test_a_canary_answers_its_share_and_a_key_keeps_its_version(client: TestClient) -> None:
    started = client.put(SCALER, json={"canary": "2", "weight": 0.3})
    keys = [f"customer-{number}" for number in range(60)]

    first = {key: answering(client, routing_key=key) for key in keys}
    client.put(SCALER, json={"weight": 0.6})
    later = {key: answering(client, routing_key=key) for key in keys}

    assert started.status_code == 200
    stayed_in = [later[key] for key in keys if first[key] == ("2", 2.0)]
    assert stayed_in == [("2", 2.0)] * len(stayed_in)
    assert 0 < len(stayed_in) < sum(answer == ("2", 2.0) for answer in later.values()) < 60


def test_without_a_routing_key_a_tenant_keeps_its_version(client: TestClient) -> None:
    client.put(SCALER, json={"canary": "2", "weight": 0.5})

    by_tenant = {
        tenant: {answering(client, tenant=tenant) for _ in range(5)}
        for tenant in (f"tenant-{number}" for number in range(12))
    }

    assert all(len(answers) == 1 for answers in by_tenant.values())
    assert set.union(*by_tenant.values()) == {("1", 1.0), ("2", 2.0)}


def test_a_version_in_the_address_is_never_routed(client: TestClient) -> None:
    client.put(SCALER, json={"canary": "2", "weight": 1.0})

    answer = ask(client, "/v2/models/scaler/versions/1/infer")

    assert answer["model_version"] == "1"


def test_answers_are_counted_by_version(client: TestClient) -> None:
    client.put(SCALER, json={"canary": "2", "weight": 0.0})
    for _ in range(3):
        answering(client)
    client.put(SCALER, json={"weight": 1.0})
    for _ in range(2):
        answering(client)

    tallies = show(client)["tallies"]

    assert {version: tally["answered"] for version, tally in tallies.items()} == {"1": 3, "2": 2}
    assert all(tally["mean_ms"] > 0 for tally in tallies.values())


def test_a_shadow_is_compared_and_the_answer_is_the_stable_versions(client: TestClient) -> None:
    client.put(SCALER, json={"shadow": "2"})

    assert answering(client) == ("1", 1.0)

    within(10, lambda: (show(client)["shadow_report"] or {"compared": 0})["compared"] == 1)
    report = show(client)["shadow_report"]
    assert (report["version"], report["beside"]) == ("2", "1")
    assert report["outputs"]["y"]["max_difference"] == 1.0


def test_a_shadow_that_cannot_take_the_request_harms_nobody(
    client: TestClient, folder: Path
) -> None:
    signature = {"inputs": [spec("x", "INT64", [-1])], "outputs": [spec("y", "INT64", [-1])]}
    write_model(folder, "scaler", {"model.onnx": echo("INT64")}, "4", **signature)
    client.put(SCALER, json={"shadow": "4"})

    assert answering(client) == ("1", 1.0)

    within(10, lambda: (show(client)["shadow_report"] or {"failed": {}})["failed"] != {})
    assert show(client)["shadow_report"]["failed"] == {"invalid": 1}
    assert answering(client) == ("1", 1.0)


def test_a_rollout_is_there_after_a_restart(folder: Path) -> None:
    sidecar = FakeSidecar()
    with inference(folder, sidecar) as client:
        write_scaler(folder, 2)
        client.put(SCALER, json={"canary": "2", "weight": 1.0})
        before = show(client)

    with inference(folder, sidecar) as client:
        after = show(client)

        assert answering(client) == ("2", 2.0)

    assert after | {"tallies": {}} == before | {"tallies": {}}


def test_a_rolled_back_version_stays_so_after_a_restart(folder: Path) -> None:
    sidecar = FakeSidecar()
    with inference(folder, sidecar) as client:
        write_scaler(folder, 2)
        client.post(f"{SCALER}/promote", json={"version": "2"})
        client.post(f"{SCALER}/rollback")

    with inference(folder, sidecar) as client:
        assert answering(client) == ("1", 1.0)


def test_a_rollback_that_is_repeated_is_done_once(folder: Path) -> None:
    with inference(folder, FakeSidecar()) as client:
        write_scaler(folder, 2)
        write_scaler(folder, 3)
        client.post(f"{SCALER}/promote", json={"version": "2"})
        seen = client.put(SCALER, json={"canary": "3", "weight": 0.5}).json()["revision"]

        replies = [client.post(f"{SCALER}/rollback?revision={seen}") for _ in range(2)]

        assert [reply.status_code for reply in replies] == [200, 409]
        assert answering(client) == ("2", 2.0)


def test_two_replicas_agree_soon(folder: Path) -> None:
    sidecar = FakeSidecar()
    with inference(folder, sidecar) as one, inference(folder, sidecar, every_s=0.02) as two:
        write_scaler(folder, 2)
        one.post(f"{SCALER}/promote", json={"version": "2"})
        within(10, lambda: answering(two) == ("2", 2.0))
        one.post(f"{SCALER}/rollback")
        within(10, lambda: answering(two) == ("1", 1.0))


def test_a_state_store_that_is_down_refuses_changes_and_never_an_answer(folder: Path) -> None:
    sidecar = FakeSidecar()
    sidecar.fail_at(1, SidecarUnavailable("could not read state"))
    with inference(folder, sidecar) as client:
        write_scaler(folder, 2)
        sidecar.fail_at(1, SidecarUnavailable("could not read state"))
        refused = client.post(f"{SCALER}/promote", json={"version": "2"})

        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        assert client.get("/readyz").status_code == 200
        assert answering(client) == ("1", 1.0)
        assert client.post(f"{SCALER}/promote", json={"version": "2"}).status_code == 200


def test_a_record_that_is_not_ours_is_left_alone(folder: Path) -> None:
    sidecar = FakeSidecar()
    foreign = Stored(b'{"scaler": {"weight": "heavy"}}', "1")
    sidecar.state[KEY] = foreign
    with inference(folder, sidecar) as client:
        refused = client.put(SCALER, json={"stable": "1"})

        assert refused.json()["type"] == "urn:ridealong:record-unreadable"
        assert answering(client) == ("1", 1.0)
    assert sidecar.state[KEY] == foreign


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "problem"),
    [
        ("GET", "/rollouts/nobody", None, 404, "model-not-found"),
        ("PUT", "/rollouts/nobody", {"canary": "2", "weight": 0.1}, 404, "model-not-found"),
        ("PUT", SCALER, {"canary": "9", "weight": 0.1}, 404, "version-unknown"),
        ("PUT", SCALER, {"canary": "2"}, 422, "weight-missing"),
        ("PUT", SCALER, {"weight": 0.1}, 409, "no-canary"),
        ("PUT", SCALER, {"shadow": "1"}, 409, "version-stands-twice"),
        ("PUT", SCALER, {"canary": "2", "weight": 1.1}, 422, "malformed-request"),
        ("PUT", SCALER, {"canary": "../2", "weight": 1}, 422, "malformed-request"),
        ("PUT", SCALER, {"canary": "2", "weight": 1, "more": 1}, 422, "malformed-request"),
        ("PUT", SCALER, {}, 422, "malformed-request"),
        ("PUT", "/rollouts/no%20name", {"shadow": "2"}, 422, "malformed-request"),
        ("POST", f"{SCALER}/promote", None, 409, "no-canary"),
        ("POST", f"{SCALER}/promote", {"version": "9"}, 404, "version-unknown"),
        ("POST", f"{SCALER}/rollback", None, 409, "nothing-to-roll-back-to"),
        ("PUT", SCALER, {"canary": "2" * 20_000}, 413, "body-too-large"),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_changes_nothing(
    client: TestClient, method: str, path: str, body: Any, status: int, problem: str
) -> None:
    refused = client.request(method, path, json=body)

    assert (refused.status_code, refused.json()["type"]) == (status, f"urn:ridealong:{problem}")
    assert refused.headers["content-type"] == "application/problem+json"
    assert answering(client) == ("1", 1.0)


def test_a_broken_version_is_not_promoted(client: TestClient, folder: Path) -> None:
    (folder / "scaler" / "2" / "model.onnx").write_bytes(b"cut")

    refused = client.post(f"{SCALER}/promote", json={"version": "2"})

    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:ridealong:version-not-serving",
    )
    assert answering(client) == ("1", 1.0)


def test_null_ends_a_shadow(client: TestClient) -> None:
    client.put(SCALER, json={"shadow": "2"})

    client.put(SCALER, json={"shadow": None})

    assert (show(client)["stable"], show(client)["shadow"]) == ("1", None)


def test_a_cleared_rollout_leaves_the_choice_to_the_version_policy(client: TestClient) -> None:
    client.put(SCALER, json={"canary": "2", "weight": 0.5})

    cleared = client.delete(SCALER).json()

    assert (cleared["stable"], cleared["answering"]) == (None, "3")
    assert answering(client) == ("3", 3.0)
    assert client.get("/rollouts").json() == {"rollouts": []}


def test_a_model_is_not_unloaded_under_its_rollout(client: TestClient) -> None:
    client.put(SCALER, json={"canary": "2", "weight": 0.5})

    refused = client.post(UNLOAD)

    assert refused.status_code == 409
    assert "clear the rollout first" in refused.json()["error"]
    assert ask(client)["model_name"] == "scaler"


def test_a_model_that_was_unloaded_stays_so_while_rollouts_are_followed(folder: Path) -> None:
    sidecar = FakeSidecar()
    with inference(folder, sidecar) as client, inference(folder, sidecar, every_s=0.01) as other:
        client.put(SCALER, json={"stable": "1"})
        within(10, lambda: show(other)["stable"] == "1")
        client.delete(SCALER)
        within(10, lambda: show(other)["stable"] is None)

        unloaded = other.post(UNLOAD)
        time.sleep(0.1)

        assert (unloaded.status_code, show(other)["serving"]) == (200, [])
        assert other.post("/v2/repository/models/scaler/load").status_code == 200
        assert answering(other) == ("1", 1.0)


def test_rollouts_in_force_are_listed(client: TestClient) -> None:
    client.put(SCALER, json={"canary": "2", "weight": 0.5})

    [listed] = client.get("/rollouts").json()["rollouts"]

    assert (listed["model"], listed["stable"], listed["canary"]) == ("scaler", "1", "2")


def test_the_openapi_page_shows_rollouts_beside_the_protocol(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]

    assert {"get", "put", "delete"} <= set(paths["/rollouts/{model}"])
    assert "/v2/models/{model}/infer" in paths
