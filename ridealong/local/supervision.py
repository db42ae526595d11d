"""Starts, asks and stops supervisord, under which everything runs."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from xmlrpc.client import Fault, ProtocolError, ServerProxy

import psutil
from supervisor.xmlrpc import SupervisorTransport

from ridealong.local.places import Places
from ridealong.local.problems import AlreadyRunning, LocalProblem, NotRunning
from ridealong.local.processes import MARK, end_all, processes_of
from ridealong.local.programs import Program
from ridealong.local.supervisor_config import supervisor_config

START_WAIT_S = 15
# Longer than the patience with each group, one after the other.
STOP_WAIT_S = 90
MOST_LOOKS = 10
SILENCE = (OSError, http.client.HTTPException, ProtocolError)


@dataclass(frozen=True)
class ProcessState:
    """One process as supervisord sees it."""

    name: str
    group: str
    state: str
    pid: int
    started: float
    now: float
    problem: str

    @property
    def is_running(self) -> bool:
        """Up for at least a second."""
        return self.state == "RUNNING"

    @property
    def uptime_s(self) -> float:
        """Zero while it is not running."""
        return self.now - self.started if self.is_running else 0.0


class Supervision:
    """One supervisord and what runs under it."""

    def __init__(
        self, places: Places, socket_path: Path, process: subprocess.Popen[bytes] | None = None
    ) -> None:
        self._places = places
        self._socket_path = socket_path
        self._process = process

    @classmethod
    def start(
        cls, programs: Iterable[Program], places: Places, tokens: Mapping[str, str], owner: int
    ) -> "Supervision":
        """A new supervisord in a session of its own, so that Ctrl-C does not reach it."""
        end_abandoned(places)
        places.make()
        places.starts.unlink(missing_ok=True)
        places.supervisor_config.write_text(supervisor_config(programs, places))
        process = subprocess.Popen(
            [sys.executable, "-m", "supervisor.supervisord", "-c", places.supervisor_config],
            cwd=places.folder,
            env={**os.environ, **tokens, MARK: str(places.var), "DAPR_HOST_IP": "127.0.0.1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        record = {"pid": process.pid, "owner": owner, "socket": str(places.socket)}
        places.supervisor_record.write_text(json.dumps(record))
        supervision = cls(places, places.socket, process)
        supervision._wait_for_answer(process)
        return supervision

    @classmethod
    def find(cls, places: Places) -> "Supervision":
        """The one that is running."""
        record = read_record(places)
        if record is None:
            raise NotRunning("nothing is running here", "start it with `ridealong up`")
        return cls(places, Path(record["socket"]))

    def states(self) -> list[ProcessState]:
        """Every process, in the order of starting."""
        answers = cast(list[dict[str, Any]], self._call("getAllProcessInfo"))
        return [
            ProcessState(
                name=answer["name"],
                group=answer["group"],
                state=answer["statename"],
                pid=answer["pid"],
                started=answer["start"],
                now=answer["now"],
                problem=answer["spawnerr"] or answer["description"],
            )
            for answer in answers
            if answer["group"] != "pairing"
        ]

    def start_group(self, group: str) -> None:
        """Start all of a group, and return at once."""
        self._call("startProcessGroup", group, False)

    def pid_of(self, name: str) -> int:
        """The process id of a running process; 0 between two lives."""
        return next((state.pid for state in self.states() if state.name == name), 0)

    def stop(self) -> None:
        """End everything in order: apps, sidecars, control plane, broker, supervisord."""
        try:
            self._call("shutdown")
        except (Fault, *SILENCE):
            # It does not listen (yet, or any more). A signal tells it the same.
            self._signal(signal.SIGTERM)
        _wait_for_end(self._places)
        end_leftovers(self._places)
        if self._process is not None:
            self._process.wait(timeout=STOP_WAIT_S)

    def _signal(self, number: signal.Signals) -> None:
        if record := read_record(self._places):
            with suppress(ProcessLookupError):
                os.kill(record["pid"], number)

    def _call(self, method: str, *arguments: object) -> object:
        transport = SupervisorTransport(None, None, f"unix://{self._socket_path}")
        try:
            with ServerProxy("http://127.0.0.1", transport=transport) as server:
                return getattr(server.supervisor, method)(*arguments)
        finally:
            transport.close()

    def _wait_for_answer(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_WAIT_S
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(*SILENCE):
                self._call("getState")
                return
            time.sleep(0.05)
        end_leftovers(self._places)
        raise LocalProblem(
            "supervisord did not start", f"see {self._places.logs / 'supervisord.log'}"
        )


def read_record(places: Places) -> dict[str, Any] | None:
    """Who supervises here, if that process is alive and really ours."""
    try:
        record = cast(dict[str, Any], json.loads(places.supervisor_record.read_text()))
        process = psutil.Process(record["pid"])
        ours = process.environ().get(MARK) == str(places.var)
    except (OSError, ValueError, KeyError, psutil.Error):
        return None
    return record if ours and process.status() != psutil.STATUS_ZOMBIE else None


def is_abandoned(places: Places) -> bool:
    """Whether nobody supervises here, or for an owner that is gone; 0 owns what was detached."""
    record = read_record(places)
    return record is None or not (record["owner"] == 0 or psutil.pid_exists(record["owner"]))


def end_abandoned(places: Places) -> None:
    """End what a killed `ridealong up` left behind; refuse while its owner lives."""
    if not is_abandoned(places):
        raise AlreadyRunning(
            f"Ridealong is running here already ({places.folder})",
            "look with `ridealong status`, or end it with `ridealong down`",
        )
    stop_everything(places)


def stop_everything(places: Places) -> None:
    """Stop in order where a supervisor lives, and end whatever else is there."""
    record = read_record(places)
    if record is not None:
        Supervision(places, Path(record["socket"])).stop()
    end_leftovers(places)


def end_leftovers(places: Places) -> int:
    """End what outlived its supervisord, and say how many there were.

    Looks again until nobody is there: a supervisord that is being ended may just have started one
    more, which no list of a moment ago has.
    """
    count = 0
    for _ in range(MOST_LOOKS):
        leftovers = processes_of(places.var)
        if not leftovers:
            break
        end_all(leftovers, patience_s=5)
        count += len(leftovers)
    places.supervisor_record.unlink(missing_ok=True)
    return count


def _wait_for_end(places: Places) -> None:
    deadline = time.monotonic() + STOP_WAIT_S
    while read_record(places) is not None and time.monotonic() < deadline:
        time.sleep(0.1)
