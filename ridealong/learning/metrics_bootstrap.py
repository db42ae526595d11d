"""How sure a measured figure is: percentile intervals from resampled rows.

B. Efron and R. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13. Rows are drawn with
replacement; here a draw is a weight per row (how often it came), so that each measure is a few sums
instead of a new array. At weights of 1 the sums are scikit-learn's figures, which a test proves.
The calibration error of a resample is a little too high on average, as it is on any small sample.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ridealong.learning.metrics import CALIBRATION_BINS, DIGITS, top_places

Weights = NDArray[np.float64]
Matrix = NDArray[np.float32]
Classes = NDArray[np.intp]
Mask = NDArray[np.bool_]
Statistic = Callable[[Weights], float]

RESAMPLES: Final = 1_000
SEED: Final = 20_251_123
CONFIDENCE: Final = 0.95
FEWEST_ROWS: Final = 2


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the figure lies with 95 % confidence."""

    low: float
    high: float


def intervals(
    statistics: Mapping[str, Statistic], rows: int, *, resamples: int = RESAMPLES, seed: int = SEED
) -> dict[str, Interval]:
    """One interval a statistic, all from the same draws; none where rows are too few to draw."""
    if rows < FEWEST_ROWS:
        return {}
    chance = np.random.default_rng(seed)
    drawn: dict[str, list[float]] = {name: [] for name in statistics}
    for _ in range(resamples):
        weights = np.bincount(chance.integers(0, rows, rows), minlength=rows).astype(float)
        for name, statistic in statistics.items():
            drawn[name].append(statistic(weights))
    return {name: percentiles(values) for name, values in drawn.items()}


def percentiles(values: list[float]) -> Interval:
    """The middle 95 %; draws in which a figure has no meaning are left out."""
    rest = (1 - CONFIDENCE) / 2
    low, high = np.nanquantile(values, [rest, 1 - rest])
    return Interval(round(float(low), DIGITS), round(float(high), DIGITS))


def class_statistics(probabilities: Matrix, truth: Classes) -> dict[str, Statistic]:
    """For heads that choose one class: the figures of `score_classes`."""
    best = probabilities.argmax(axis=1)
    right = best == truth
    among = (top_places(probabilities, 3) == truth[:, None]).any(axis=1)
    return {
        "accuracy": share(right),
        "macro_f1": macro_f1(truth, best, probabilities.shape[1]),
        "top_3": share(among),
        "ece": calibration(probabilities.max(axis=1), right),
    }


def label_statistics(probabilities: Matrix, truth: Mask, threshold: float) -> dict[str, Statistic]:
    """For heads that give any number of labels: the figures of `score_labels`."""
    said = probabilities >= threshold
    each = calibration(probabilities.ravel(), truth.ravel())
    return {
        "macro_f1": lambda weights: float(np.mean(f1_by_label(truth, said, weights))),
        "micro_f1": lambda weights: float(f1_of_sums(truth, said, weights)),
        "mean_average_precision": average_precision(probabilities, truth),
        "ece": lambda weights: each(np.repeat(weights, truth.shape[1])),
    }


def share(rows: Mask) -> Statistic:
    """The share of rows of which something is true."""
    return lambda weights: float(weights @ rows / weights.sum())


def macro_f1(truth: Classes, best: Classes, classes: int) -> Statistic:
    """The mean F1 of the classes that stand in the truth or were said."""
    right = truth == best

    def measure(weights: Weights) -> float:
        hits = np.bincount(truth, weights * right, classes)
        both = np.bincount(truth, weights, classes) + np.bincount(best, weights, classes)
        present = both > 0
        return float(np.mean(2 * hits[present] / both[present]))

    return measure


def calibration(confidence: Matrix, right: Mask) -> Statistic:
    """Expected calibration error: per bin the gap between promised and kept, weighed by rows."""
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    gaps = confidence.astype(float) - right

    def measure(weights: Weights) -> float:
        per_bin = np.bincount(bins, weights * gaps, CALIBRATION_BINS)
        return float(np.abs(per_bin).sum() / weights.sum())

    return measure


def rejection(reject: NDArray[np.floating], outside: Mask) -> Statistic:
    """Area under the ROC curve: how often a row outside scores above one inside; ties count half.

    J. A. Hanley and B. J. McNeil, Radiology 143, 1982. Without a row of each kind there is none.
    """
    _, places = np.unique(reject, return_inverse=True)

    def measure(weights: Weights) -> float:
        out, inside = (
            np.bincount(places, weights * outside),
            np.bincount(places, weights * ~outside),
        )
        pairs = out.sum() * inside.sum()
        below = np.cumsum(inside) - inside / 2
        return float((out * below).sum() / pairs) if pairs else float("nan")

    return measure


def average_precision(probabilities: Matrix, truth: Mask) -> Statistic:
    """The mean over labels of the precision at each true row, from the most probable down."""
    order = np.argsort(-probabilities, axis=0, kind="stable")
    hits = np.take_along_axis(truth, order, axis=0)

    def measure(weights: Weights) -> float:
        drawn = weights[order]
        found = drawn * hits
        seen = np.maximum(np.cumsum(drawn, axis=0), 1)
        precision = np.cumsum(found, axis=0) / seen
        total = found.sum(axis=0)
        return float(np.mean((found * precision).sum(axis=0) / np.maximum(total, 1)))

    return measure


def f1_by_label(truth: Mask, said: Mask, weights: Weights) -> Weights:
    """F1 of each label; 0 where a label is neither true nor said."""
    hits = weights @ (truth & said)
    both = weights @ truth + weights @ said
    scores: Weights = 2 * hits / np.maximum(both, 1)
    return scores


def f1_of_sums(truth: Mask, said: Mask, weights: Weights) -> float:
    """F1 of all labels together."""
    hits = (weights @ (truth & said)).sum()
    both = (weights @ truth + weights @ said).sum()
    return float(2 * hits / both) if both else 0.0
