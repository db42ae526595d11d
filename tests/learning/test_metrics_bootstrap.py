"""The fast figures are scikit-learn's, and the intervals say how sure they are."""

import numpy as np
import pytest
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    f1_score,
    roc_auc_score,
    top_k_accuracy_score,
)

from ridealong.learning.metrics import calibration_error
from ridealong.learning.metrics_bootstrap import (
    class_statistics,
    intervals,
    label_statistics,
    rejection,
    share,
)

CHANCE = np.random.default_rng(7)
CLASSES, ROWS = 9, 400
TRUTH = CHANCE.integers(0, CLASSES - 1, ROWS)
SCORES = CHANCE.random((ROWS, CLASSES)) + 0.8 * np.eye(CLASSES)[TRUTH]
PROBABILITIES = (SCORES / SCORES.sum(axis=1, keepdims=True)).astype(np.float32)
WEIGHTS = np.bincount(CHANCE.integers(0, ROWS, ROWS), minlength=ROWS).astype(float)
DRAWN = np.repeat(np.arange(ROWS), WEIGHTS.astype(int))
MARKS = CHANCE.random((ROWS, 5)) < 0.3
MARK_SCORES = (CHANCE.random((ROWS, 5)) * 0.6 + 0.3 * MARKS).astype(np.float32)


def test_class_figures_of_drawn_rows_are_those_of_scikit_learn() -> None:
    truth, given = TRUTH[DRAWN], PROBABILITIES[DRAWN]
    best = given.argmax(axis=1)

    found = {
        name: measure(WEIGHTS) for name, measure in class_statistics(PROBABILITIES, TRUTH).items()
    }

    assert found == pytest.approx(
        {
            "accuracy": accuracy_score(truth, best),
            "macro_f1": f1_score(truth, best, average="macro"),
            "top_3": top_k_accuracy_score(truth, given, k=3, labels=np.arange(CLASSES)),
            "ece": calibration_error(given.max(axis=1), best == truth),
        },
        abs=1e-6,
    )


def test_label_figures_of_drawn_rows_are_those_of_scikit_learn() -> None:
    truth, given = MARKS[DRAWN], MARK_SCORES[DRAWN]
    said = given >= 0.5
    measures = label_statistics(MARK_SCORES, MARKS, 0.5)

    found = {name: measure(WEIGHTS) for name, measure in measures.items()}

    assert found["macro_f1"] == pytest.approx(f1_score(truth, said, average="macro"))
    assert found["micro_f1"] == pytest.approx(f1_score(truth, said, average="micro"))
    # Copies of a drawn row are ties, which scikit-learn joins: it differs in the fourth digit.
    assert found["mean_average_precision"] == pytest.approx(
        average_precision_score(truth, given), abs=2e-3
    )
    assert found["ece"] == pytest.approx(calibration_error(given.ravel(), truth.ravel()), abs=1e-6)


def test_rejection_of_drawn_rows_is_scikit_learns_even_with_ties() -> None:
    outside = CHANCE.random(ROWS) < 0.2
    reject = np.round(CHANCE.random(ROWS) + 0.3 * outside, 1)

    found = rejection(reject, outside)(WEIGHTS)

    assert found == pytest.approx(roc_auc_score(outside[DRAWN], reject[DRAWN]))


def test_an_interval_of_a_share_is_as_wide_as_theory_says() -> None:
    right = np.arange(1_000) < 800

    found = intervals({"share": share(right)}, 1_000)["share"]

    # 1.96 standard errors of a share of 0.8 among 1,000.
    assert (found.low, found.high) == pytest.approx((0.775, 0.825), abs=0.004)


def test_the_same_rows_have_the_same_interval_and_another_seed_another() -> None:
    statistic = {"share": share(TRUTH > 3)}

    assert intervals(statistic, ROWS) == intervals(statistic, ROWS)
    assert intervals(statistic, ROWS) != intervals(statistic, ROWS, seed=1)


def test_one_row_has_no_interval() -> None:
    assert intervals({"share": share(np.array([True]))}, 1) == {}


def test_draws_that_hold_no_row_from_outside_do_not_count() -> None:
    outside = np.array([True, False, False])

    found = intervals({"area": rejection(np.array([0.9, 0.1, 0.2]), outside)}, 3)["area"]

    assert (found.low, found.high) == (1, 1)
