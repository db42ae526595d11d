"""Runs chosen services with real sidecars under the real supervisor, beside any others."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

import httpx2
import yaml

from ridealong.local.build import find_or_build
from ridealong.local.credentials import APP_TOKEN, SIDECAR_TOKEN
from ridealong.local.places import ROOT
from ridealong.local.startup import Choices, start
from ridealong.local.startup import System as LocalSystem
from tests.system.relocate import relocate

# The last two: daprd may answer 200 with an empty body (docs/decisions/0001).
NOT_YET = (OSError, HTTPException, httpx2.HTTPError, ValueError, TypeError)


@dataclass(frozen=True)
class System:
    """A running system as a test sees it."""

    local: LocalSystem
    file: Path

    @property
    def app_token(self) -> str:
        """What an app wants in `dapr-api-token`; sidecars send it by themselves."""
        return self.local.tokens[APP_TOKEN]

    @property
    def headers(self) -> dict[str, str]:
        """What a sidecar wants to see where the system is `secure`; nothing elsewhere."""
        token = self.local.tokens.get(SIDECAR_TOKEN)
        return {"dapr-api-token": token} if token else {}

    def url(self, app: str) -> str:
        """The app itself, past its sidecar."""
        return f"http://127.0.0.1:{self.local.topology.service(app).app_port}"

    def sidecar_url(self, app: str) -> str:
        """The sidecar beside an app: `/v1.0/invoke/<app-id>/method/...`, `/v1.0/publish/...`."""
        return f"http://127.0.0.1:{self.local.topology.service(app).dapr_http_port}"

    def log(self, name: str) -> str:
        """All that an app (`nlp`), a sidecar (`nlp-dapr`) or the broker (`broker`) has said."""
        return (self.local.places.logs / f"{name}.log").read_text(errors="replace")

    def pid(self, name: str) -> int:
        """Of `nlp`, `nlp-dapr`, `broker`, `placement`, `scheduler`; 0 between two lives."""
        return self.local.supervision.pid_of(name)

    def kill(self, name: str) -> int:
        """SIGKILL, as a crash would; returns the process id that is no more."""
        pid = self.pid(name)
        assert pid, f"{name} is not running"
        os.kill(pid, signal.SIGKILL)
        return pid


@contextmanager
def running_system(
    folder: Path,
    services: Sequence[str] = (),
    *,
    change: Callable[[dict[str, Any]], None] | None = None,
    source: Path | None = None,
    **options: Any,
) -> Iterator[System]:
    """Start the chosen services (all, if none is named) in `folder`, and stop every process after.

    `change` may edit the run file's content; `options` are those of `Choices`:
    pubsub, state, tracing, replicas, secure, infra_only.
    """
    file = relocate(folder, source) if source else relocate(folder)
    if change is not None:
        edit(file, change)
    choices = Choices(file=file, services=tuple(services), **options)
    runtime = find_or_build(lambda _: None)
    with ended_with_us(file):
        local = start(choices, runtime, owner=os.getpid(), watch=lambda _: None)
        try:
            yield System(local, file)
        finally:
            local.supervision.stop()


@contextmanager
def ended_with_us(file: Path) -> Iterator[None]:
    """A guard that ends the system when this process is killed: it hears our pipe close."""
    script = 'cat >/dev/null; exec "$0" -m ridealong.cli down --file "$1"'
    with subprocess.Popen(
        ["/bin/sh", "-c", script, sys.executable, str(file)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as guard:
        try:
            yield
        finally:
            os.killpg(guard.pid, signal.SIGKILL)


def edit(file: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change a relocated run file in place."""
    content = yaml.safe_load(file.read_text())
    change(content)
    file.write_text(yaml.safe_dump(content, sort_keys=False))


def eventually(holds: Callable[[], bool], *, within_s: float, pause_s: float = 0.1) -> None:
    """Wait with a deadline until a claim holds; an error of the claim counts as not yet."""
    deadline = time.monotonic() + within_s
    last_error = None
    try:
        while True:
            try:
                if holds():
                    return
            except NOT_YET as error:
                last_error = error
            if time.monotonic() >= deadline:
                told = f", last error: {last_error!r}" if last_error else ""
                raise AssertionError(f"not within {within_s} s{told}") from last_error
            time.sleep(pause_s)
    finally:
        # Its traceback holds this frame: in a circle they would keep its connection open.
        del last_error
