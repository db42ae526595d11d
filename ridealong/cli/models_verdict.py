"""How an evaluation is shown: tables for people, one document for programs."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final

from rich.table import Table

from ridealong.cli.options import console
from ridealong.learning.evaluation import Evaluation, Part
from ridealong.learning.scoring import SHOWN, ClassesJudged, Figure

WORDS: Final = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "micro_f1": "micro-F1",
    "mean_average_precision": "mean average precision",
    "top_3": "top-3",
    "ece": "ECE",
    "rejection_auroc": "AUROC of rejection",
}
Document = dict[str, Any]


def as_document(verdict: Evaluation) -> Document:
    """All of it, classes and confusions included."""
    judged = verdict.judged
    confusions = judged.confusions() if isinstance(judged, ClassesJudged) else []
    return {
        "model": verdict.model,
        "version": verdict.version,
        "output": verdict.output,
        "rows": verdict.whole.rows,
        "rows_outside": verdict.outside,
        "left_out": {
            "empty_texts": verdict.file.empty_texts,
            "empty_labels": verdict.file.empty_labels,
            "unknown_labels": dict(verdict.skipped),
        },
        "contradictory_texts": verdict.file.contradictions,
        "measures": as_numbers(verdict.whole),
        "languages": {
            language: {"rows": part.rows, "measures": as_numbers(part)}
            for language, part in verdict.languages.items()
        },
        "classes": [asdict(score) for score in judged.classes()],
        "confusions": [asdict(confusion) for confusion in confusions],
    }


def as_numbers(part: Part) -> Document:
    """Each measure with its interval; null where there are too few rows for one."""
    return {
        name: {
            "value": figure.value,
            "low": figure.interval.low if figure.interval else None,
            "high": figure.interval.high if figure.interval else None,
        }
        for name, figure in part.figures.items()
    }


def problems(verdict: Evaluation) -> list[str]:
    """What a reader of the figures must know about the rows."""
    file, skipped = verdict.file, sum(verdict.skipped.values())
    counted = {
        "rows left out, without a text": file.empty_texts,
        "rows left out, without a label": file.empty_labels,
        f"rows left out, with a label that {verdict.output} does not know": skipped,
        "texts under several labels, about which nobody can be right each time": (
            file.contradictions
        ),
    }
    return [f"{what}: {count}" for what, count in counted.items() if count]


def show(verdict: Evaluation) -> None:
    """Figures, languages, then where it goes wrong."""
    outside = f" and {verdict.outside} outside" if verdict.outside else ""
    console.print(
        f"{verdict.model} {verdict.version}, {verdict.output}: {verdict.whole.rows} rows{outside}",
        highlight=False,
        markup=False,
    )
    console.print(figures_table(verdict.whole.figures))
    if verdict.languages:
        console.print(languages_table(verdict.languages))
    console.print(classes_table(verdict))
    if isinstance(verdict.judged, ClassesJudged) and (found := verdict.judged.confusions()):
        rows = [(pair.truth, pair.said, str(pair.rows)) for pair in found[:SHOWN]]
        console.print(plain_table("Taken for another", ("truth", "said", "rows"), rows))
    console.print(
        "ECE over 15 bins. Intervals: percentiles of 1,000 resamples of the rows (bootstrap).",
        style="dim",
    )


def figures_table(figures: Mapping[str, Figure]) -> Table:
    """One line a measure."""
    rows = [
        (WORDS[name], f"{figure.value:.4f}", between(figure)) for name, figure in figures.items()
    ]
    return plain_table(None, ("measure", "value", "95 % interval"), rows)


def languages_table(languages: Mapping[str, Part]) -> Table:
    """One line a language."""
    names = list(dict.fromkeys(name for part in languages.values() for name in part.figures))
    rows = [
        (
            language,
            str(part.rows),
            *(
                f"{part.figures[name].value:.3f}\n{between(part.figures[name], 2)}"
                if name in part.figures
                else ""
                for name in names
            ),
        )
        for language, part in languages.items()
    ]
    return plain_table("By language", ("language", "rows", *(WORDS[name] for name in names)), rows)


def classes_table(verdict: Evaluation) -> Table:
    """The classes that do worst."""
    rows = [
        (
            score.label,
            str(score.rows),
            *(f"{value:.3f}" for value in (score.precision, score.recall, score.f1)),
        )
        for score in verdict.judged.classes()[:SHOWN]
    ]
    return plain_table("Worst classes", ("class", "rows", "precision", "recall", "F1"), rows)


def between(figure: Figure, digits: int = 4) -> str:
    """From where to where."""
    if figure.interval is None:
        return ""
    return f"{figure.interval.low:.{digits}f}-{figure.interval.high:.{digits}f}"


def plain_table(title: str | None, head: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Table:
    """Cells as they are: a label may hold what Rich takes for markup."""
    table = Table(title=title, box=None, pad_edge=False, title_justify="left")
    for column in head:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(cell.replace("[", r"\[") for cell in row))
    return table
