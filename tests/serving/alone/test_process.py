import json
import signal
import socket
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.serving.alone.running import ROW, Running, run_to_end, running
from tests.serving.tiny_models import doubler, write_doubler

# It has no types.
triton: Any = import_module("tritonclient.grpc")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("models")
    write_doubler(folder)
    (folder / "broken" / "1").mkdir(parents=True)
    (folder / "broken" / "1" / "model.onnx").write_bytes(b"no graph")
    with running(folder) as server:
        yield server


def test_it_tells_what_it_loaded_and_what_not_and_why(server: Running) -> None:
    told = {line.split()[0]: line for line in server.report}

    assert told["doubler"].endswith("ready")
    assert "unavailable model.onnx is not a graph" in told["broken"]


def test_it_answers_over_rest(server: Running) -> None:
    assert server.infer().content["outputs"][0]["data"] == [2.0, 4.0, 6.0]


def test_it_answers_over_grpc(server: Running) -> None:
    with triton.InferenceServerClient(server.rpc) as client:
        ready = {entry.name: entry.state for entry in client.get_model_repository_index().models}

    assert ready == {"doubler": "READY", "broken": "UNAVAILABLE"}


def test_the_line_to_try_is_a_request_it_answers(server: Running) -> None:
    line = server.report[-1]
    path = line.split()[2].removeprefix(f"http://{server.rest}")
    body = line.partition(" -d ")[2].strip("'")

    answered = server.ask("POST", path, json.loads(body))

    assert answered.status == 200


def test_metrics_count_what_was_answered(server: Running) -> None:
    server.infer()

    shown = server.ask("GET", "/metrics").body.decode()

    assert 'ridealong_inference_total_seconds_count{model="doubler",version="1"}' in shown


@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/readyz", 200), ("/", 404)])
def test_addresses_beside_the_protocol(server: Running, path: str, status: int) -> None:
    assert server.ask("GET", path).status == status


def test_a_body_over_the_limit_is_refused(tmp_path: Path) -> None:
    write_doubler(tmp_path)
    with running(tmp_path, "--max-body", "1KiB", "--no-grpc") as server:
        answered = server.ask("POST", "/v2/models/doubler/infer", ROW | {"id": "x" * 2000})

    assert answered.status == 413


def test_a_folder_as_triton_lays_it_out_serves(tmp_path: Path) -> None:
    (tmp_path / "plain" / "3").mkdir(parents=True)
    (tmp_path / "plain" / "3" / "model.onnx").write_bytes(doubler())

    with running(tmp_path, "--no-grpc") as server:
        answered = server.infer("plain")

    assert answered.content["model_version"] == "3"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_is_a_success_without_a_word(tmp_path: Path, number: signal.Signals) -> None:
    write_doubler(tmp_path)
    with running(tmp_path) as server:
        server.process.send_signal(number)
        _, said = server.process.communicate(timeout=10)

    assert server.process.returncode == 0
    assert said == ""


def test_a_stop_lets_a_request_under_way_finish(tmp_path: Path) -> None:
    write_doubler(tmp_path)
    body = b'{"inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":[1,2,3]}]}'
    with running(tmp_path, "--no-grpc") as server:
        host, port = server.rest.split(":")
        with socket.create_connection((host, int(port)), timeout=10) as caller:
            head = b"POST /v2/models/doubler/infer HTTP/1.1\r\ncontent-length: %d\r\n\r\n"
            caller.sendall(head % len(body) + body[:10])
            server.ask("GET", "/healthz")
            server.process.terminate()
            caller.sendall(body[10:])
            answered = caller.recv(65536)
        code = server.process.wait(10)

    assert answered.startswith(b"HTTP/1.1 200")
    assert code == 0


def test_a_missing_folder_is_said_in_one_line(tmp_path: Path) -> None:
    ended = run_to_end("--models", str(tmp_path / "none"))

    assert ended.returncode == 1
    assert ended.stderr == f"ridealong serve: --models {tmp_path / 'none'} is no folder\n"


def test_a_folder_without_models_says_how_they_lie(tmp_path: Path) -> None:
    ended = run_to_end("--models", str(tmp_path))

    assert ended.returncode == 1
    assert "<name>/<version>/model.onnx" in ended.stderr


@pytest.mark.parametrize("workers", ["1", "2"])
def test_where_no_model_can_serve_it_says_why_and_ends(tmp_path: Path, workers: str) -> None:
    (tmp_path / "broken" / "1").mkdir(parents=True)
    (tmp_path / "broken" / "1" / "model.onnx").write_bytes(b"no graph")

    ended = run_to_end(
        *("--models", str(tmp_path), "--port", "0", "--grpc-port", "0"),
        *("--workers", workers, "--log-level", "error"),
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"ridealong serve: no model in {tmp_path} can serve (broken 1:")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("option", ["--port", "--grpc-port"])
def test_a_taken_port_is_said_in_one_line(tmp_path: Path, option: str) -> None:
    write_doubler(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        free = {"--port": "0", "--grpc-port": "0"} | {option: port}
        ended = run_to_end(
            "--models", str(tmp_path), *(word for pair in free.items() for word in pair)
        )

    assert ended.returncode == 1
    assert ended.stderr == (
        f"ridealong serve: port {port} at 127.0.0.1 is taken: choose another,"
        " or stop the program that holds it\n"
    )


def test_a_host_of_another_machine_is_refused(tmp_path: Path) -> None:
    write_doubler(tmp_path)

    ended = run_to_end("--models", str(tmp_path), "--host", "192.0.2.1", "--port", "0")

    assert ended.returncode == 1
    assert "the host is none of this machine's addresses" in ended.stderr
