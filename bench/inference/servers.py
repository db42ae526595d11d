"""Starts a server on free ports, waits until it answers, and ends it with all its children."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

import psutil

ROOT: Final = Path(__file__).resolve().parents[2]
COMMAND: Final = (
    "{python} -m ridealong.cli serve --models {models} --port {port} --grpc-port {grpc_port}"
)
READY: Final = "/v2/health/ready"
START_S, STOP_S = 120, 20


class NotStarted(Exception):
    """A server ended, or was silent for too long, before its first answer."""


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    process: psutil.Process
    port: int
    grpc_port: int

    @property
    def url(self) -> str:
        """Without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def grpc(self) -> str:
        """As gRPC clients want it."""
        return f"127.0.0.1:{self.grpc_port}"

    def memory_mib(self) -> tuple[float, float]:
        """RSS and PSS of the process and its children; PSS counts shared pages once."""
        rss = pss = 0
        for process in family(self.process):
            with suppress(psutil.NoSuchProcess):
                found = process.memory_full_info()
                rss, pss = rss + found.rss, pss + found.pss
        return rss / 2**20, pss / 2**20


def free_ports(count: int) -> list[int]:
    """Free when asked; all different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


def fill(command: str, *, models: Path | str, port: object, grpc_port: object) -> list[str]:
    """The words of a command with its places filled in."""
    places = {
        "python": sys.executable,
        "models": str(models),
        "port": str(port),
        "grpc_port": str(grpc_port),
    }
    return [word.format_map(places) for word in shlex.split(command)]


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours, with this checkout's packages to be found from any folder."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **(extra or {})}


@contextmanager
def serving_models(command: str, models: Path, log: Path) -> Iterator[Running]:
    """Our server, or whatever `command` starts, on a folder of models."""
    port, grpc_port = free_ports(2)
    words = fill(command, models=models, port=port, grpc_port=grpc_port)
    with running(words, port, grpc_port, log=log, cwd=ROOT, env=environment()) as server:
        yield server


@contextmanager
def serving_plainly(scratch: Path, models: Path, log: Path) -> Iterator[Running]:
    """The peer that anyone writes first: FastAPI and ONNX Runtime, one process, no deadlines."""
    port, grpc_port = free_ports(2)
    words = [str(scratch / "venv" / "asgi" / "bin" / "uvicorn"), "fastapi_oip:app"]
    words += ["--host", "127.0.0.1", "--port", str(port), "--no-access-log"]
    words += ["--log-level", "warning", "--loop", "uvloop", "--http", "httptools"]
    folder = ROOT / "bench" / "peers" / "servers"
    env = {**os.environ, "MODEL_DIR": str(models), "PYTHONPATH": str(folder)}
    with running(words, port, grpc_port, log=log, cwd=folder, env=env) as server:
        yield server


@contextmanager
def running(
    words: Sequence[str],
    port: int,
    grpc_port: int,
    *,
    log: Path,
    cwd: Path,
    env: Mapping[str, str],
) -> Iterator[Running]:
    """A process in a session of its own, ready to answer. Raises `NotStarted`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        process = subprocess.Popen(
            words, cwd=cwd, env=env, stdout=out, stderr=out, start_new_session=True
        )
    try:
        server = Running(psutil.Process(process.pid), port, grpc_port)
        wait_until_ready(server.url, process, log)
        yield server
    finally:
        stop(process)


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until the server says that it is ready, which every model server here does at one path."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            last = log.read_text(errors="replace").strip().splitlines()[-3:]
            raise NotStarted(f"it ended with {process.returncode}: {' / '.join(last)}")
        with suppress(URLError, OSError), urlopen(url + READY, timeout=2) as answer:  # noqa: S310
            if answer.status == 200:
                return
        time.sleep(0.05)
    raise NotStarted(f"it was not ready within {START_S} s")


def family(process: psutil.Process) -> list[psutil.Process]:
    """A process and all below it."""
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def stop(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM, and SIGKILL for whoever is left."""
    with suppress(psutil.NoSuchProcess):
        everyone = family(psutil.Process(process.pid))
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_S)
        for left in everyone:
            with suppress(psutil.NoSuchProcess):
                if left.is_running() and left.status() != psutil.STATUS_ZOMBIE:
                    left.kill()
    process.wait()
