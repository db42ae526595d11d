import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from importlib import import_module
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.serving.alone.running import Answered, Running, running, worker_of
from tests.serving.tiny_models import write_doubler

PATIENCE_S = 20
# A connection that breaks before, or in the middle of, an answer.
LOST = (ConnectionError, HTTPException)
# It has no types.
triton: Any = import_module("tritonclient.grpc")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("models")
    for name in ("doubler", "second", "third"):
        write_doubler(folder, name)
    with running(folder, "--workers", "2") as server:
        yield server


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.1)


def statuses(answers: list[Answered]) -> set[int]:
    return {answer.status for answer in answers}


def workers_of(answers: list[Answered]) -> set[str]:
    return {worker_of(answer) for answer in answers}


def ask_until_both_answer(server: Running, model: str = "doubler") -> list[Answered]:
    """Or one is refused, or patience ends: which worker accepts is up to the kernel."""
    until = time.monotonic() + PATIENCE_S
    answers = server.ask_many(model)
    while statuses(answers) == {200} and len(workers_of(answers)) < 2 and time.monotonic() < until:
        answers += server.ask_many(model)
    return answers


def change(server: Running, model: str, verb: str) -> Answered:
    return server.ask("POST", f"/v2/repository/models/{model}/{verb}")


def test_both_answer_at_one_port(server: Running) -> None:
    answers = ask_until_both_answer(server)

    assert len(workers_of(answers)) == 2


def test_an_unload_and_a_load_take_effect_in_all(server: Running) -> None:
    unloaded = change(server, "second", "unload")
    refused = statuses(server.ask_many("second"))
    loaded = change(server, "second", "load")
    answers = ask_until_both_answer(server, "second")

    assert unloaded.status == loaded.status == 200
    assert refused == {503}
    assert statuses(answers) == {200}
    assert len(workers_of(answers)) == 2


def test_over_grpc_they_take_effect_in_all_as_well(server: Running) -> None:
    with triton.InferenceServerClient(server.rpc) as client:
        client.unload_model("second")
        refused = statuses(server.ask_many("second"))
        client.load_model("second")

    assert refused == {503}
    assert statuses(server.ask_many("second")) == {200}


def test_a_refused_load_takes_no_worker_out_of_service(server: Running) -> None:
    nowhere = {"parameters": {"versions": "7"}}

    refused = server.ask("POST", "/v2/repository/models/second/load", nowhere)

    assert (refused.status, "version 7" in refused.content["error"]) == (400, True)
    assert statuses(server.ask_many("second")) == {200}


def test_a_model_nobody_has_is_refused_over_both(server: Running) -> None:
    with (
        triton.InferenceServerClient(server.rpc) as client,
        pytest.raises(triton.InferenceServerException, match="no model has this name"),
    ):
        client.load_model("nobody")

    assert change(server, "nobody", "load").status == 404


@pytest.mark.parametrize("name", ["a" * 40_000, "doubler/versions/1", "..", "a b"])
def test_a_name_that_is_none_costs_no_worker(server: Running, name: str) -> None:
    before = server.workers()
    with triton.InferenceServerClient(server.rpc) as client:
        for call in (client.load_model, client.unload_model, client.get_inference_statistics):
            with pytest.raises(triton.InferenceServerException, match="NOT_FOUND"):
                call(name)

    refused = {change(server, name.replace(" ", "+"), verb).status for verb in ("load", "unload")}

    assert refused == {404}
    assert server.workers() == before
    assert statuses(server.ask_many()) == {200}


def test_statistics_are_those_of_all_together(server: Running) -> None:
    before = server.ask("GET", "/v2/models/third/stats").content["model_stats"][0]
    server.ask_many("third", times=40)

    after = server.ask("GET", "/v2/models/third/stats").content["model_stats"][0]
    with triton.InferenceServerClient(server.rpc) as client:
        over_grpc = client.get_inference_statistics("third").model_stats[0]

    assert after["inference_count"] - before["inference_count"] == 40
    assert over_grpc.inference_count == after["inference_count"]
    assert (
        sum(batch["batch_size"] * batch["compute_infer"]["count"] for batch in after["batch_stats"])
        == (after["inference_count"])
    )


def test_metrics_say_which_worker_they_are_of(server: Running) -> None:
    shown = server.ask("GET", "/metrics").body.decode().splitlines()

    memory = [line for line in shown if line.startswith("process_resident_memory_bytes{")]
    assert [line.split(" ")[0] for line in memory] == [
        'process_resident_memory_bytes{worker="0"}',
        'process_resident_memory_bytes{worker="1"}',
    ]


def test_a_killed_worker_comes_back_with_what_the_others_were_told(server: Running) -> None:
    change(server, "second", "unload")
    seen = workers_of(ask_until_both_answer(server))
    assert len(seen) == 2
    victim = server.workers()[0]

    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(server.infer) for _ in range(400)]
        victim.kill()
        lost = [work for work in asked if isinstance(work.exception(), LOST)]
        others = [work.result() for work in asked if work not in lost]

    # Only what it was answering when it died, or had just accepted, may be lost.
    assert len(lost) <= 16
    assert statuses(others) == {200}

    def is_back() -> bool:
        return bool(workers_of(server.ask_many()) - seen)

    wait_until(is_back)
    assert statuses(server.ask_many("second", times=100)) == {503}
    assert change(server, "second", "load").status == 200


def test_a_stop_leaves_no_process(tmp_path: Path) -> None:
    write_doubler(tmp_path)
    with running(tmp_path, "--workers", "2") as server:
        workers = server.workers()
        server.process.send_signal(signal.SIGINT)
        _, said = server.process.communicate(timeout=15)

    assert server.process.returncode == 0
    assert said == ""
    assert len(workers) == 2
    assert not any(worker.is_running() for worker in workers)


def test_workers_end_when_nobody_watches_over_them(tmp_path: Path) -> None:
    write_doubler(tmp_path)
    with running(tmp_path, "--workers", "2") as server:
        workers = server.workers()
        server.process.kill()

        _, left = psutil.wait_procs(workers, timeout=10)

    assert len(workers) == 2
    assert left == []
