"""A lesson is all a head learns from and is judged by; teaching gives the head and its metrics."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ridealong.learning.conformal import find_thresholds, score_sets
from ridealong.learning.errors import NothingLearned
from ridealong.learning.heads import Head, Sample, best_temperature, fit_classes, fit_labels
from ridealong.learning.metrics import Metrics, score_classes, score_labels
from ridealong.learning.prototypes import Prototypes

Matrix = NDArray[np.float32]
Mask = NDArray[np.bool_]
Classes = NDArray[np.intp]

MOST_CONFUSED = 12


@dataclass(frozen=True, slots=True)
class Rows:
    """Features with one class each. `dev` rows judge; `rewritten` rows are copies."""

    features: Matrix
    classes: Classes
    weights: Matrix
    dev: Mask
    rewritten: Mask

    def sample(self, chosen: Mask, prototypes: Prototypes | None = None) -> Sample:
        """Some of them, to be seen beside these prototypes."""
        return Sample(self.features[chosen], self.classes[chosen], self.weights[chosen], prototypes)


@dataclass(frozen=True, slots=True)
class Shapes:
    """Prototypes learned without the dev rows, to be judged with, and with all, to ship."""

    judged: Prototypes
    shipped: Prototypes


@dataclass(frozen=True, slots=True)
class Lesson:
    """Rows, the names of their classes, and how far the fit may follow single rows."""

    labels: tuple[str, ...]
    rows: Rows
    c: float
    shapes: Shapes | None = None


class Confused(NamedTuple):
    """How many of the `of` rows of one class were taken for another."""

    true: str
    answered: str
    rows: int
    of: int


@dataclass(frozen=True, slots=True)
class Taught:
    """The head to ship, the one that was judged (it never saw a dev row), and the verdict."""

    head: Head
    judged: Head
    metrics: dict[str, Any]
    thresholds: Mapping[str, float] | None = None
    confused: tuple[Confused, ...] = ()


def join(pieces: Sequence[Rows]) -> Rows:
    """All of them, one after the other."""
    return Rows(
        np.concatenate([piece.features for piece in pieces]),
        np.concatenate([piece.classes for piece in pieces]),
        np.concatenate([piece.weights for piece in pieces]),
        np.concatenate([piece.dev for piece in pieces]),
        np.concatenate([piece.rewritten for piece in pieces]),
    )


def teach(lesson: Lesson) -> Taught:
    """Fits without the dev rows, calibrates on half of them, judges on the rest, fits on all."""
    rows = lesson.rows
    tune, judge = halves(rows.dev & ~rows.rewritten)
    judged_shapes, shipped_shapes = both(lesson.shapes)
    first = fit_classes(rows.sample(~rows.dev, judged_shapes), lesson.labels, c=lesson.c)
    temperature = best_temperature(first, rows.sample(tune))
    judged = first.cooled(temperature)
    verdict = _score(judged, rows, judge)
    refuse_the_useless(verdict["accuracy"], rows.classes[judge])
    chosen = judged.probabilities(rows.features[tune])
    # Messages are less tidy than the rows of a set: promises must hold for rewritten ones as well.
    copies_tune, copies_judge = halves(rows.dev & rows.rewritten)
    promised, kept = tune | copies_tune, judge | copies_judge
    thresholds = find_thresholds(
        judged.probabilities(rows.features[promised]), rows.classes[promised]
    )
    asked = judged.probabilities(rows.features[judge])
    metrics: dict[str, Any] = {
        "temperature": temperature,
        "dev": verdict,
        "conformal": score_sets(
            judged.probabilities(rows.features[kept]), rows.classes[kept], thresholds
        ),
    }
    copies = rows.dev & rows.rewritten
    if copies.any():
        metrics["dev_rewritten"] = _score(judged, rows, copies)
    everything = rows.sample(np.ones_like(rows.dev), shipped_shapes)
    head = fit_classes(everything, lesson.labels, c=lesson.c).cooled(temperature)
    pairs = find_confused(
        lesson.labels,
        np.concatenate([rows.classes[tune], rows.classes[judge]]),
        np.concatenate([chosen, asked]).argmax(axis=1),
    )
    return Taught(head, judged, metrics, thresholds, pairs)


def find_confused(labels: Sequence[str], truth: Classes, answered: Classes) -> tuple[Confused, ...]:
    """The pairs of classes that are most often mixed up, worst first."""
    rows_of = np.bincount(truth, minlength=len(labels))
    counts = Counter(
        (int(true), int(said)) for true, said in zip(truth, answered, strict=True) if true != said
    )
    worst = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_CONFUSED]
    return tuple(
        Confused(labels[true], labels[said], count, int(rows_of[true]))
        for (true, said), count in worst
    )


def refuse_the_useless(accuracy: float, truth: Classes) -> None:
    """A fit that ended too early looks like any other, but for this."""
    if accuracy <= np.bincount(truth).max() / len(truth):
        raise NothingLearned("a head is no better than its most frequent class; nothing is written")


def both(shapes: Shapes | None) -> tuple[Prototypes | None, Prototypes | None]:
    """To judge with and to ship."""
    return (shapes.judged, shapes.shipped) if shapes else (None, None)


def teach_labels(
    features: Matrix, truth: Mask, dev: Mask, *, labels: tuple[str, ...], c: float
) -> Taught:
    """The same for any number of labels a row; such heads are calibrated as they are fitted."""
    judged = fit_labels(features[~dev], truth[~dev], labels, c=c)
    scores = score_labels(judged.probabilities(features[dev]), truth[dev])
    return Taught(fit_labels(features, truth, labels, c=c), judged, {"dev": scores})


def halves(rows: Mask) -> tuple[Mask, Mask]:
    """Every other chosen row."""
    places = np.flatnonzero(rows)
    first, second = np.zeros_like(rows), np.zeros_like(rows)
    first[places[0::2]] = True
    second[places[1::2]] = True
    return first, second


def _score(head: Head, rows: Rows, chosen: Mask) -> Metrics:
    return score_classes(head.probabilities(rows.features[chosen]), rows.classes[chosen])
