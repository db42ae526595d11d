import os
import socket
import subprocess
import sys
from pathlib import Path

from ridealong.local.processes import MARK, end_all, is_free, listener_on, processes_of

SLEEP = "import time; time.sleep(60)"
STUBBORN = (
    f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); {SLEEP}"
)


def start(var: Path, program: str = SLEEP) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, MARK: str(var)},
        stdout=subprocess.PIPE,
    )


def test_only_processes_of_the_same_folder_are_ours(tmp_path: Path) -> None:
    with start(tmp_path / "a") as ours, start(tmp_path / "b") as others:
        found = [process.pid for process in processes_of(tmp_path / "a")]
        for process in (ours, others):
            process.kill()

    assert found == [ours.pid]


def test_what_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    with start(tmp_path, STUBBORN) as process:
        assert process.stdout is not None
        process.stdout.readline()
        end_all(processes_of(tmp_path), patience_s=0.2)

    assert processes_of(tmp_path) == []


def test_a_port_that_somebody_listens_on_is_not_free() -> None:
    with socket.socket() as taker:
        taker.bind(("127.0.0.1", 0))
        taker.listen()
        port = taker.getsockname()[1]

        assert not is_free(port)
        assert f"process {os.getpid()}" in listener_on(port)
    assert is_free(port)
