"""Swapping is YAML alone: another store, another tracing target, tracing off."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.system.caller import Caller
from tests.system.harness import System, eventually, running_system
from tests.system.receiver import SpanReceiver, receiving_spans

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4799"
TRACEPARENT = {"traceparent": f"00-{TRACE_ID}-00f067aa0ba902b7-01"}


@pytest.fixture(scope="module")
def other_spans() -> Iterator[SpanReceiver]:
    with receiving_spans() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def swapped(
    tmp_path_factory: pytest.TempPathFactory, other_spans: SpanReceiver
) -> Iterator[System]:
    """The run file edited by hand, as the README says: SQLite for Redis, another tracing target."""
    folder = tmp_path_factory.mktemp("swapped")

    def edit_by_hand(run_file: dict[str, Any]) -> None:
        common = run_file["common"]
        paths = common["resourcesPaths"]
        common["resourcesPaths"] = [
            path.replace("components/state/redis", "components/state/sqlite") for path in paths
        ]
        common["configFilePath"] = "dapr-config/elsewhere.yaml"
        text = (folder / "dapr-config" / "zipkin.yaml").read_text()
        moved = text.replace("http://127.0.0.1:9411/api/v2/spans", other_spans.endpoint)
        (folder / "dapr-config" / "elsewhere.yaml").write_text(moved)

    with running_system(folder, change=edit_by_hand, replicas={"nlp": 2}) as running:
        yield running


@pytest.fixture(scope="module")
def caller(swapped: System) -> Iterator[Caller]:
    with Caller.with_new_key(swapped) as caller:
        yield caller


def test_state_moves_from_redis_to_sqlite(swapped: System, caller: Caller) -> None:
    reply = caller.send("Where is order 1?", external_id="swap-1")
    again = caller.send("Where is order 1?", external_id="swap-1")

    assert reply.status_code == 200
    assert again.json() == reply.json()
    files = {file.name for file in (swapped.local.places.var / "state").glob("*.db")}
    assert files >= {"intake.db", "aggregation.db", "gateway.db"}


def test_queued_messages_are_answered_once_on_sqlite(caller: Caller) -> None:
    batch_id = caller.hand_in((f"Cancel order {n}" for n in range(20)), "swap-batch")

    eventually(lambda: caller.counts(batch_id) == {"answered": 20}, within_s=60)


def test_traces_go_to_the_other_target(caller: Caller, other_spans: SpanReceiver) -> None:
    caller.send("Where is order 2?", headers=TRACEPARENT)

    wanted = {"gateway", "aggregation", "inference", "analytics"}
    eventually(lambda: other_spans.services(TRACE_ID) >= wanted, within_s=20)


def test_replicas_share_the_load(swapped: System, caller: Caller) -> None:
    for n in range(20):
        caller.send(f"Where is order {n}?")

    names = [service.name for service in swapped.local.topology.services]
    replicas = [name for name in names if name.startswith("nlp")]
    assert len(replicas) == 2
    for name in replicas:
        assert answered(swapped, name) > 0, name


def answered(system: System, name: str) -> float:
    text = httpx2.get(f"{system.url(name)}/metrics").text
    return sum(
        float(line.rpartition(" ")[2])
        for line in text.splitlines()
        if line.startswith("ridealong_request_seconds_count") and 'route="/analyse"' in line
    )


def test_tracing_is_off_unless_asked_for(tmp_path_factory: pytest.TempPathFactory) -> None:
    with (
        receiving_spans() as nobody,
        running_system(
            tmp_path_factory.mktemp("untraced"),
            ["preprocessing", "inference"],
            change=lambda run_file: point_zipkin_at(run_file, nobody.endpoint),
        ) as system,
    ):
        reply = httpx2.post(
            f"{system.sidecar_url('inference')}/v1.0/invoke/preprocessing/method/features",
            json={"text": "Hello"},
            headers=TRACEPARENT,
        )

        assert reply.status_code == 200
        assert nobody.count == 0


def point_zipkin_at(run_file: dict[str, Any], endpoint: str) -> None:
    """Even with a target at hand, nothing is sent while the run file says `none`."""
    run_file["common"]["env"]["OTEL_EXPORTER_ZIPKIN_ENDPOINT"] = endpoint
