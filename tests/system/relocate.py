"""Copies a run file and all it names to another folder, on free ports."""

import random
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from ridealong.local.places import ROOT
from ridealong.local.processes import is_free
from ridealong.local.topology import MOST_REPLICAS, REPLICA_STEP, load_topology

# Below the ports that outgoing connections take, above ours.
FIRST_PORT, LAST_PORT = 15000, 32000
FOLDERS = ("components", "dapr-config")


def relocate(target: Path, source: Path = ROOT) -> Path:
    """The run file of a copy in `target` whose ports are free and whose `var` is its own."""
    target.mkdir(parents=True, exist_ok=True)
    moves = free_ports(sorted(load_topology(source / "dapr.yaml").ports))
    for folder in FOLDERS:
        shutil.copytree(source / folder, target / folder, dirs_exist_ok=True)
        for file in (target / folder).rglob("*.yaml"):
            file.write_text(_moved(file.read_text(), moves))
    content = yaml.safe_load(_moved((source / "dapr.yaml").read_text(), moves))
    # The lake of a copy is its own; the models are shared.
    for app in content["apps"]:
        app["appDirPath"] = str(source)
        app["command"] = [_python(part) for part in app.get("command", [])]
    return write_run_file(target, content)


def write_run_file(target: Path, content: dict[str, Any]) -> Path:
    """Write a (changed) run file."""
    file = target / "dapr.yaml"
    file.write_text(yaml.safe_dump(content, sort_keys=False))
    return file


def free_ports(wanted: list[int]) -> dict[int, int]:
    """A free port for each, moved by one distance, so that replicas find theirs free too.

    Those of this system and those of one that runs beside it and has not started them yet.
    """
    furthest = REPLICA_STEP * (MOST_REPLICAS - 1)
    steps = range(-furthest, furthest + 1, REPLICA_STEP)
    lowest, highest = wanted[0] - furthest, wanted[-1] + furthest
    for _ in range(200):
        distance = random.randrange(FIRST_PORT, LAST_PORT - (highest - lowest)) - lowest
        if all(is_free(port + distance + step) for port in wanted for step in steps):
            return {port: port + distance for port in wanted}
    raise RuntimeError("no free block of ports")


def _moved(text: str, moves: Mapping[int, int]) -> str:
    return re.sub(r"\b\d{4,5}\b", lambda found: str(moves.get(int(found[0]), found[0])), text)


def _python(part: str) -> str:
    return sys.executable if part == ".venv/bin/python" else part
