"""What every service has without doing anything for it."""

import logging
import subprocess
import sys

import pytest
from fastapi.testclient import TestClient

from ridealong.chassis.logs import TraceIds
from tests.chassis.service import Deps, courier
from tests.fakes import FakeSidecar


def test_a_service_is_alive_whatever_its_sidecar_does() -> None:
    app = courier(Deps(is_ready=False))
    with TestClient(app) as service:
        app.state.sidecar.reachable = False

        assert service.get("/healthz").json() == {"status": "alive"}


def test_ready_means_that_its_things_are_there_and_its_sidecar_can_act() -> None:
    deps = Deps(is_ready=False)
    app = courier(deps)
    with TestClient(app) as service:
        early = service.get("/readyz")
        deps.is_ready = True
        ready = service.get("/readyz")
        app.state.sidecar.reachable = False
        alone = service.get("/readyz")

    assert (early.status_code, early.json()["detail"]) == (503, "still tying knots")
    assert ready.json() == {"status": "ready"}
    assert (alone.status_code, alone.headers["retry-after"]) == (503, "1")


def test_requests_are_counted_by_route_template_and_never_by_address() -> None:
    with TestClient(courier(Deps())) as service:
        service.post("/parcels", json={"parcel": "p"})
        service.get("/swordfish")
        metrics = service.get("/metrics").text

    labels = 'service="courier",method="POST",route="/parcels",status="200"'
    assert labels in metrics or all(part in metrics for part in labels.split(","))
    assert 'route="unmatched"' in metrics
    assert "swordfish" not in metrics


def test_an_unknown_method_is_one_label() -> None:
    with TestClient(courier(Deps())) as service:
        service.request("BREW", "/parcels")
        metrics = service.get("/metrics").text

    assert 'method="OTHER"' in metrics
    assert "BREW" not in metrics


def test_records_without_a_trace_pass() -> None:
    record = logging.LogRecord("a", logging.INFO, "", 0, "message", None, None)

    assert TraceIds().filter(record)


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        ([], {}, "usage"),
        (["nothing"], {"APP_API_TOKEN": "t"}, "there is no service nothing"),
        (["gateway"], {}, "APP_API_TOKEN is not set"),
        (["gateway"], {"APP_API_TOKEN": "t", "APP_PORT": "many"}, "app_port"),
        (["gateway"], {"APP_API_TOKEN": "t", "GATEWAY_MAX_LIVE": "0"}, "max_live"),
    ],
)
def test_what_is_wrong_at_the_start_is_said_in_one_line(
    arguments: list[str], environment: dict[str, str], said: str
) -> None:
    command = [sys.executable, "-m", "ridealong.chassis.run", *arguments]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)

    assert ended.returncode not in (0, -11)
    assert said in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stdout == ""


async def test_the_nth_operation_of_the_fake_can_be_made_to_fail() -> None:
    sidecar = FakeSidecar()
    sidecar.fail_at(2, RuntimeError("here"))
    await sidecar.load("a")

    with pytest.raises(RuntimeError, match="here"):
        await sidecar.load("b")
    await sidecar.load("c")
