"""Which output of a model the labels of a file are of, and which of its rows are of none."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ridealong.learning.corpus import OUT_OF_SCOPE, SCOPES
from ridealong.learning.errors import ModelUnknown, RowsUnreadable
from ridealong.learning.evaluation_rows import LabelledRow
from ridealong.learning.metrics_bootstrap import Mask

SCOPE: Final = "scope"
NONE: Final = SCOPES[-1]
OUTSIDE: Final = frozenset({OUT_OF_SCOPE, NONE})
# Outputs that may say several things of one text; their labels are joined by commas.
SEVERAL_LABELS: Final = frozenset({"emotion"})
NAMED: Final = 10
Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Described:
    """A model as its server describes it: the labels of every output that has some."""

    name: str
    labels: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to evaluate. `packs`: what the tenant has whose reject score is judged (none: all).

    `output` left out: the one whose labels are those of the file. `skips_unknown`: rows with other
    labels are counted and left out, where they are refused otherwise.
    """

    output: str | None = None
    skips_unknown: bool = False
    packs: tuple[str, ...] = ()
    advance: Advance = lambda _rows: None


@dataclass(frozen=True, slots=True)
class Sorted:
    """Rows to ask about, and how many rows have which label that nobody knows.

    `outside`: rows of no pack, which judge the reject score. `classed`: rows of a class; for the
    scope those outside are of one too.
    """

    rows: tuple[LabelledRow, ...]
    outside: Mask
    classed: Mask
    unknown: Mapping[str, int]


def choose_output(described: Described, rows: Sequence[LabelledRow], wishes: Wishes) -> str:
    """The output asked for, or the only one whose label set holds all labels of the file."""
    if not described.labels:
        raise ModelUnknown(f"{described.name} gives no labels for texts; it cannot be evaluated")
    named = ", ".join(described.labels)
    if wishes.output is not None:
        if wishes.output not in described.labels:
            raise ModelUnknown(
                f"{described.name} has no labels for {wishes.output}; it has them for {named}"
            )
        return wishes.output
    unknown = {output: sort_rows(described, output, rows).unknown for output in described.labels}
    fitting = [output for output, labels in unknown.items() if not labels]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise RowsUnreadable(
            f"the labels fit several outputs of {described.name}, {', '.join(fitting)}: "
            "choose one with --output"
        )
    nearest = min(unknown, key=lambda output: len(unknown[output]))
    raise RowsUnreadable(
        f"no output of {described.name} ({named}) knows all labels of the file; {nearest} comes "
        f"nearest, and does not know {name_labels(unknown[nearest])}: choose one with --output and "
        "--skip-unknown"
    )


def sort_rows(described: Described, output: str, rows: Sequence[LabelledRow]) -> Sorted:
    """Rows inside and outside of the output's classes; rows of unknown labels are counted."""
    known = frozenset(described.labels[output])
    may_be_outside = OUTSIDE if SCOPE in described.labels else frozenset()
    if output != SCOPE:
        may_be_outside -= known
    unknown: Counter[str] = Counter()
    kept, outside = [], []
    for row in rows:
        said = labels_of(output, row.label)
        is_outside = row.label in may_be_outside
        missing = [] if is_outside else [label for label in said if label not in known]
        unknown.update(missing)
        if not missing:
            kept.append(row)
            outside.append(is_outside)
    mask = np.array(outside, dtype=bool)
    classed = np.ones_like(mask) if output == SCOPE else ~mask
    return Sorted(tuple(kept), mask, classed, dict(unknown.most_common()))


def labels_of(output: str, label: str) -> list[str]:
    """What a file's cell says."""
    if output not in SEVERAL_LABELS:
        return [label]
    return [each.strip() for each in label.split(",")]


def refuse_unknown(described: Described, output: str, found: Sorted, wishes: Wishes) -> None:
    """Unknown labels are an error unless they may be skipped; some rows must be left."""
    where = f"{described.name} {output}"
    if found.unknown and not wishes.skips_unknown:
        raise RowsUnreadable(
            f"{where} has no label {name_labels(found.unknown)}: correct them, or leave their rows "
            "out with --skip-unknown"
        )
    if not found.classed.any():
        raise RowsUnreadable(f"no row of the file has a label of {where}")


def name_labels(counted: Mapping[str, int]) -> str:
    """The most frequent with their rows, and how many more there are."""
    shown = [f"{label} ({rows} rows)" for label, rows in list(counted.items())[:NAMED]]
    more = len(counted) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
