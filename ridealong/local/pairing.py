"""Keeps app and sidecar together: supervisord tells it of each end, it restarts the other half.

A sidecar whose app is gone would stay registered, and callers would go on choosing it. So would
an app's second sidecar, for gRPC; when that one ends, its app goes on with the first.
"""

import json
import os
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Protocol
from xmlrpc.client import Fault

from supervisor import childutils
from supervisor.states import ProcessStates

SUFFIX, GRPC = "-dapr", "-grpc"
STOPPED_BY_ORDER = (ProcessStates.STOPPED, ProcessStates.STOPPING)


class Supervisor(Protocol):
    """The calls of supervisord's XML-RPC interface that are needed here."""

    def getProcessInfo(self, name: str) -> dict[str, int]: ...  # noqa: N802
    def stopProcess(self, name: str) -> bool: ...  # noqa: N802
    def startProcess(self, name: str, wait: bool) -> bool: ...  # noqa: N802


def partners_of(group: str, name: str) -> tuple[str, ...]:
    """The full names of what shall not outlive this process. Not every app has a second sidecar."""
    if group == "apps":
        app_id, replica = split_replica(name)
        return (f"sidecars:{name}{SUFFIX}", f"sidecars:{app_id}{GRPC}{replica}{SUFFIX}")
    if group == "sidecars":
        return (f"apps:{name.removesuffix(SUFFIX)}",)
    return ()


def split_replica(name: str) -> tuple[str, str]:
    """`nlp-2` is the app-id `nlp` and `-2`; the first replica has no number."""
    found = re.fullmatch(r"(.+?)(-\d)?", name)
    assert found is not None
    return found[1], found[2] or ""


def restart_partners(group: str, name: str, supervisor: Supervisor) -> bool:
    """Stop the other half and start it again, unless it is younger than this end."""
    ended = [_restart(partner, group, name, supervisor) for partner in partners_of(group, name)]
    return any(ended)


def _restart(partner: str, group: str, name: str, supervisor: Supervisor) -> bool:
    try:
        ended = supervisor.getProcessInfo(f"{group}:{name}")["stop"]
        other = supervisor.getProcessInfo(partner)
        # An app that is being stopped sends its sidecar away first; that is no reason to start it.
        if other["start"] >= ended or other["state"] in STOPPED_BY_ORDER:
            return False
        # Stopped by us, it counts as stopped and not as exited: the two cannot chase each other.
        supervisor.stopProcess(partner)
        return supervisor.startProcess(partner, False)
    except Fault:
        # There is no partner, it is being restarted already, or everything is being stopped.
        return False


def write_starts(starts: Counter[str], file: Path) -> None:
    """For `ridealong status`: supervisord itself does not count."""
    half = file.with_suffix(".new")
    half.write_text(json.dumps(starts))
    half.replace(file)


def main(file: Path) -> None:
    """Hear events for ever."""
    supervisor = childutils.getRPCInterface(os.environ).supervisor
    starts: Counter[str] = Counter()
    while True:
        headers, payload = childutils.listener.wait(sys.stdin, sys.stdout)
        process = childutils.get_headers(payload)
        if headers["eventname"] == "PROCESS_STATE_STARTING":
            starts[process["processname"]] += 1
            write_starts(starts, file)
        elif restart_partners(process["groupname"], process["processname"], supervisor):
            sys.stderr.write(f"{process['processname']} ended: its partner was restarted\n")
            sys.stderr.flush()
        childutils.listener.ok(sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
