"""`ridealong setup`: what a first start needs, each step shown; the second time it does nothing."""

import sysconfig
import time
from pathlib import Path

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from ridealong.cli.options import console
from ridealong.local.build import STEPS, find_or_build, find_ready
from ridealong.local.build import Progress as BuildProgress
from ridealong.local.dapr import Runtime
from ridealong.local.places import ROOT

VENV = ROOT / ".venv"
# Where nobody watches a bar (CI), a line now and then says that it still goes on.
SAY_AGAIN_S = 15


def command() -> None:
    """Provide Dapr (found, or built once for this machine) and the models; link both commands.

    Examples:

        ridealong setup
    """
    runtime = provide_dapr()
    console.print(f"Dapr {runtime.version} from {runtime.origin}: {runtime.base}", soft_wrap=True)
    provide_models()
    link_ourselves()


def provide_models() -> None:
    """Every committed model complete in the store."""
    # Imported late: the recipes load much that no other command needs.
    from ridealong.learning.store import assemble

    count = len(assemble(report=lambda line: console.print(line, soft_wrap=True)))
    console.print(f"{count} models in the store, every file as its manifest says")


def link_ourselves() -> None:
    """`.venv/bin/ridealong` and the import path, without a build that would need a registry."""
    if not VENV.is_dir():
        return
    site = Path(sysconfig.get_path("purelib"))
    if site.is_relative_to(VENV):
        (site / "ridealong.pth").write_text(f"{ROOT}\n")
    script = VENV / "bin" / "ridealong"
    script.write_text(f'#!/bin/sh\nexec "{VENV}/bin/python" -m ridealong.cli "$@"\n')
    script.chmod(0o755)


def provide_dapr() -> Runtime:
    """An installed or built Dapr, and a link to its command beside our own."""
    runtime = find_ready() or _build_visibly()
    link_cli(runtime)
    return runtime


def link_cli(runtime: Runtime) -> None:
    """`.venv/bin/dapr`, where this checkout has a virtual environment."""
    link = VENV / "bin" / "dapr"
    if runtime.cli is None or not link.parent.is_dir() or runtime.cli == link:
        return
    if link.is_symlink() and link.readlink() == runtime.cli:
        return
    link.unlink(missing_ok=True)
    link.symlink_to(runtime.cli)


def _build_visibly() -> Runtime:
    console.print("no Dapr 1.18 or newer here: building it once for this machine (about 7 minutes)")
    if not console.is_terminal:
        return find_or_build(_Lines())
    with Progress(
        TextColumn("{task.fields[step]}"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(),
        console=console,
    ) as bars:
        return find_or_build(_Bar(bars, bars.add_task("", step="", count="")))


def _count(at: BuildProgress) -> str:
    if not at.done:
        return ""
    return f"{at.done} of at most {at.total} packages" if at.total else f"{at.done} packages"


class _Bar:
    def __init__(self, bars: Progress, task: TaskID) -> None:
        self._bars = bars
        self._task = task

    def __call__(self, at: BuildProgress) -> None:
        self._bars.update(
            self._task,
            description=at.what,
            completed=at.done,
            total=at.total,
            step=f"{at.step} of {STEPS}",
            count=_count(at),
        )


class _Lines:
    def __init__(self) -> None:
        self._began = time.monotonic()
        self._said = (0, 0.0)

    def __call__(self, at: BuildProgress) -> None:
        now = time.monotonic()
        step, when = self._said
        if at.step == step and now - when < SAY_AGAIN_S:
            return
        self._said = (at.step, now)
        line = f"{at.step} of {STEPS}: {at.what} {_count(at)} ({now - self._began:.0f} s)"
        console.print(line, soft_wrap=True)
