"""Sets of labels that hold the true one as often as promised: split conformal prediction.

A label belongs to the set if it is the likeliest, or if its probability reaches the quantile of
what calibration rows give their true class (LAC), after Angelopoulos and Bates, "A Gentle
Introduction to Conformal Prediction and Distribution-Free Uncertainty Quantification" (2021),
section 1.1. The promise is for messages like those of the calibration rows, and for a head that
saw none of these.
"""

from collections.abc import Mapping
from math import floor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ridealong.learning.metrics import Metrics, rounded

Matrix = NDArray[np.float32]
Classes = NDArray[np.intp]

ERROR_RATES: Final = (0.05, 0.1, 0.2)
DIGITS: Final = 6


def find_thresholds(probabilities: Matrix, truth: Classes) -> dict[str, float]:
    """By error rate, the probability from which a label belongs to the set.

    `probabilities`: one row per calibration row; too few rows for a promise give the threshold 0,
    with which every label belongs.
    """
    given = np.sort(probabilities[np.arange(len(truth)), truth])
    return {f"{rate:g}": threshold(given, rate) for rate in ERROR_RATES}


def threshold(given: NDArray[np.floating], error_rate: float) -> float:
    """`given`: probabilities of the true classes in rising order."""
    allowed = floor((len(given) + 1) * error_rate)
    # Rounded down: rounding up could leave out the very row that it stands for.
    return floor(float(given[allowed - 1]) * 10**DIGITS) / 10**DIGITS if allowed else 0.0


def score_sets(
    probabilities: Matrix, truth: Classes, thresholds: Mapping[str, float]
) -> dict[str, Metrics]:
    """By error rate: how often the set holds the true label, and how many labels it has."""
    scores = {}
    for rate, least in thresholds.items():
        # The likeliest label always belongs: an empty set would help nobody.
        inside = probabilities >= np.minimum(least, probabilities.max(axis=1, keepdims=True))
        scores[rate] = rounded(
            {
                "covered": float(inside[np.arange(len(truth)), truth].mean()),
                "labels": float(inside.sum(axis=1).mean()),
            }
        )
    return scores
