"""Options that several commands share, and the system they speak of."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ridealong.local.credentials import APP_TOKEN
from ridealong.local.places import ROOT, Places
from ridealong.local.startup import System
from ridealong.local.supervision import Supervision
from ridealong.local.topology import Topology, load_topology

RunFile = Annotated[
    Path,
    typer.Option(
        "--file",
        help="The run file; run-time data lies in `var` beside it.",
        envvar="RIDEALONG_FILE",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

DEFAULT_FILE = ROOT / "dapr.yaml"

console = Console()
errors = Console(stderr=True)


def running_system(file: Path) -> System:
    """The system that was started from a run file, or NotRunning."""
    places = Places(file.resolve().parent)
    supervision = Supervision.find(places)
    tokens: dict[str, str] = json.loads(places.tokens.read_text())
    return System(running_topology(file, supervision), places, supervision, tokens)


def running_topology(file: Path, supervision: Supervision) -> Topology:
    """The run file, with as many replicas as there are sidecars under the supervisor."""
    topology = load_topology(file)
    names = {state.name for state in supervision.states() if state.group == "sidecars"}
    present = [
        copy
        for service in topology.services
        for number in range(1, 6)
        if f"{(copy := service.copy_number(number)).name}-dapr" in names
    ]
    return topology.model_copy(update={"services": tuple(present)})


def app_token(system: System) -> str:
    """What apps and their health answers want to see."""
    return os.environ.get(APP_TOKEN) or system.tokens[APP_TOKEN]
