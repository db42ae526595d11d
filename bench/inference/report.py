"""Shows findings in the terminal, and as a page for `docs/`."""

import os
import platform
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic as now_s

import psutil
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bench.inference.findings import Finding, Part

console = Console(width=110)
LITTLE_CORES = 0.15
HEAD = ("measure", "callers", "median [least-most]", "aim", "verdict")


def machine() -> str:
    """What it ran on, without names or places."""
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text() if cpuinfo.exists() else ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    model = found[1].strip() if found else platform.machine()
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{psutil.cpu_count()} cores ({model}), {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def watch_others(measure: Callable[[], Part]) -> Part:
    """The part, with a note where other work on the machine took more than a little meanwhile."""
    began, own, all_of_it = now_s(), own_cpu_s(), whole_cpu_s()
    part = measure()
    spent_s = whole_cpu_s() - all_of_it - (own_cpu_s() - own)
    cores = spent_s / (now_s() - began)
    if cores > LITTLE_CORES:
        part.notes.append(f"other work on the machine took {cores:.1f} cores: measure again")
    return part


def own_cpu_s() -> float:
    """Seconds of processor time of this process and of all it started and saw end."""
    return sum(os.times()[:4])


def whole_cpu_s() -> float:
    """Seconds of processor time of the whole machine, without idling and waiting."""
    found = psutil.cpu_times()
    return float(found.user + found.nice + found.system + found.irq + found.softirq)


def print_part(part: Part) -> None:
    """The figures behind the findings of one benchmark."""
    if part.rows:
        table = Table(*map(escape, part.head), title=part.title, title_justify="left")
        for row in part.rows:
            table.add_row(*map(escape, row))
        console.print(table)
    for note in part.notes:
        console.print(note, markup=False)


def print_findings(findings: Sequence[Finding]) -> None:
    """The one table, the misses in red."""
    table = Table(*map(escape, HEAD))
    for finding in findings:
        table.add_row(*map(escape, finding.cells()), style=None if finding.is_met else "red")
    console.print(table)


def as_markdown(parts: Sequence[Part], *, repeats: int) -> str:
    """A page: date and machine, the one table, then the figures behind it."""
    findings = [finding for part in parts for finding in part.findings]
    lines = [
        "# The model server, measured",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {machine()}. Load generators and servers share the "
        f"machine. {repeats} repeats, targets taken in turn; ratios are formed repeat by repeat. "
        "`make bench-inference` makes this page.",
        "",
        *markdown_table(HEAD, [finding.cells() for finding in findings]),
    ]
    for part in parts:
        lines += ["", f"## {part.title}", ""]
        lines += markdown_table(part.head, part.rows) if part.rows else []
        lines += ["", *(f"- {note}" for note in part.notes)] if part.notes else []
    return "\n".join(lines) + "\n"


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """One line a row; a bar inside a cell would end it."""
    cells = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in cells]
