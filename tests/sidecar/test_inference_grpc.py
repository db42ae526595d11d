"""`inference` over gRPC through two real sidecars, asked by Triton's own client."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest

from ridealong.local.places import ROOT
from ridealong.serving.protocol.rpc import open_inference_pb2 as messages
from ridealong.serving.protocol.rpc.calls import SERVICE
from tests.local.sidecar.test_dapr_run import dapr_run
from tests.serving.tiny_models import write_doubler, write_echo, write_encoder, write_pipeline
from tests.system.harness import System, eventually, running_system

LAST_LINES = 20


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    models = tmp_path_factory.mktemp("models")
    write_doubler(models)
    write_encoder(models)
    write_pipeline(models)
    write_echo(models, "BYTES")
    return models


def inference_alone(models: Path, run_file: dict[str, Any]) -> None:
    """Both entries of `inference` and nothing else, with models made in a moment."""
    app, second = (
        app for app in run_file["apps"] if app["appID"] in ("inference", "inference-grpc")
    )
    app["env"]["INFERENCE_MODELS"] = str(models)
    run_file["apps"] = [app, second]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[System]:
    folder = tmp_path_factory.mktemp("system")
    with running_system(folder, change=partial(inference_alone, models)) as running:
        yield running


def callers_sidecar(system: System) -> str:
    """The gRPC address of another sidecar than the one beside the second port."""
    return f"127.0.0.1:{system.local.topology.service('inference').dapr_grpc_port}"


def is_live(address: str, *metadata: tuple[str, str]) -> bool:
    """One call in our own messages."""
    with grpc.insecure_channel(address) as channel:
        stub = channel.unary_unary(
            f"/{SERVICE}/ServerLive",
            response_deserializer=messages.ServerLiveResponse.FromString,
        )
        return bool(stub(b"", metadata=metadata, timeout=10).live)


def is_reached(system: System) -> bool:
    """Whether the second port answers through both sidecars."""
    try:
        return is_live(callers_sidecar(system), ("dapr-app-id", "inference-grpc"))
    except grpc.RpcError:
        return False


@contextmanager
def telling_last_words_on_failure(system: System, stderr: Path) -> Iterator[None]:
    """Adds to a failure what the client and both sidecars said last."""
    try:
        yield
    except Exception as failure:
        said = {"the client": stderr.read_text()}
        said |= {name: system.log(name) for name in ("inference-dapr", "inference-grpc-dapr")}
        for name, text in said.items():
            failure.add_note("\n".join((f"{name} said last:", *text.splitlines()[-LAST_LINES:])))
        raise


def test_tritons_client_works_through_two_sidecars_unchanged(
    system: System, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tests.sidecar.triton_caller"]
    errors = tmp_path / "stderr"
    with telling_last_words_on_failure(system, errors):
        with errors.open("w") as stderr:
            asked = subprocess.run(
                [*command, callers_sidecar(system), "inference-grpc"],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                timeout=60,
                check=False,
            )

        assert asked.returncode == 0
        assert json.loads(asked.stdout) == {
            "live": True,
            "ready": True,
            "inputs": ["x"],
            "id": "a1",
            "sums": [6.0, 15.0],
            "commerce": [2, 2],
            "echoed": ["where is my order", "refund please!"],
            "counted": 2,
            "refusal": "StatusCode.NOT_FOUND",
        }


def test_nobody_asks_past_the_sidecar(system: System) -> None:
    address = f"127.0.0.1:{system.local.topology.service('inference-grpc').app_port}"

    with pytest.raises(grpc.RpcError) as caught:
        is_live(address)
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert is_live(address, ("dapr-api-token", system.app_token))


def test_the_second_sidecar_follows_its_app(system: System) -> None:
    sidecar = system.pid("inference-grpc-dapr")
    system.kill("inference")

    def is_asked_through_a_new_one() -> bool:
        return system.pid("inference-grpc-dapr") not in (0, sidecar) and is_reached(system)

    eventually(is_asked_through_a_new_one, within_s=60)


def test_the_app_outlives_its_second_sidecar(system: System) -> None:
    app, sidecar = system.pid("inference"), system.kill("inference-grpc-dapr")

    eventually(lambda: system.pid("inference-grpc-dapr") not in (0, sidecar), within_s=20)
    assert system.pid("inference") == app


def test_nothing_a_caller_sent_is_in_a_log(system: System) -> None:
    for name in ("inference", "inference-dapr", "inference-grpc-dapr"):
        assert "refund please" not in system.log(name)


def test_the_dapr_command_starts_a_sidecar_without_an_app(
    tmp_path_factory: pytest.TempPathFactory, models: Path
) -> None:
    folder = tmp_path_factory.mktemp("infra")

    def change(run_file: dict[str, Any]) -> None:
        inference_alone(models, run_file)
        for app in run_file["apps"]:
            # The command starts sidecars there, and their list of names stands below it.
            app["appDirPath"] = str(folder)

    with (
        running_system(folder, change=change, infra_only=True) as infrastructure,
        dapr_run(infrastructure, ["-f", "dapr.yaml"]),
    ):
        eventually(lambda: is_reached(infrastructure), within_s=60)
