"""`ridealong up`: everything on this machine, supervised."""

import os
import signal
import time
from importlib import import_module
from types import FrameType
from typing import Annotated, NoReturn

import typer
from rich.live import Live

from ridealong.cli.options import DEFAULT_FILE, RunFile, console
from ridealong.cli.setup import provide_dapr
from ridealong.cli.views import readiness_table
from ridealong.local.problems import NotRunning, TopologyUnreadable
from ridealong.local.startup import Choices, System, start
from ridealong.local.supervision import read_record

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
EXAMPLES = """
Examples:

    ridealong up
    ridealong up --detach
    ridealong up --replicas nlp=2,inference=2 --tracing zipkin
    ridealong up --infra-only, then: dapr run -f dapr.yaml
"""


def command(
    file: RunFile = DEFAULT_FILE,
    *,
    detach: Annotated[bool, typer.Option("--detach", help="Return when all is ready.")] = False,
    infra_only: Annotated[
        bool,
        typer.Option("--infra-only", help="Only what `dapr run` needs beside it."),
    ] = False,
    pubsub: Annotated[str | None, typer.Option(help="A folder of components/pubsub.")] = None,
    state: Annotated[str | None, typer.Option(help="A folder of components/state.")] = None,
    tracing: Annotated[str | None, typer.Option(help="A file of dapr-config.")] = None,
    replicas: Annotated[
        str, typer.Option(help="More of a service: nlp=2,inference=2. Each on ports 20 higher.")
    ] = "",
    examples: Annotated[
        bool, typer.Option("--examples", help="When ready, send the examples and show answers.")
    ] = False,
    secure: Annotated[
        bool, typer.Option("--secure", help="Sidecars ask for DAPR_API_TOKEN (var/tokens.json).")
    ] = False,
) -> None:
    """Start everything, wait until it is ready, and stay until Ctrl-C."""
    choices = Choices(
        file=file.resolve(),
        pubsub=pubsub,
        state=state,
        tracing=tracing,
        replicas=parse_replicas(replicas),
        infra_only=infra_only,
        secure=secure,
    )
    began = time.monotonic()
    stays = not (detach or infra_only)
    interrupt_once()
    runtime = provide_dapr()
    console.print("starting: broker, control plane, services with their sidecars")
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        system = start(
            choices,
            runtime,
            owner=os.getpid() if stays else 0,
            watch=lambda conditions: live.update(readiness_table(conditions)),
        )
    console.print(f"ready in {time.monotonic() - began:.1f} s")
    if infra_only:
        _say_what_is_next(system)
        return
    try:
        if examples:
            # Who has just started everything wants to see it work; that is no part of supervision.
            import_module("ridealong.cli.welcome").welcome(system)
        elif stays:
            console.print("Ctrl-C stops everything; `ridealong status` shows how it is.")
        if stays:
            wait_for_the_end(system)
    except BaseException as reason:
        if stays:
            stop(system)
        if not (stays and isinstance(reason, KeyboardInterrupt)):
            raise


command.__doc__ = f"{command.__doc__}\n{EXAMPLES}"


def parse_replicas(text: str) -> dict[str, int]:
    """`nlp=2,inference=2` as numbers."""
    counts = {}
    for part in filter(None, text.split(",")):
        name, _, count = part.partition("=")
        if not count.isdecimal():
            raise TopologyUnreadable(f"--replicas {part}", "write it like nlp=2,inference=2")
        counts[name.strip()] = int(count)
    return counts


def interrupt_once() -> None:
    """The first signal interrupts; no later one disturbs the clearing up."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in ENDING:
        signal.signal(number, interrupt)


def wait_for_the_end(system: System) -> NoReturn:
    """Until Ctrl-C or SIGTERM, or until somebody else has stopped everything."""
    while read_record(system.places) is not None:
        time.sleep(0.5)
    raise NotRunning("somebody ended the supervisor", "was it `ridealong down`?")


def stop(system: System) -> None:
    """In order, and say so."""
    console.print("stopping in order: services, sidecars, control plane, broker")
    system.supervision.stop()
    console.print("stopped; no process is left")


def _say_what_is_next(system: System) -> None:
    environment = system.places.environment
    console.print("broker, placement and scheduler are up. Next, in this folder:\n")
    console.print(f"    set -a; . {environment}; set +a", soft_wrap=True)
    console.print("    .venv/bin/dapr run -f dapr.yaml\n")
    console.print("`ridealong down` ends them again.")
