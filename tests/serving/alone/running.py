"""The server as a process of its own, as a user starts it, on ports nobody else has."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil

COMMAND = [sys.executable, "-m", "ridealong.serving.alone"]
FREE_PORTS = ("--port", "0", "--grpc-port", "0")
LAST_LINE = "try"
STOP_S = 15
ROW = {"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 3], "data": [1, 2, 3]}]}


@dataclass
class Answered:
    """A status and what came with it."""

    status: int
    body: bytes

    @property
    def content(self) -> Any:
        return json.loads(self.body)


@dataclass
class Running:
    """A server that has said that it serves."""

    process: subprocess.Popen[str]
    report: list[str] = field(default_factory=list)

    def read_report(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.report.append(line.rstrip())
            if line.startswith(LAST_LINE):
                return
        assert self.process.stderr is not None
        raise AssertionError(self.process.stderr.read())

    @property
    def rest(self) -> str:
        return self._address("REST").removeprefix("http://").removesuffix("/v2")

    @property
    def rpc(self) -> str:
        return self._address("gRPC")

    def _address(self, name: str) -> str:
        return next(line.split()[1] for line in self.report if line.startswith(name))

    def ask(self, method: str, path: str, document: object = None) -> Answered:
        """On a connection of its own, so that any worker may take it."""
        connection = HTTPConnection(self.rest, timeout=10)
        try:
            connection.request(method, path, None if document is None else json.dumps(document))
            answer = connection.getresponse()
            return Answered(answer.status, answer.read())
        finally:
            connection.close()

    def infer(self, model: str = "doubler") -> Answered:
        return self.ask("POST", f"/v2/models/{model}/infer", ROW)

    def ask_many(self, model: str = "doubler", times: int = 64) -> list[Answered]:
        """So many at once that one worker does not take them all."""
        with ThreadPoolExecutor(16) as threads:
            return list(threads.map(self.infer, [model] * times))

    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(STOP_S)


@contextmanager
def running(models: Path, *options: str) -> Iterator[Running]:
    """Started and ready; ended at the end if it has not been."""
    command = [*COMMAND, "--models", str(models), *FREE_PORTS, "--grace", "2", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        server = Running(process)
        try:
            server.read_report()
            yield server
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(STOP_S)


def run_to_end(*options: str) -> subprocess.CompletedProcess[str]:
    """A start that cannot succeed."""
    return subprocess.run(
        [*COMMAND, *options], capture_output=True, text=True, timeout=30, check=False
    )


def worker_of(answered: Answered) -> str:
    """Prediction ids start with what is a process's own."""
    return str(answered.content["id"]).split("-")[0]
