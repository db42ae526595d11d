"""One of two replicas of `inference` goes, by crash or by order, under load: nobody hears of it."""

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.serving.tiny_models import write_doubler
from tests.system.callers import Tally, calling
from tests.system.harness import System, eventually, running_system
from tests.system.replicas import another_replica, is_ready

CALLERS = 16
# A sidecar renews its registration within this time, and that of a dead one is believed as long.
REGISTRATION_S = 10
RESTART_S = 8
SUPERVISED = ("inference", "inference-dapr", "inference-grpc-dapr")


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    models = tmp_path_factory.mktemp("models")
    write_doubler(models)

    def serve_tiny_models(run_file: dict[str, Any]) -> None:
        for app in run_file["apps"]:
            if app["appID"] == "inference":
                app["env"]["INFERENCE_MODELS"] = str(models)

    folder = tmp_path_factory.mktemp("system")
    with running_system(folder, ["inference", "nlp"], change=serve_tiny_models) as running:
        yield running


def retries_of(system: System, app_id: str) -> float:
    """How many calls the callers' sidecar had to repeat."""
    port = system.local.topology.service("nlp").metrics_port
    metrics = httpx2.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text
    pattern = rf'^dapr_resiliency_activations_total{{[^}}]*target="app_{app_id}"[^}}]*}} (\S+)$'
    return sum(map(float, re.findall(pattern, metrics, re.MULTILINE)))


@pytest.mark.timeout(180)
async def test_a_dead_replica_is_noticed_by_fewer_than_one_caller_in_a_thousand(
    system: System,
) -> None:
    with another_replica(system, "inference") as second:
        before = {app: retries_of(system, app) for app in ("inference", "inference-grpc")}
        async with calling(system.local.topology.service("nlp"), CALLERS) as tallies:
            await asyncio.sleep(1)
            second.signal(signal.SIGKILL)
            killed = time.monotonic()
            await asyncio.sleep(REGISTRATION_S + 3)

    show(tallies)
    for tally in tallies.values():
        assert tally.count(since=killed + REGISTRATION_S) > 50
        assert len(tally.failures()) <= most_cut_off(tally), tally.failures()[:5]
        assert tally.failures(since=killed + REGISTRATION_S) == []
    for app, count in before.items():
        assert retries_of(system, app) > count, f"{app} was never asked again"


@pytest.mark.timeout(120)
async def test_a_replica_that_is_told_to_go_is_missed_by_nobody(system: System) -> None:
    with another_replica(system, "inference") as second:
        async with calling(system.local.topology.service("nlp"), CALLERS) as tallies:
            await asyncio.sleep(1)
            second.signal(signal.SIGTERM)
            await asyncio.sleep(REGISTRATION_S / 2)
        eventually(lambda: second.is_gone, within_s=30)

    show(tallies)
    for tally in tallies.values():
        assert len(tally.calls) > 50
        assert tally.failures() == []


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("names", "number"),
    [
        (SUPERVISED, signal.SIGKILL),
        (SUPERVISED, signal.SIGTERM),
        # Only one half is told to go; the other follows it.
        (SUPERVISED[:1], signal.SIGTERM),
        (SUPERVISED[1:2], signal.SIGTERM),
    ],
    ids=["kill-all", "stop-all", "stop-app", "stop-sidecar"],
)
async def test_a_replica_that_is_started_again_is_missed_by_nobody(
    system: System, names: tuple[str, ...], number: signal.Signals
) -> None:
    eventually(lambda: is_ready(system.local.topology.service("inference").app_port), within_s=60)
    with another_replica(system, "inference"):
        async with calling(system.local.topology.service("nlp"), CALLERS) as tallies:
            await asyncio.sleep(1)
            # Known only now: what an earlier test has killed may have been restarted just before.
            pids = [system.pid(name) for name in names]
            assert all(pids)
            for pid in pids:
                os.kill(pid, number)
            await asyncio.sleep(RESTART_S)

    show(tallies)
    for tally in tallies.values():
        assert len(tally.calls) > 50
        if number is signal.SIGKILL:
            assert len(tally.failures()) <= most_cut_off(tally), tally.failures()[:5]
        else:
            assert tally.failures() == []
    eventually(lambda: not {system.pid(name) for name in names} & {0, *pids}, within_s=30)


def most_cut_off(tally: Tally) -> int:
    """A kill may cut off the body that is being sent, in however few calls (decision 0001)."""
    return max(1, len(tally.calls) // 1000)


def show(tallies: dict[str, Tally]) -> None:
    """For `pytest -s`: the numbers behind the claims."""
    for kind, tally in tallies.items():
        sys.stdout.write(f"\n{kind}: {tally}")
