"""What a process does not load it does not hold: memory and start-up time are goals."""

import subprocess
import sys

import pytest

FRAMEWORKS = {"fastapi", "starlette", "dapr", "pydantic_settings", "typer", "rich", "httpx"}
HEAVY = {"numpy", "onnxruntime", "grpc", "pydantic", "uvicorn", "prometheus_client"}


def loaded_by(module: str) -> set[str]:
    script = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_a_serving_process_loads_no_framework_and_grpc_only_when_wanted() -> None:
    loaded = loaded_by("ridealong.serving.alone.process")

    assert "onnxruntime" in loaded
    assert loaded.isdisjoint(FRAMEWORKS | {"grpc"})


@pytest.mark.parametrize("module", ["__main__", "supervisor"])
def test_a_supervisor_loads_nothing_of_its_workers(module: str) -> None:
    loaded = loaded_by(f"ridealong.serving.alone.{module}")

    assert loaded.isdisjoint(FRAMEWORKS | HEAVY)
