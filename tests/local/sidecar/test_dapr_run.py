"""The second way to start: the infrastructure by us, services and sidecars by the dapr command."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psutil
import pytest

from ridealong.local.build import find_or_build
from ridealong.local.topology import load_topology
from tests.local.sidecar.test_supervised import ECHO, ask
from tests.system.harness import System, eventually, running_system


def two_echo_services(run_file: dict[str, Any]) -> None:
    run_file["apps"] = [app for app in run_file["apps"] if app["appID"] in ("gateway", "nlp")]
    for app in run_file["apps"]:
        app["command"] = [sys.executable, ECHO]
        app["appDirPath"] = "."


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = tmp_path_factory.mktemp("infra")
    with running_system(folder, change=two_echo_services, infra_only=True) as running:
        yield running


@contextmanager
def dapr_run(system: System, arguments: Sequence[str]) -> Iterator[None]:
    """The dapr command in the run file's folder, with the variables that we wrote to be sourced."""
    cli = find_or_build(lambda _: None).cli
    assert cli is not None
    variables = dict(
        line.split("=", 1) for line in shlex.split(system.local.places.environment.read_text())
    )
    file = system.file.parent / "dapr-run.log"
    log = file.open("wb")
    with (
        log,
        subprocess.Popen(
            [cli, "run", *arguments],
            cwd=system.file.parent,
            env={**os.environ, **variables},
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        children = psutil.Process(process.pid)
        try:
            yield
        except BaseException:
            sys.stdout.write(file.read_text(errors="replace")[-20_000:])
            raise
        finally:
            started = children.children(recursive=True)
            process.terminate()
            process.wait(timeout=20)
            _, alive = psutil.wait_procs(started, timeout=10)
            for child in alive:
                child.kill()
    assert alive == []


def answers_with_its_token(system: System, caller: str, callee: str) -> bool:
    url = f"{system.sidecar_url(caller)}/v1.0/invoke/{callee}/method/who"
    return bool(ask(url)["token_is_ours"])


def test_the_infrastructure_alone_starts_no_service(system: System) -> None:
    groups = {state.group for state in system.local.supervision.states()}

    assert groups == {"broker", "control"}


def test_one_run_file_starts_all_services(system: System) -> None:
    with dapr_run(system, ["-f", "dapr.yaml"]):
        eventually(lambda: answers_with_its_token(system, "gateway", "nlp"), within_s=30)


def test_one_service_starts_alone(system: System) -> None:
    service = load_topology(system.file).service("nlp")
    settings = {
        "app-id": service.app_id,
        "app-port": service.app_port,
        "dapr-http-port": service.dapr_http_port,
        "dapr-grpc-port": service.dapr_grpc_port,
        "placement-host-address": service.placement_host_address,
        "scheduler-host-address": service.scheduler_host_address,
        "config": service.config_file_path,
    }
    options = [part for name, value in settings.items() for part in (f"--{name}", str(value))]
    for path in service.resources_paths:
        options += ["--resources-path", str(path)]

    with dapr_run(system, [*options, "--", sys.executable, ECHO]):
        eventually(lambda: answers_with_its_token(system, "nlp", "nlp"), within_s=30)
