"""What only a running system can prove: restarts in pairs, replicas, tokens, nothing left."""

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ridealong.local.processes import processes_of
from tests.system.harness import System, eventually, running_system

ECHO = str(Path(__file__).with_name("echo_service.py"))


def with_echo_services(run_file: dict[str, Any]) -> None:
    for app in run_file["apps"]:
        app["command"] = [sys.executable, ECHO]


def ask(url: str, *, body: bytes | None = None, headers: dict[str, str] | None = None) -> Any:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.loads(answer.read() or b"null")


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = tmp_path_factory.mktemp("supervised")
    services = ["gateway", "nlp", "aggregation"]
    with running_system(folder, services, change=with_echo_services) as running:
        yield running


def who(system: System, app_id: str) -> Any:
    return ask(f"{system.sidecar_url('gateway')}/v1.0/invoke/{app_id}/method/who")


def publish(system: System, name: str) -> None:
    url = f"{system.sidecar_url('aggregation')}/v1.0/publish/pubsub/tests.v1"
    ask(url, body=json.dumps({"name": name}).encode())


def test_a_service_answers_through_the_sidecar_of_another(system: System) -> None:
    answer = who(system, "nlp")

    assert answer["app_id"] == "nlp"


def test_a_sidecar_shows_the_app_the_token_that_the_app_was_given(system: System) -> None:
    assert who(system, "nlp")["token_is_ours"] is True


def test_a_killed_app_comes_back_with_a_new_sidecar(system: System) -> None:
    sidecar = system.pid("nlp-dapr")
    app = system.kill("nlp")

    eventually(lambda: who(system, "nlp")["pid"] != app, within_s=60)
    assert system.pid("nlp-dapr") not in (0, sidecar)


def test_a_killed_sidecar_comes_back_with_a_new_app(system: System) -> None:
    app = system.pid("nlp")
    system.kill("nlp-dapr")

    eventually(lambda: who(system, "nlp")["pid"] != app, within_s=60)


def test_other_pairs_keep_running_when_one_dies(system: System) -> None:
    others = [system.pid(name) for name in ("gateway", "gateway-dapr", "broker")]
    app = system.kill("nlp")
    eventually(lambda: who(system, "nlp")["pid"] != app, within_s=60)

    assert [system.pid(name) for name in ("gateway", "gateway-dapr", "broker")] == others


def test_a_killed_broker_comes_back_with_what_it_knew(system: System) -> None:
    publish(system, "before")
    eventually(lambda: "before" in ask(f"{system.url('aggregation')}/heard"), within_s=10)
    broker = system.kill("broker")
    eventually(lambda: system.pid("broker") not in (0, broker), within_s=10)

    def publishes() -> bool:
        publish(system, "after")
        return True

    eventually(publishes, within_s=15)
    eventually(lambda: "after" in ask(f"{system.url('aggregation')}/heard"), within_s=15)


def test_names_are_told_apart_by_a_file_that_only_its_owner_reads(system: System) -> None:
    places = system.local.places

    assert places.run.stat().st_mode & 0o077 == 0
    assert places.tokens.stat().st_mode & 0o077 == 0
    assert places.secrets.stat().st_mode & 0o077 == 0
    assert system.app_token not in places.supervisor_config.read_text()


def test_every_replica_is_chosen_and_sidecars_ask_for_their_token_where_told_to(
    tmp_path: Path,
) -> None:
    options: dict[str, Any] = {"replicas": {"nlp": 2}, "secure": True, "state": "sqlite"}
    with running_system(
        tmp_path, ["gateway", "nlp"], change=with_echo_services, **options
    ) as system:
        url = f"{system.sidecar_url('gateway')}/v1.0/invoke/nlp/method/who"
        with pytest.raises(urllib.error.HTTPError, match="401"):
            ask(url)
        ports = {ask(url, headers=system.headers)["port"] for _ in range(40)}
        assert len(ports) == 2

        key = f"{system.sidecar_url('gateway')}/v1.0/state/statestore"
        ask(key, body=b'[{"key": "a", "value": 1}]', headers=system.headers)
        assert (tmp_path / "var" / "state" / "gateway.db").exists()

    assert processes_of(tmp_path / "var") == []
