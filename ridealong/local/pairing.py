"""Keeps app and sidecar together: supervisord tells it of each end, it restarts the other half.

A sidecar whose app is gone would stay registered, and callers would go on choosing it.
"""

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Protocol
from xmlrpc.client import Fault

from supervisor import childutils

PARTNER_GROUP = {"apps": "sidecars", "sidecars": "apps"}
SUFFIX = "-dapr"


class Supervisor(Protocol):
    """The calls of supervisord's XML-RPC interface that are needed here."""

    def getProcessInfo(self, name: str) -> dict[str, int]: ...  # noqa: N802
    def stopProcess(self, name: str) -> bool: ...  # noqa: N802
    def startProcess(self, name: str, wait: bool) -> bool: ...  # noqa: N802


def partner_of(group: str, name: str) -> str | None:
    """The full name of the other half of a pair."""
    if group == "apps":
        return f"sidecars:{name}{SUFFIX}"
    if group == "sidecars":
        return f"apps:{name.removesuffix(SUFFIX)}"
    return None


def restart_partner(group: str, name: str, supervisor: Supervisor) -> bool:
    """Stop the other half and start it again, unless it is younger than this end."""
    partner = partner_of(group, name)
    if partner is None:
        return False
    try:
        ended = supervisor.getProcessInfo(f"{group}:{name}")["stop"]
        if supervisor.getProcessInfo(partner)["start"] >= ended:
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
        elif restart_partner(process["groupname"], process["processname"], supervisor):
            sys.stderr.write(f"{process['processname']} ended: its partner was restarted\n")
            sys.stderr.flush()
        childutils.listener.ok(sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
