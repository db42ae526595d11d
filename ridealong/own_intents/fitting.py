"""Fits a tenant's head, and judges it by cross-validation: no row is judged by what saw it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import f1_score, recall_score
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from ridealong.own_intents.gates import ENGLISH_GATE, OTHER_GATE
from ridealong.own_intents.head import (
    Gate,
    Sample,
    Side,
    calibrated,
    fit_side,
    open_gate,
    softmax,
    weigh,
)
from ridealong.own_intents.views import Matrix, Views

LEAST_EXAMPLES = 3
MOST_ROWS = 2_000
MOST_FOLDS, MANY_ROWS, FOLDS_OF_MANY = 5, 600, 3
SEED = 20_251_123
TINY = 1e-12
TEMPERATURES = np.geomspace(0.05, 5, 60)
# An example that is not recognised when held out says that the gate is too narrow for this tenant.
MISSED_SHARE = 0.05
WIDEST = 2.0
ERROR_RATES = (0.01, 0.02, 0.05, 0.1, 0.2)
MOST_CONFUSED = 10


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is learned from: views of the examples, then of each label's own words."""

    labels: tuple[str, ...]
    classes: NDArray[np.intp]
    is_english: NDArray[np.bool_]
    views: Views

    def sample(self, places: NDArray[np.intp]) -> Sample:
        """Some examples, and the words of every label."""
        count = len(self.classes)
        words = np.arange(count, count + len(self.labels))
        classes = np.concatenate([self.classes[places], np.arange(len(self.labels))])
        rows = self.views.rows(np.concatenate([places, words]))
        return Sample(rows, classes, weigh(len(places), self.labels))


@dataclass(frozen=True, slots=True)
class Confused:
    """How often examples of one intent were taken for another."""

    label: str
    taken_for: str
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """By cross-validation. `is_right`: of each example, in order."""

    folds: int
    accuracy: float
    macro_f1: float
    recall: Mapping[str, float]
    confused: tuple[Confused, ...]
    is_right: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class OwnHead:
    """Two sides, one for English messages, one for all others. `thresholds`: by error rate, the
    probability from which an intent belongs to the conformal set.
    """

    labels: tuple[str, ...]
    english: Side
    other: Side
    thresholds: Mapping[str, float]

    def score(self, views: Views, *, is_english: bool) -> tuple[Matrix, Matrix]:
        """For each text: the intents' probabilities, and that one of them is meant."""
        side, gate = (self.english, ENGLISH_GATE) if is_english else (self.other, OTHER_GATE)
        scored = side.score(views, gate)
        return scored.probabilities, scored.known


def fit(lesson: Lesson) -> tuple[OwnHead, Figures]:
    """One head and its figures. One thread; a second for 40 intents of five examples."""
    splits = split(lesson.classes)
    with threadpool_limits(1), catch_warnings():
        simplefilter("ignore", ConvergenceWarning)
        english, english_held = fit_calibrated(lesson, splits, ENGLISH_GATE, uses_english=True)
        other, other_held = fit_calibrated(lesson, splits, OTHER_GATE, uses_english=False)
    held = np.where(lesson.is_english[:, None], english_held, other_held)
    figures = judge(held, lesson, len(splits))
    truth = held[np.arange(len(held)), lesson.classes]
    return OwnHead(lesson.labels, english, other, find_thresholds(truth)), figures


def choose_rows(classes: NDArray[np.intp]) -> NDArray[np.intp]:
    """The newest of each class where there are more than a fit of seconds can take."""
    share = max(LEAST_EXAMPLES, MOST_ROWS // len(np.unique(classes)))
    newest = [np.flatnonzero(classes == each)[-share:] for each in np.unique(classes)]
    return np.sort(np.concatenate(newest))


def split(classes: NDArray[np.intp]) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Which rows are learned from and which are judged, fold by fold."""
    most = FOLDS_OF_MANY if len(classes) > MANY_ROWS else MOST_FOLDS
    folds = StratifiedKFold(
        min(most, int(np.bincount(classes).min())), shuffle=True, random_state=SEED
    )
    return list(folds.split(classes, classes))


def fit_calibrated(
    lesson: Lesson,
    splits: Sequence[tuple[NDArray[np.intp], NDArray[np.intp]]],
    gate: Gate,
    *,
    uses_english: bool,
) -> tuple[Side, Matrix]:
    """A side fitted on all rows, and the probabilities of rows that were held out."""
    count, classes = len(lesson.classes), len(lesson.labels)
    held = np.empty((count, classes), dtype=np.float32)
    sides: list[tuple[Side, NDArray[np.intp]]] = []
    for seen, unseen in splits:
        side = fit_side(lesson.sample(seen), classes, uses_english=uses_english)
        held[unseen] = side.logits(lesson.views.rows(unseen))
        sides.append((side, unseen))
    temperature = find_temperature(held, lesson.classes)
    probabilities = softmax(held / np.float32(temperature))
    odds = np.concatenate(
        [
            open_gate(side, lesson.views.rows(unseen), probabilities[unseen], gate)
            for side, unseen in sides
        ]
    )
    shift = float(np.clip(-np.quantile(odds, MISSED_SHARE), 0, WIDEST))
    whole = fit_side(lesson.sample(np.arange(count)), classes, uses_english=uses_english)
    return calibrated(whole, temperature, shift), probabilities


def find_temperature(logits: Matrix, classes: NDArray[np.intp]) -> float:
    """The one under which the held-out truth is least surprising."""
    rows = np.arange(len(classes))

    def surprise(temperature: float) -> float:
        scaled = softmax(logits / np.float32(temperature))
        return -float(np.log(np.maximum(scaled[rows, classes], TINY)).mean())

    return float(min(TEMPERATURES, key=surprise))


def find_thresholds(truth: Matrix) -> dict[str, float]:
    """Split conformal: a label under the threshold is the true one in at most this share of cases.

    Too few examples for an error rate give a threshold of 0: no label can be left out.
    """
    ordered = np.sort(truth)
    places = {rate: int((len(truth) + 1) * rate) for rate in ERROR_RATES}
    return {
        f"{rate:g}": float(ordered[place - 1]) if place else 0.0 for rate, place in places.items()
    }


def judge(held: Matrix, lesson: Lesson, folds: int) -> Figures:
    """How good the held-out answers were."""
    truth, said = lesson.classes, held.argmax(axis=1)
    recalls = recall_score(truth, said, average=None, labels=np.arange(len(lesson.labels)))
    wrong = Counter(zip(truth[truth != said], said[truth != said], strict=True))
    return Figures(
        folds=folds,
        accuracy=float((truth == said).mean()),
        macro_f1=float(f1_score(truth, said, average="macro", zero_division=0)),
        recall=dict(zip(lesson.labels, map(float, recalls), strict=True)),
        confused=tuple(
            Confused(lesson.labels[label], lesson.labels[taken], count)
            for (label, taken), count in wrong.most_common(MOST_CONFUSED)
        ),
        is_right=truth == said,
    )
