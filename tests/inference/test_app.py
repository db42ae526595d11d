"""The service around the model server: mounted, ready, described, logging."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from ridealong.contracts.inference import PredictionMade
from services.inference.app import create_app
from services.inference.settings import Settings
from tests.fakes import FakeSidecar
from tests.serving.tiny_models import write_doubler

ROW = {"name": "x", "datatype": "FP32", "shape": [1, 3], "data": [1, 2, 3]}


@pytest.fixture
def sidecar() -> FakeSidecar:
    return FakeSidecar()


@pytest.fixture
def client(tmp_path: Path, sidecar: FakeSidecar) -> Iterator[TestClient]:
    write_doubler(tmp_path)
    settings = Settings(models=tmp_path, max_body_bytes=2048)
    with TestClient(create_app(settings, sidecar=sidecar)) as client:
        yield client


def ask(client: TestClient, **more: Any) -> Any:
    return client.post("/v2/models/doubler/infer", json={"inputs": [ROW]} | more)


def test_models_are_loaded_before_the_first_request(client: TestClient) -> None:
    assert client.get("/readyz").status_code == 200
    assert client.get("/v2").json()["name"] == "ridealong-inference"
    assert ask(client).json()["outputs"][1]["data"] == [6.0]


def test_a_service_whose_only_model_is_broken_is_not_ready(
    tmp_path: Path, sidecar: FakeSidecar
) -> None:
    (write_doubler(tmp_path) / "model.onnx").write_bytes(b"")

    with TestClient(create_app(Settings(models=tmp_path), sidecar=sidecar)) as client:
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200
        [entry] = client.post("/v2/repository/index").json()
        assert "bytes" in entry["reason"]


def test_predictions_are_in_the_log_once_the_service_has_stopped(
    tmp_path: Path, sidecar: FakeSidecar
) -> None:
    write_doubler(tmp_path)
    with TestClient(create_app(Settings(models=tmp_path), sidecar=sidecar)) as client:
        answer = ask(client, parameters={"tenant": "acme"}).json()

    [event] = sidecar.published
    assert isinstance(event, PredictionMade)
    assert (event.prediction_id, event.tenant) == (answer["id"], "acme")


@pytest.mark.parametrize(
    ("path", "content", "status"),
    [
        ("/v2/models/doubler/infer", b" " * 4096, 413),
        ("/v2/models/doubler/infer", b"{", 400),
        ("/v2/models/nobody/infer", b"{}", 400),
        ("/v2/nowhere", b"", 404),
    ],
)
def test_refusals_under_v2_are_never_problem_json(
    client: TestClient, path: str, content: bytes, status: int
) -> None:
    refused = client.post(path, content=content)

    assert refused.status_code == status
    assert refused.headers["content-type"] == "application/json"
    assert set(refused.json()) == {"error"}


def test_the_openapi_page_shows_the_protocol(client: TestClient) -> None:
    document = client.get("/openapi.json").json()

    assert "post" in document["paths"]["/v2/models/{model}/infer"]
    assert "InferRequest" in document["components"]["schemas"]


def test_metrics_count_runs_by_model_and_name_routes_by_template(client: TestClient) -> None:
    ask(client)
    client.post("/v2/models/customer-words/infer", json={"inputs": [ROW]})

    shown = client.get("/metrics").text

    assert 'ridealong_inference_run_seconds_count{model="doubler",version="1"}' in shown
    assert 'ridealong_inference_refusals_total{reason="not_found"}' in shown
    assert 'route="/v2/models/{model}/infer"' in shown
    assert "customer-words" not in shown


def test_a_folder_without_models_is_told_before_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="no model in"):
        Settings(models=tmp_path)
