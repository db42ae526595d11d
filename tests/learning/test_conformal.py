"""Sets that hold the true label as often as they promise."""

import numpy as np
import pytest

from ridealong.learning.conformal import find_thresholds, score_sets, threshold
from ridealong.learning.heads import softmax


def answers(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of ten classes, and classes drawn from them: a head that is never wrong about
    how sure it is.
    """
    chance = np.random.default_rng(seed)
    probabilities = softmax(chance.normal(scale=2, size=(rows, 10)).astype(np.float32))
    truth = np.array([chance.choice(10, p=row / row.sum()) for row in probabilities.astype(float)])
    return probabilities, truth


def test_sets_hold_the_true_label_as_often_as_promised() -> None:
    thresholds = find_thresholds(*answers(4_000, 1))

    for rate, scored in score_sets(*answers(4_000, 2), thresholds).items():
        assert scored["covered"] > 1 - float(rate) - 0.02


def test_a_stricter_promise_takes_a_larger_set() -> None:
    thresholds = find_thresholds(*answers(500, 1))
    sizes = [scored["labels"] for scored in score_sets(*answers(500, 2), thresholds).values()]

    assert list(thresholds) == ["0.05", "0.1", "0.2"]
    assert sizes == sorted(sizes, reverse=True)


def test_the_row_at_the_quantile_is_still_inside() -> None:
    given = np.linspace(0.001, 0.999, 99)

    least = threshold(given, 0.1)

    assert (given >= least).sum() == 90


def test_too_few_rows_for_a_promise_leave_no_label_out() -> None:
    assert threshold(np.array([0.4, 0.9]), 0.05) == 0


def test_no_set_is_empty() -> None:
    unsure = np.full((3, 10), 0.1, dtype=np.float32)

    scored = score_sets(unsure, np.zeros(3, dtype=np.intp), {"0.1": 0.9})

    assert scored["0.1"]["labels"] == pytest.approx(10)
