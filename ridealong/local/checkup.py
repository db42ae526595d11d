"""What `ridealong doctor` looks at; every finding says what to do about it."""

import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psutil

from ridealong.local.build import find_built
from ridealong.local.dapr import OLDEST as OLDEST_DAPR
from ridealong.local.dapr import find_installed
from ridealong.local.golang import OLDEST as OLDEST_GO
from ridealong.local.golang import find_go
from ridealong.local.places import ROOT, Places, cache_folder
from ridealong.local.problems import LocalProblem
from ridealong.local.processes import is_free, listener_on, marked_processes
from ridealong.local.programs import broker_command
from ridealong.local.supervision import is_abandoned, read_record
from ridealong.local.topology import Topology, load_topology

OLDEST_PYTHON = (3, 11)
# The models, the broker's file and the logs; and Go's module and build caches.
DISK_TO_RUN = 2_000_000_000
DISK_TO_BUILD = 8_000_000_000
MEMORY_TO_RUN = 2_000_000_000


class Grade(StrEnum):
    """Only what is wrong makes the doctor fail."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    subject: str
    grade: Grade
    what: str
    remedy: str = ""


def examine(file: Path) -> list[Finding]:
    """Look at everything; one examination that fails does not hide the others."""
    places = Places(file.resolve().parent)
    examinations: tuple[Callable[[], Iterator[Finding]], ...] = (
        python,
        dapr,
        go,
        lambda: ports(load_topology(file), places),
        lambda: broker(load_topology(file), places),
        lambda: models(ROOT / "models", ROOT / "var" / "models"),
        lambda: disk(places.folder),
        memory,
        stale_processes,
    )
    return [finding for examination in examinations for finding in _findings_of(examination)]


def python() -> Iterator[Finding]:
    """New enough?"""
    running = ".".join(map(str, sys.version_info[:3]))
    oldest = ".".join(map(str, OLDEST_PYTHON))
    if sys.version_info[:2] >= OLDEST_PYTHON:
        yield Finding("python", Grade.OK, running)
    else:
        yield Finding("python", Grade.WRONG, running, f"install Python {oldest} or newer")


def dapr() -> Iterator[Finding]:
    """Installed, built, or still to be built?"""
    runtime = find_installed() or find_built(ROOT / "sidecar")
    if runtime is not None:
        what = f"{runtime.version} from {runtime.origin} ({runtime.base})"
        yield Finding("dapr", Grade.OK, what)
        return
    oldest = ".".join(map(str, OLDEST_DAPR))
    remedy = "`ridealong setup` builds it once (about 7 minutes)"
    yield Finding("dapr", Grade.WRONG, f"no Dapr {oldest} or newer, and none built", remedy)


def go() -> Iterator[Finding]:
    """Needed only where Dapr has to be built."""
    found = find_go()
    if found is not None:
        yield Finding("go", Grade.OK, str(found))
        return
    oldest = ".".join(map(str, OLDEST_GO))
    yield Finding(
        "go", Grade.NOTE, f"no Go {oldest} on the PATH", "a build of Dapr installs its own"
    )


def broker(topology: Topology, places: Places) -> Iterator[Finding]:
    """A server for this platform?"""
    yield Finding("broker", Grade.OK, broker_command(topology, places)[0])


def ports(topology: Topology, places: Places) -> Iterator[Finding]:
    """Free, or ours?"""
    if read_record(places) is not None:
        yield Finding("ports", Grade.OK, "Ridealong itself is running on them")
        return
    taken = [(port, name) for port, name in topology.ports.items() if not is_free(port)]
    if not taken:
        yield Finding("ports", Grade.OK, f"all {len(topology.ports)} are free")
    for port, name in taken:
        what = f"port {port} of {name} is taken by {listener_on(port)}"
        remedy = "end that program, or choose another port in dapr.yaml"
        yield Finding("ports", Grade.WRONG, what, remedy)


def models(wanted: Path, store: Path) -> Iterator[Finding]:
    """Every model of the checkout assembled in the store, each file as its manifest says?"""
    # Imported late: numpy comes with it, which no other command should wait for.
    from ridealong.serving.errors import ModelUnusable
    from ridealong.serving.models.checksums import check_files
    from ridealong.serving.models.manifest import MANIFEST_FILE, read_manifest

    remedy = "`make setup` assembles the models again"
    for manifest in sorted(wanted.glob(f"*/*/{MANIFEST_FILE}")):
        version, name = manifest.parent.name, manifest.parent.parent.name
        subject = f"model {name} {version}"
        try:
            folder = store / name / version
            check_files(folder, read_manifest(folder))
        except ModelUnusable as error:
            yield Finding(subject, Grade.WRONG, str(error), remedy)
        else:
            yield Finding(subject, Grade.OK, "every file as the manifest says")


def disk(folder: Path) -> Iterator[Finding]:
    """Enough for what is still to be written?"""
    builds = find_installed() is None and find_built(ROOT / "sidecar") is None
    cache = next(path for path in (cache_folder(), *cache_folder().parents) if path.exists())
    needs = [(folder, DISK_TO_RUN), *([(cache, DISK_TO_BUILD)] if builds else [])]
    for path, needed in needs:
        free = shutil.disk_usage(path).free
        what = f"{free / 1e9:.1f} GB free at {path}"
        if free >= needed:
            yield Finding("disk", Grade.OK, what)
        else:
            yield Finding("disk", Grade.WRONG, what, f"make room: {needed / 1e9:.0f} GB are needed")


def memory() -> Iterator[Finding]:
    """Enough for services, sidecars and models?"""
    free = psutil.virtual_memory().available
    what = f"{free / 1e9:.1f} GB available"
    if free >= MEMORY_TO_RUN:
        yield Finding("memory", Grade.OK, what)
    else:
        yield Finding("memory", Grade.NOTE, what, f"{MEMORY_TO_RUN / 1e9:.0f} GB are needed")


def stale_processes() -> Iterator[Finding]:
    """Processes of a Ridealong whose supervisor, or whose `ridealong up`, is gone."""
    stale = Counter(var for _, var in marked_processes() if is_abandoned(Places(var.parent)))
    if not stale:
        yield Finding("stale processes", Grade.OK, "none")
    for var, count in stale.items():
        what = f"{count} processes of {var} run for nobody any more"
        remedy = f"`ridealong down --file {var.parent / 'dapr.yaml'}` ends them"
        yield Finding("stale processes", Grade.WRONG, what, remedy)


def _findings_of(examination: Callable[[], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(examination())
    except LocalProblem as problem:
        return [Finding("set-up", Grade.WRONG, problem.what, problem.remedy)]
