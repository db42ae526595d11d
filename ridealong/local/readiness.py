"""Waits until everything started is ready, and gives up early on what keeps dying."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from ridealong.local.names import lost_sidecars
from ridealong.local.places import Places
from ridealong.local.problems import NotReadyInTime, ProcessKeepsDying
from ridealong.local.supervision import ProcessState, Supervision
from ridealong.local.topology import Topology

ASK_TIMEOUT_S = 2
ASK_AGAIN_S = 0.25
# A sidecar whose broker comes late may need a second life; five are no bad luck any more.
MOST_LIVES = 4
LAST_LINES = 12


@dataclass(frozen=True)
class Condition:
    """One process and whether it does its work."""

    process: ProcessState
    is_ready: bool


Watch = Callable[[Sequence[Condition]], None]


def wait_until_ready(
    topology: Topology,
    supervision: Supervision,
    places: Places,
    *,
    token: str,
    timeout_s: float,
    watch: Watch,
) -> None:
    """Return when all are ready; raise as soon as one keeps dying, or when time is up."""
    deadline = time.monotonic() + timeout_s
    lives: dict[str, set[int]] = defaultdict(set)
    while True:
        conditions = asyncio.run(ask_all(topology, supervision.states(), token))
        watch(conditions)
        if all(condition.is_ready for condition in conditions):
            return
        _give_up_on_the_dying(conditions, lives, places)
        if time.monotonic() > deadline:
            late = [one.process.name for one in conditions if not one.is_ready]
            raise NotReadyInTime(
                f"not ready after {timeout_s:.0f} s: {', '.join(late)}",
                f"see the logs: `ridealong logs {late[0]}`\n{last_lines(places, late[0])}",
            )
        time.sleep(ASK_AGAIN_S)


async def ask_all(
    topology: Topology, processes: Sequence[ProcessState], token: str
) -> list[Condition]:
    """Ask every process that has an address whether it is ready, all at once.

    A sidecar must be found by its name, too.
    """
    addresses = health_addresses(topology)
    lost = lost_sidecars(topology)
    timeout = aiohttp.ClientTimeout(total=ASK_TIMEOUT_S)
    headers = {"dapr-api-token": token}
    async with aiohttp.ClientSession(timeout=timeout, headers=headers) as client:
        answers = await asyncio.gather(
            *(_is_ready(client, process, addresses.get(process.name)) for process in processes)
        )
    return [
        Condition(process, ready and process.name not in lost)
        for process, ready in zip(processes, answers, strict=True)
    ]


def health_addresses(topology: Topology) -> dict[str, str]:
    """Where each process says whether it is ready; the broker has no such address."""
    addresses = {
        "placement": _address(topology.infrastructure.placement.health_port, "/healthz"),
        "scheduler": _address(topology.infrastructure.scheduler.health_port, "/healthz"),
    }
    for service in topology.services:
        addresses[service.name] = _address(service.app_port, "/readyz")
        addresses[f"{service.name}-dapr"] = _address(service.dapr_http_port, "/v1.0/healthz")
    return addresses


def last_lines(places: Places, name: str, count: int = LAST_LINES) -> str:
    """The end of a process's log."""
    return "\n".join(tail(places.logs / f"{name}.log", count))


def tail(file: Path, count: int) -> list[str]:
    """The last lines of a file that may be large or missing."""
    try:
        with file.open("rb") as stream:
            stream.seek(max(0, file.stat().st_size - 200 * 1024))
            lines = stream.read().decode(errors="replace").splitlines()
            return lines[max(0, len(lines) - count) :]
    except FileNotFoundError:
        return []


async def _is_ready(
    client: aiohttp.ClientSession, process: ProcessState, address: str | None
) -> bool:
    if process.pid == 0:
        return False
    if address is None:
        return process.is_running
    try:
        async with client.get(address) as answer:
            return answer.ok
    except (aiohttp.ClientError, TimeoutError):
        return False


def _give_up_on_the_dying(
    conditions: Sequence[Condition], lives: dict[str, set[int]], places: Places
) -> None:
    for process in (condition.process for condition in conditions):
        if process.pid:
            lives[process.name].add(process.pid)
        if process.state == "FATAL" or len(lives[process.name]) > MOST_LIVES:
            raise ProcessKeepsDying(
                f"{process.name} keeps dying",
                f"the last lines of its log:\n{last_lines(places, process.name)}",
            )


def _address(port: int, path: str) -> str:
    return f"http://127.0.0.1:{port}{path}"
