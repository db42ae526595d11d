"""Answers beside the truth, and every figure that follows from them, with its interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from ridealong.learning.metrics import Metrics, score_classes, score_labels, score_rejection
from ridealong.learning.metrics_bootstrap import (
    Classes,
    Interval,
    Mask,
    Matrix,
    Statistic,
    class_statistics,
    intervals,
    label_statistics,
    rejection,
)

REJECTION: Final = "rejection_auroc"
THRESHOLD: Final = 0.5
SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure on some rows; `interval` is None where there are too few rows to tell."""

    value: float
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class ClassScore:
    """How one class does: of its rows, and of the rows said to be of it."""

    label: str
    rows: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """So many rows of one class were said to be of another."""

    truth: str
    said: str
    rows: int


@dataclass(frozen=True, slots=True)
class ClassesJudged:
    """One class a row. `probabilities`: rows x labels; `truth`: a label's place in each row."""

    labels: tuple[str, ...]
    probabilities: Matrix
    truth: Classes

    def __len__(self) -> int:
        return len(self.truth)

    def take(self, chosen: Mask) -> "ClassesJudged":
        """Some of the rows."""
        return ClassesJudged(self.labels, self.probabilities[chosen], self.truth[chosen])

    def measure(self) -> Metrics:
        """Accuracy, macro-F1, top-3 and calibration error."""
        return without_rows(score_classes(self.probabilities, self.truth))

    def statistics(self) -> Mapping[str, Statistic]:
        """The same of drawn rows."""
        return class_statistics(self.probabilities, self.truth)

    def classes(self) -> list[ClassScore]:
        """By F1, then by what would help most rows."""
        return rank(self.labels, self.truth, self.probabilities.argmax(axis=1))

    def confusion(self) -> NDArray[np.intp]:
        """Rows by their class (down) and by the class they were said to be of (across)."""
        found: NDArray[np.intp] = confusion_matrix(
            self.truth, self.probabilities.argmax(axis=1), labels=np.arange(len(self.labels))
        )
        return found

    def confusions(self) -> list[Confusion]:
        """The pairs that are taken for each other, the most frequent first."""
        matrix = self.confusion()
        np.fill_diagonal(matrix, 0)
        pairs = np.argwhere(matrix)
        order = np.argsort([-matrix[tuple(pair)] for pair in pairs], kind="stable")
        return [
            Confusion(self.labels[truth], self.labels[said], int(matrix[truth, said]))
            for truth, said in pairs[order]
        ]


@dataclass(frozen=True, slots=True)
class LabelsJudged:
    """Any number of labels a row. Both arrays: rows x labels."""

    labels: tuple[str, ...]
    probabilities: Matrix
    truth: Mask

    def __len__(self) -> int:
        return len(self.truth)

    def take(self, chosen: Mask) -> "LabelsJudged":
        """Some of the rows."""
        return LabelsJudged(self.labels, self.probabilities[chosen], self.truth[chosen])

    def measure(self) -> Metrics:
        """F1 by label and of all, mean average precision, calibration error."""
        return without_rows(score_labels(self.probabilities, self.truth, THRESHOLD))

    def statistics(self) -> Mapping[str, Statistic]:
        """The same of drawn rows."""
        return label_statistics(self.probabilities, self.truth, THRESHOLD)

    def classes(self) -> list[ClassScore]:
        """By F1, then by what would help most rows."""
        return rank(self.labels, self.truth, self.probabilities >= THRESHOLD)


Judged = ClassesJudged | LabelsJudged


def measure(judged: Judged) -> dict[str, Figure]:
    """Every figure with its interval."""
    between = intervals(judged.statistics(), len(judged))
    return {name: Figure(value, between.get(name)) for name, value in judged.measure().items()}


def measure_rejection(reject: NDArray[np.floating], outside: Mask) -> dict[str, Figure]:
    """The area under the curve of a reject score; nothing where all rows are of one kind."""
    if outside.all() or not outside.any():
        return {}
    between = intervals({REJECTION: rejection(reject, outside)}, len(reject))
    return {REJECTION: Figure(score_rejection(reject, outside), between.get(REJECTION))}


def rank(labels: Sequence[str], truth: Classes | Mask, said: Classes | Mask) -> list[ClassScore]:
    """Precision, recall and F1 of each class that has rows."""
    columns = precision_recall_fscore_support(
        truth, said, labels=np.arange(len(labels)), zero_division=0
    )
    scores = [
        ClassScore(label, int(rows), *(round(float(value), 4) for value in values))
        for label, *values, rows in zip(labels, *columns, strict=True)
        if rows
    ]
    return sorted(scores, key=lambda score: (score.f1, -score.rows, score.label))


def without_rows(metrics: Metrics) -> Metrics:
    """The figures alone; how many rows there are is said elsewhere."""
    return {name: value for name, value in metrics.items() if name != "rows"}
