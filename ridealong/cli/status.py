"""`ridealong status`: what runs, how long, how well."""

import asyncio
import json
from dataclasses import asdict, dataclass
from typing import Literal

import aiohttp
import psutil
import typer
from rich.table import Table

from ridealong.cli.options import DEFAULT_FILE, AsJson, RunFile, app_token, console, running_system
from ridealong.cli.views import GROUP_TITLES, duration, joined, megabytes
from ridealong.local.processes import memory_bytes
from ridealong.local.readiness import Condition, ask_all
from ridealong.local.startup import System

MODEL_SERVER = "inference"
NUMBERS = ("pid", "restarts", "memory")


@dataclass(frozen=True)
class Line:
    """One process in the table, and in the JSON."""

    process: str
    kind: str
    state: str
    ready: bool
    pid: int
    uptime_s: int
    restarts: int
    memory_bytes: int | None
    models: dict[str, str]


def command(file: RunFile = DEFAULT_FILE, *, as_json: AsJson = False) -> None:
    """Show every process: ready or not, how long it is up, restarts, memory, models.

    Ends with 1 where something is not ready.

    Examples:

        ridealong status
        ridealong status --json | jq '.[] | select(.ready | not)'
    """
    system = running_system(file)
    lines = asyncio.run(describe(system))
    if as_json:
        typer.echo(json.dumps([asdict(line) for line in lines], indent=2))
    else:
        console.print(_table(lines))
        for line in lines:
            if line.models:
                console.print(f"models of {line.process}: {joined(line.models)}")
    if not all(line.ready for line in lines):
        raise typer.Exit(1)


async def describe(system: System) -> list[Line]:
    """All lines, the readiness asked now."""
    conditions = await ask_all(system.topology, system.supervision.states(), app_token(system))
    starts = _starts(system)
    models = await _models(system)
    return [_line(condition, starts, models) for condition in conditions]


def _line(condition: Condition, starts: dict[str, int], models: dict[str, str]) -> Line:
    process = condition.process
    return Line(
        process=process.name,
        kind=GROUP_TITLES[process.group],
        state=process.state.lower(),
        ready=condition.is_ready,
        pid=process.pid,
        uptime_s=int(process.uptime_s),
        restarts=max(0, starts.get(process.name, 1) - 1),
        memory_bytes=_memory(process.pid),
        models=models if process.name.startswith(MODEL_SERVER) and process.group == "apps" else {},
    )


def _memory(pid: int) -> int | None:
    try:
        return memory_bytes(psutil.Process(pid)) if pid else None
    except psutil.Error:
        return None


def _starts(system: System) -> dict[str, int]:
    try:
        starts: dict[str, int] = json.loads(system.places.starts.read_text())
    except FileNotFoundError:
        return {}
    return starts


async def _models(system: System) -> dict[str, str]:
    """Name and version of the loaded models, by the Open Inference Protocol's repository index."""
    ports = {service.app_id: service.app_port for service in system.topology.services}
    if MODEL_SERVER not in ports:
        return {}
    address = f"http://127.0.0.1:{ports[MODEL_SERVER]}/v2/repository/index"
    timeout = aiohttp.ClientTimeout(total=2)
    headers = {"dapr-api-token": app_token(system)}
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, headers=headers) as client,
            client.post(address, json={}) as answer,
        ):
            found = await answer.json() if answer.ok else []
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return {}
    return {str(model["name"]): str(model.get("version", "")) for model in found}


def _table(lines: list[Line]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("process", "state", "pid", "up", "restarts", "memory"):
        justify: Literal["left", "right"] = "right" if column in NUMBERS else "left"
        table.add_column(column, justify=justify, no_wrap=True)
    for line in lines:
        table.add_row(
            line.process,
            "[green]ready[/green]" if line.ready else f"[red]{line.state}, not ready[/red]",
            str(line.pid or ""),
            duration(line.uptime_s),
            str(line.restarts),
            megabytes(line.memory_bytes),
        )
    known = [line.memory_bytes for line in lines if line.memory_bytes is not None]
    table.add_row("all", "", "", "", "", megabytes(sum(known)), style="bold")
    return table
