import numpy as np
import pytest

from ridealong.learning.metrics import (
    calibration_error,
    score_classes,
    score_labels,
    score_rejection,
    top_k,
)

PROBABILITIES = np.array(
    [[0.7, 0.2, 0.1, 0.0], [0.6, 0.1, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4]], dtype=np.float32
)


def test_accuracy_counts_the_most_probable_class() -> None:
    scores = score_classes(PROBABILITIES, np.array([0, 2, 3]))

    assert scores["accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    assert scores["rows"] == 3


def test_top_k_counts_a_class_among_the_k_most_probable() -> None:
    truth = np.array([2, 2, 0])

    assert top_k(PROBABILITIES, truth, 2) == pytest.approx(1 / 3)
    assert top_k(PROBABILITIES, truth, 4) == 1


def test_confidence_that_keeps_its_word_has_no_error() -> None:
    right = np.array([True, True, True, False])

    assert calibration_error(np.full(4, 0.75), right) == pytest.approx(0)


def test_confidence_that_promises_too_much_has_the_gap_as_error() -> None:
    right = np.array([True, False, False, False])

    assert calibration_error(np.full(4, 1.0), right) == pytest.approx(0.75)


def test_a_reject_score_that_parts_inside_from_outside_is_perfect() -> None:
    outside = np.array([False, False, True])

    assert score_rejection(np.array([0.1, 0.3, 0.4]), outside) == 1
    assert score_rejection(np.array([0.9, 0.8, 0.4]), outside) == 0


def test_labels_are_scored_each_by_itself() -> None:
    truth = np.array([[True, False], [True, True], [False, True]])

    assert score_labels(truth.astype(np.float32), truth)["macro_f1"] == 1
