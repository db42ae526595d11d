"""Scores one output of a served model on labelled rows, whoever serves it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np

from ridealong.learning.errors import ModelUnknown
from ridealong.learning.evaluation_labels import (
    NONE,
    OUTSIDE,
    SCOPE,
    SEVERAL_LABELS,
    Advance,
    Described,
    Sorted,
    Wishes,
    choose_output,
    labels_of,
    refuse_unknown,
    sort_rows,
)
from ridealong.learning.evaluation_rows import LabelledFile
from ridealong.learning.metrics_bootstrap import Mask, Matrix
from ridealong.learning.scoring import (
    ClassesJudged,
    Figure,
    Judged,
    LabelsJudged,
    measure,
    measure_rejection,
)

ROWS_AT_ONCE: Final = 64


@dataclass(frozen=True, slots=True)
class Answered:
    """Probabilities by output, one row a text, and the version that gave them."""

    version: str
    probabilities: Mapping[str, Matrix]


class Served(Protocol):
    """A model that answers, through the same engine and edges as for everybody else."""

    async def describe(self) -> Described:
        """What it gives. Raises `ModelUnknown`."""

    async def answer(self, texts: Sequence[str], outputs: Sequence[str]) -> Answered:
        """These outputs for these texts."""


@dataclass(frozen=True, slots=True)
class Part:
    """So many rows and their figures."""

    rows: int
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The verdict. `outside`: rows of no class, which only judge the reject score."""

    model: str
    version: str
    output: str
    whole: Part
    outside: int
    languages: Mapping[str, Part]
    file: LabelledFile
    skipped: Mapping[str, int]
    judged: Judged = field(repr=False)


async def evaluate(served: Served, file: LabelledFile, wishes: Wishes | None = None) -> Evaluation:
    """Asks about every row, some at a time, then judges all answers."""
    wishes = wishes or Wishes()
    described = await served.describe()
    output = choose_output(described, file.rows, wishes)
    found = sort_rows(described, output, file.rows)
    refuse_unknown(described, output, found, wishes)
    rejects = SCOPE in described.labels and bool(found.outside.any())
    asked = tuple(dict.fromkeys([output, *([SCOPE] if rejects else [])]))
    version, answers = await ask(served, [row.text for row in found.rows], asked, wishes.advance)
    labels = described.labels[output]
    judged = judge(output, labels, answers[output], found)
    reject = reject_scores(described, answers[SCOPE], wishes.packs) if rejects else None
    return Evaluation(
        described.name,
        version,
        output,
        measure_part(judged, found.outside, reject),
        int(found.outside.sum()),
        measure_languages(judged, found, reject),
        file,
        found.unknown,
        judged,
    )


async def ask(
    served: Served, texts: Sequence[str], outputs: Sequence[str], advance: Advance
) -> tuple[str, dict[str, Matrix]]:
    """All answers, and the version, or versions, that gave them."""
    answers = []
    for start in range(0, len(texts), ROWS_AT_ONCE):
        part = texts[start : start + ROWS_AT_ONCE]
        answers.append(await served.answer(part, outputs))
        advance(len(part))
    versions = dict.fromkeys(answer.version for answer in answers)
    joined = {
        output: np.concatenate([answer.probabilities[output] for answer in answers])
        for output in outputs
    }
    return ", ".join(versions), joined


def judge(output: str, labels: tuple[str, ...], probabilities: Matrix, found: Sorted) -> Judged:
    """The rows that have a class; for the scope those outside have one too."""
    said = [labels_of(output, row.label) for row in found.rows]
    some = probabilities[found.classed]
    if output in SEVERAL_LABELS:
        truth = np.array([[label in each for label in labels] for each in said])
        return LabelsJudged(labels, some, truth[found.classed])
    place = {label: number for number, label in enumerate(labels)}
    if output == SCOPE:
        place |= dict.fromkeys(OUTSIDE, place[NONE])
    classes = [place[each[0]] for each, classed in zip(said, found.classed, strict=True) if classed]
    return ClassesJudged(labels, some, np.array(classes, dtype=np.intp))


def reject_scores(described: Described, scopes: Matrix, packs: Sequence[str]) -> Matrix:
    """What is left of probability when the tenant's packs have had theirs, as the system does."""
    labels = described.labels[SCOPE]
    chosen = packs or [label for label in labels if label != NONE]
    strange = [pack for pack in chosen if pack not in labels]
    if strange:
        raise ModelUnknown(f"{described.name} knows no pack {', '.join(strange)}")
    left: Matrix = 1 - scopes[:, [labels.index(pack) for pack in chosen]].sum(axis=1)
    return left


def measure_part(judged: Judged, outside: Mask, reject: Matrix | None) -> Part:
    """All figures of these rows."""
    figures = measure(judged)
    if reject is not None:
        figures |= measure_rejection(reject, outside)
    return Part(len(judged), figures)


def measure_languages(judged: Judged, found: Sorted, reject: Matrix | None) -> dict[str, Part]:
    """The same for each language that the file names."""
    said = np.array([row.language or "" for row in found.rows])
    parts = {}
    for language in sorted(set(said) - {""}):
        rows = said == language
        some = judged.take(rows[found.classed])
        if len(some):
            score = None if reject is None else reject[rows]
            parts[language] = measure_part(some, found.outside[rows], score)
    return parts
