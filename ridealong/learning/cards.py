"""Writes `CARD.md` beside a manifest: what heads can do, on which rows, and what they confuse."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ridealong.learning.lessons import Confused

CARD_FILE: Final = "CARD.md"
MEASURES: Final = ("rows", "accuracy", "macro_f1", "top_3", "ece", "mean_average_precision")
SLICES: Final = {"dev": "as written", "dev_rewritten": "rewritten"}


def write_card(
    document: Mapping[str, Any], confused: Mapping[str, Sequence[Confused]], path: Path
) -> None:
    """`document`: the manifest; `confused`: by head, the pairs of classes most often mixed up."""
    lines = [
        f"# {document['name']} {document['version']}",
        "",
        document["description"],
        "",
        f"Label set `{document['label_set']}`, seed {document['seed']}. Written by training; do not"
        " edit. What the data are, and what the heads are not for, stands in `models/README.md`.",
        "",
        "## On dev rows that the judged heads never saw",
        "",
        "`rewritten`: copies of dev rows mistyped in 8 % of their letters, or with what people say",
        "around a request. The shipped heads are refitted on all rows.",
        "",
        *table_of_metrics(document["metrics"]),
        "",
        *sets_of(document["metrics"]),
        *slices_of_scope(document["metrics"].get("scope", {})),
        "## Most often confused",
        "",
        "Of all dev rows as written; in brackets, of how many rows of the true class.",
        "",
    ]
    for head, pairs in confused.items():
        lines += [f"### {head}", "", "| true | answered | rows |", "| --- | --- | --- |"]
        lines += [f"| {each.true} | {each.answered} | {each.rows} ({each.of}) |" for each in pairs]
        lines.append("")
    path.write_text("\n".join(lines).rstrip() + "\n")


def table_of_metrics(metrics: Mapping[str, Any]) -> Iterator[str]:
    """One line per head and slice."""
    yield "| head | rows are | " + " | ".join(MEASURES) + " |"
    yield "| --- " * (len(MEASURES) + 2) + "|"
    for head, verdict in metrics.items():
        for key, said in SLICES.items():
            if key in verdict:
                figures = (shown(verdict[key].get(measure)) for measure in MEASURES)
                yield f"| {head} | {said} | {' | '.join(figures)} |"


def sets_of(metrics: Mapping[str, Any]) -> Iterator[str]:
    """What the conformal sets kept of their promise."""
    if not any("conformal" in verdict for verdict in metrics.values()):
        return
    yield from ("## Sets of labels (split conformal)", "")
    yield "| head | may miss | holds the true label | labels in the set |"
    yield "| --- | --- | --- | --- |"
    for head, verdict in metrics.items():
        for rate, scored in verdict.get("conformal", {}).items():
            yield f"| {head} | {rate} | {shown(scored['covered'])} | {scored['labels']:.2f} |"
    yield ""


def slices_of_scope(verdict: Mapping[str, Any]) -> Iterator[str]:
    """How well what no pack answers is refused, and the rest kept."""
    if "kept" not in verdict:
        return
    yield from ("## Scope", "", "| measure | slice | value |", "| --- | --- | --- |")
    for measure in ("rejection_auroc", "kept", "refused"):
        for name, value in verdict[measure].items():
            yield f"| {measure} | {name} | {shown(value)} |"
    yield ""


def shown(value: float | None) -> str:
    """Whole numbers are counts."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.3f}"
