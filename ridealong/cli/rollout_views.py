"""How rollouts look in a terminal."""

from collections.abc import Sequence

from rich.table import Table

from ridealong.contracts.inference import RolloutShown, ShadowReport


def versions_table(rollouts: Sequence[RolloutShown]) -> Table:
    """One line per version that has a part."""
    table = Table(box=None, pad_edge=False)
    for column in ("model", "version", "part", "can serve", "answered", "failed", "mean ms"):
        table.add_column(column)
    for shown in rollouts:
        for version, part in parts_of(shown):
            tally = shown.tallies.get(version)
            numbers = (tally.answered, tally.failed, tally.mean_ms) if tally else ("", "", "")
            can = "yes" if version in shown.serving else "[red]no[/red]"
            table.add_row(shown.model, version, part, can, *map(str, numbers))
    return table


def parts_of(shown: RolloutShown) -> list[tuple[str, str]]:
    """Versions and what they are for."""
    main = "answers" if shown.stable else "answers, as the newest"
    named = [
        (shown.answering, main),
        (shown.canary, f"canary, {shown.weight:.1%}"),
        (shown.shadow, "shadow"),
        (shown.previous, "before the last promotion"),
    ]
    return [(version, part) for version, part in named if version is not None]


def in_words(report: ShadowReport) -> str:
    """How near the shadow is to what answers."""
    failed = sum(report.failed.values())
    left_out = f"{failed} failed, {report.dropped} were left out while busy"
    if report.agreement is None:
        return f"shadow {report.version}: nothing compared yet; {left_out}"
    return (
        f"shadow {report.version}: agrees with {report.beside} in {report.agreement:.1%} of "
        f"{report.compared} answers ({report.mean_ms} ms beside {report.mean_ms_beside} ms); "
        f"{left_out}"
    )
