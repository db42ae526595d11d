"""The service on a folder of scalers: version n of the model answers n times what it is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from services.inference.app import create_app
from services.inference.settings import Settings
from tests.fakes import FakeSidecar

ROW = {"name": "x", "datatype": "FP32", "shape": [1, 3], "data": [1, 1, 1]}


@contextmanager
def inference(
    folder: Path, sidecar: FakeSidecar | None = None, *, every_s: float = 60
) -> Iterator[TestClient]:
    """Looks every `every_s` what other replicas changed: by default not within a test."""
    settings = Settings(models=folder, rollouts_every_s=every_s, log_share=0)
    with TestClient(create_app(settings, sidecar=sidecar or FakeSidecar())) as client:
        yield client


def ask(client: TestClient, path: str = "/v2/models/scaler/infer", **parameters: Any) -> Any:
    return client.post(path, json={"inputs": [ROW], "parameters": parameters}).json()


def answering(client: TestClient, **parameters: Any) -> tuple[str, float]:
    """The version that the answer names, and what it made of 1."""
    answer = ask(client, **parameters)
    return answer["model_version"], answer["outputs"][0]["data"][0]
