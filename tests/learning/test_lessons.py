import numpy as np
import pytest
from numpy.typing import NDArray

from ridealong.learning.errors import NothingLearned
from ridealong.learning.lessons import Lesson, Rows, halves, teach

CLASSES = (np.arange(200) % 3 == 0).astype(np.intp)
DEV = np.arange(200) >= 150
NEVER = np.zeros(200, dtype=bool)
ONES = np.ones(200, dtype=np.float32)


def lesson(classes: NDArray[np.intp]) -> Lesson:
    noise = np.random.default_rng(3).normal(size=(200, 4)).astype(np.float32)
    features = noise + 3 * CLASSES[:, None].astype(np.float32)
    return Lesson(("no", "yes"), Rows(features, classes, ONES, DEV, NEVER), 1.0)


def test_the_judged_head_never_saw_a_dev_row() -> None:
    lies = np.where(DEV & (np.arange(200) < 160), 1 - CLASSES, CLASSES)

    honest, lied_to = teach(lesson(CLASSES)), teach(lesson(lies))

    # Calibration may scale the weights, and nothing more.
    ratio = honest.judged.weight[:, 1] / lied_to.judged.weight[:, 1]
    assert np.allclose(ratio, ratio[0], rtol=1e-3)
    assert not np.allclose(honest.head.weight, lied_to.head.weight, rtol=1e-2)


def test_the_shipped_head_learns_from_all_rows() -> None:
    taught = teach(lesson(CLASSES))

    assert not np.allclose(taught.head.weight, taught.judged.weight)


def test_metrics_are_of_the_half_that_did_not_calibrate() -> None:
    taught = teach(lesson(CLASSES))
    verdict = taught.metrics["dev"]

    assert isinstance(verdict, dict)
    assert verdict["rows"] == 25
    assert verdict["accuracy"] > 0.9


def test_a_head_that_learned_nothing_is_not_shipped() -> None:
    mixed = np.random.default_rng(4).permutation(CLASSES)
    features = np.zeros((200, 4), dtype=np.float32)

    with pytest.raises(NothingLearned):
        teach(Lesson(("no", "yes"), Rows(features, mixed, ONES, DEV, NEVER), 1.0))


def test_halves_share_the_chosen_rows_between_them() -> None:
    first, second = halves(DEV)

    assert not (first & second).any()
    assert np.array_equal(first | second, DEV)
