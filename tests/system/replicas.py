"""A further replica, started by a test and by nobody again: what dies stays dead."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import httpx2

from ridealong.local.build import find_or_build
from ridealong.local.processes import MARK
from ridealong.local.programs import Program, services
from tests.system.harness import System, eventually

READY_S = 60
# A sidecar says so after its first good probe of the app, and lets nobody in before.
HEALTHY = "App entered healthy status"


@dataclass(frozen=True)
class Replica:
    """An app and all its sidecars."""

    processes: tuple[subprocess.Popen[bytes], ...]

    def signal(self, number: signal.Signals) -> None:
        """To all of them at once."""
        for process in self.processes:
            process.send_signal(number)

    @property
    def is_gone(self) -> bool:
        """Whether all of them have ended."""
        return all(process.poll() is not None for process in self.processes)


@contextmanager
def another_replica(system: System, app_id: str) -> Iterator[Replica]:
    """A second replica beside the one under the supervisor, once it can be called."""
    runtime = find_or_build(lambda _: None)
    topology = system.local.topology.with_replicas({app_id: 2})
    names = {service.name for service in topology.services if service.replica == 2}
    programs = [
        program
        for program in services(topology, runtime, system.local.places)
        if program.name.removesuffix("-dapr") in names
    ]
    app = topology.service(f"{app_id}-2")
    log = system.local.places.logs / f"{app.name}-dapr.log"
    said = len(log.read_text()) if log.exists() else 0
    with ExitStack() as stack:
        processes = tuple(start(system, program, stack) for program in programs)
        eventually(lambda: is_ready(app.app_port), within_s=READY_S)
        eventually(lambda: HEALTHY in system.log(f"{app.name}-dapr")[said:], within_s=READY_S)
        yield Replica(processes)


def start(system: System, program: Program, stack: ExitStack) -> subprocess.Popen[bytes]:
    """As the supervisor would, its tokens and its mark included."""
    places = system.local.places
    given = {MARK: str(places.var), "DAPR_HOST_IP": "127.0.0.1", **program.environment}
    log = stack.enter_context((places.logs / f"{program.name}.log").open("ab"))
    process = subprocess.Popen(
        program.command,
        cwd=program.directory,
        env={**os.environ, **system.local.tokens, **given},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def is_ready(port: int) -> bool:
    """Whether the app thinks so; its sidecar may still wait for its own probe of it."""
    try:
        return bool(httpx2.get(f"http://127.0.0.1:{port}/readyz", timeout=5).is_success)
    except httpx2.TransportError:
        return False
