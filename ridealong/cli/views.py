"""How processes look in a terminal."""

from collections.abc import Mapping, Sequence

from rich.table import Table

from ridealong.local.readiness import Condition

GROUP_TITLES = {
    "broker": "broker",
    "control": "control plane",
    "sidecars": "sidecar",
    "apps": "service",
}


def readiness_table(conditions: Sequence[Condition]) -> Table:
    """What is ready while everything starts: a service and its sidecar share a line."""
    by_name = {condition.process.name: condition for condition in conditions}
    table = Table(box=None, pad_edge=False)
    for column in ("", "process", "sidecar"):
        table.add_column(column)
    for condition in conditions:
        process = condition.process
        if process.group == "sidecars":
            continue
        sidecar = by_name.get(f"{process.name}-dapr")
        table.add_row(process.name, _word(condition), _word(sidecar) if sidecar else "")
    return table


def duration(seconds: float) -> str:
    """`3 d 4 h`, `5 min 12 s`, `8 s`."""
    whole = int(seconds)
    for size, unit, smaller, smaller_unit in ((86400, "d", 3600, "h"), (3600, "h", 60, "min")):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // smaller} {smaller_unit}"
    return f"{whole // 60} min {whole % 60} s" if whole >= 60 else f"{whole} s"


def megabytes(count: int | None) -> str:
    """With one word for what cannot be known."""
    return "unknown" if count is None else f"{count / 1e6:.0f} MB"


def joined(facts: Mapping[str, str]) -> str:
    """`understand-en 1, pii-tagger 1`."""
    return ", ".join(f"{name} {version}" for name, version in facts.items())


def _word(condition: Condition) -> str:
    if condition.is_ready:
        return "[green]ready[/green]"
    state = condition.process.state
    if state == "BACKOFF":
        return "[red]died, starting again[/red]"
    return "[yellow]starting[/yellow]" if state != "STOPPED" else "[dim]waiting[/dim]"
