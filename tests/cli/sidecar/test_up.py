"""`ridealong up` as a person meets it: ready, Ctrl-C, a crash, and nothing left."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from ridealong.local.places import ROOT, Places
from ridealong.local.processes import end_all, is_free, processes_of
from ridealong.local.supervision import read_record
from ridealong.local.topology import load_topology
from tests.local.sidecar.test_supervised import with_echo_services
from tests.system.harness import edit, eventually
from tests.system.relocate import relocate

# As long as `up` itself waits for what it stops, one group after the other.
DEADLINE_S = 90


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    def one_echo_service(run_file: dict[str, Any]) -> None:
        run_file["apps"] = [app for app in run_file["apps"] if app["appID"] == "nlp"]
        with_echo_services(run_file)

    file = relocate(tmp_path)
    edit(file, one_echo_service)
    yield file
    left = processes_of(tmp_path / "var")
    end_all(left, patience_s=5)
    assert left == []


def run(file: Path, command: str, *options: str) -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, "-m", "ridealong.cli", command, "--file", str(file), *options]
    return subprocess.run(
        arguments, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


@contextmanager
def up(file: Path) -> Iterator[subprocess.Popen[str]]:
    """In a process group of its own: a signal to the group is what Ctrl-C sends."""
    arguments = [sys.executable, "-m", "ridealong.cli", "up", "--file", str(file)]
    with subprocess.Popen(
        arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def wait_for(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdout is not None
    seen = []
    for line in process.stdout:
        seen.append(line)
        if words in line:
            return
    raise AssertionError(f"{words!r} was never said, but {seen}")


def press_ctrl_c(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGINT)


def test_ctrl_c_stops_everything_in_order(file: Path) -> None:
    with up(file) as process:
        wait_for(process, "Ctrl-C")
        press_ctrl_c(process)
        assert process.wait(DEADLINE_S) == 0

    assert processes_of(file.parent / "var") == []


def test_a_second_ctrl_c_leaves_no_process_behind(file: Path) -> None:
    with up(file) as process:
        wait_for(process, "Ctrl-C")
        press_ctrl_c(process)
        wait_for(process, "stopping in order")
        press_ctrl_c(process)
        press_ctrl_c(process)
        assert process.wait(DEADLINE_S) == 0

    assert processes_of(file.parent / "var") == []


def test_ctrl_c_while_starting_leaves_no_process_behind(file: Path) -> None:
    with up(file) as process:
        eventually(lambda: len(processes_of(file.parent / "var")) > 2, within_s=DEADLINE_S)
        press_ctrl_c(process)
        press_ctrl_c(process)
        assert process.wait(DEADLINE_S) != 0

    assert processes_of(file.parent / "var") == []


def test_the_next_up_ends_what_a_killed_one_left(file: Path) -> None:
    with up(file) as process:
        wait_for(process, "Ctrl-C")
        process.kill()
        process.wait(DEADLINE_S)
    left = read_record(Places(file.parent))
    assert left is not None

    started = run(file, "up", "--detach")
    assert started.returncode == 0, started.stderr
    eventually(lambda: not psutil.pid_exists(left["pid"]), within_s=10)
    assert run(file, "down").returncode == 0


def test_down_ends_even_processes_that_lost_their_supervisor(file: Path) -> None:
    assert run(file, "up", "--detach").returncode == 0
    record = read_record(Places(file.parent))
    assert record is not None
    psutil.Process(record["pid"]).kill()
    eventually(lambda: not psutil.pid_exists(record["pid"]), within_s=5)
    assert processes_of(file.parent / "var") != []

    assert run(file, "down").returncode == 0
    assert processes_of(file.parent / "var") == []
    assert is_free(load_topology(file).infrastructure.broker.port)


def test_a_second_up_is_refused_in_one_line(file: Path) -> None:
    assert run(file, "up", "--detach").returncode == 0

    refused = run(file, "up")
    assert refused.returncode != 0
    assert refused.stderr.count("\n") == 1
    assert "ridealong down" in refused.stderr
    assert run(file, "down").returncode == 0


def test_a_service_that_keeps_dying_ends_the_start_with_its_last_words(file: Path) -> None:
    def broken(run_file: dict[str, Any]) -> None:
        run_file["apps"][0]["command"] = [sys.executable, "-c", "raise SystemExit('no model')"]

    edit(file, broken)
    refused = run(file, "up")

    assert refused.returncode != 0
    assert "nlp keeps dying" in refused.stderr
    assert "no model" in refused.stderr


def test_status_shows_what_runs_and_that_it_is_ready(file: Path) -> None:
    assert run(file, "up", "--detach").returncode == 0

    shown = run(file, "status", "--json")
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert {'"nlp"', '"nlp-dapr"', '"broker"'} <= set(shown.stdout.replace(",", " ").split())
    assert run(file, "down").returncode == 0
