"""Brings a whole system up: ports free, secrets there, groups started one after the other."""

import shlex
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

from ridealong.local.credentials import (
    APP_TOKEN,
    SIDECAR_TOKEN,
    keep_secrets,
    write_privately,
)
from ridealong.local.dapr import Runtime
from ridealong.local.places import Places
from ridealong.local.problems import NotReadyInTime, PortsTaken
from ridealong.local.processes import is_free, listener_on
from ridealong.local.programs import all_programs, infrastructure
from ridealong.local.readiness import Watch, wait_until_ready
from ridealong.local.supervision import Supervision, end_abandoned, stop_everything
from ridealong.local.topology import Topology, load_topology

BROKER_WAIT_S = 15
READY_WAIT_S = 180


@dataclass(frozen=True)
class Choices:
    """What `ridealong up` can be told; None leaves a thing as the run file says."""

    file: Path
    pubsub: str | None = None
    state: str | None = None
    tracing: str | None = None
    replicas: dict[str, int] = field(default_factory=dict)
    services: tuple[str, ...] = ()
    infra_only: bool = False
    secure: bool = False


@dataclass(frozen=True)
class System:
    """A running system, and how to speak with it."""

    topology: Topology
    places: Places
    supervision: Supervision
    tokens: dict[str, str]


def choose_topology(choices: Choices) -> Topology:
    """The run file with the choices laid over it."""
    topology = load_topology(choices.file)
    if choices.services:
        topology = topology.only(choices.services)
    if choices.pubsub:
        topology = topology.with_component("pubsub", choices.pubsub)
    if choices.state:
        topology = topology.with_component("state", choices.state)
    if choices.tracing:
        topology = topology.with_tracing(choices.tracing)
    return topology.with_replicas(choices.replicas)


def start(choices: Choices, runtime: Runtime, *, owner: int, watch: Watch) -> System:
    """Start everything and return when it is ready; on a failure nothing is left running."""
    topology = choose_topology(choices)
    places = Places(topology.folder)
    end_abandoned(places)
    refuse_taken_ports(topology, infra_only=choices.infra_only)
    places.make()
    keep_secrets(places.secrets, topology.infrastructure.secrets)
    tokens = make_tokens(places, secure=choices.secure)
    write_environment(places, runtime, tokens)
    chosen = infrastructure if choices.infra_only else all_programs
    programs = chosen(topology, runtime, places)
    try:
        supervision = Supervision.start(programs, places, tokens, owner)
        system = System(topology, places, supervision, tokens)
        _start_groups(system, watch, {program.group for program in programs})
    except BaseException:
        stop_everything(places)
        raise
    return system


def make_tokens(places: Places, *, secure: bool) -> dict[str, str]:
    """The token every app wants to see and, where asked for, the one every sidecar wants."""
    names = [APP_TOKEN, SIDECAR_TOKEN]
    kept = keep_secrets(places.tokens, names)
    return {name: kept[name] for name in (names if secure else names[:1])}


def write_environment(places: Places, runtime: Runtime, tokens: dict[str, str]) -> None:
    """Variables for a shell that runs `dapr run`: it hands its own to sidecar and app alike."""
    variables = {
        **tokens,
        "DAPR_RUNTIME_PATH": str(runtime.base),
        "DAPR_HOST_IP": "127.0.0.1",
        "RIDEALONG_VAR": str(places.var),
    }
    lines = [f"{name}={shlex.quote(value)}\n" for name, value in variables.items()]
    write_privately(places.environment, "".join(lines))


def refuse_taken_ports(topology: Topology, *, infra_only: bool) -> None:
    """Say who sits where one of ours has to."""
    names = ("broker", "placement", "scheduler")
    taken = [
        f"{port} of {name} by {listener_on(port)}"
        for port, name in topology.ports.items()
        if (not infra_only or name in names) and not is_free(port)
    ]
    if taken:
        raise PortsTaken(
            f"ports are taken: {'; '.join(taken)}", "end that program, or choose other ports"
        )


def _start_groups(system: System, watch: Watch, groups: set[str]) -> None:
    system.supervision.start_group("broker")
    _wait_for_broker(system.topology.infrastructure.broker.port)
    for group in ("control", "sidecars", "apps"):
        if group in groups:
            system.supervision.start_group(group)
    wait_until_ready(
        system.topology,
        system.supervision,
        system.places,
        token=system.tokens[APP_TOKEN],
        timeout_s=READY_WAIT_S,
        watch=watch,
    )


def _wait_for_broker(port: int) -> None:
    """It answers only after it has read its files."""
    deadline = time.monotonic() + BROKER_WAIT_S
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                if connection.recv(16).startswith(b"+PONG"):
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise NotReadyInTime(
        f"the broker did not answer within {BROKER_WAIT_S} s", "see `ridealong logs broker`"
    )
