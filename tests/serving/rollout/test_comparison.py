"""When two versions said the same."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ridealong.serving.rollout.comparison import Compared, compare, compare_all

FLOATS = np.float32


def floats(*rows: Any) -> NDArray[np.float32]:
    return np.array(rows, dtype=FLOATS)


def texts(*values: str) -> NDArray[Any]:
    return np.array(values, dtype=object)


@pytest.mark.parametrize(
    ("main", "shadow", "agrees"),
    [
        (texts("refund", "track"), texts("refund", "track"), True),
        (texts("refund", "track"), texts("refund", "other"), False),
        (texts("refund"), texts("refund", "refund"), False),
        (np.array([1, 2]), np.array([1, 2]), True),
        (np.array([1, 2]), np.array([1, 3]), False),
        (np.array([True]), np.array([True]), True),
        (np.array([True]), np.array([False]), False),
        (np.array([1]), floats(1), True),
    ],
)
def test_labels_and_whole_numbers_agree_where_they_are_equal(
    main: NDArray[Any], shadow: NDArray[Any], agrees: bool
) -> None:
    assert compare(main, shadow) == Compared(agrees)


def test_scores_agree_if_the_same_class_wins_however_clearly() -> None:
    compared = compare(floats([0.5, 0.25], [0.1, 0.9]), floats([0.75, 0.5], [0.2, 0.3]))

    assert compared.agrees
    assert compared.difference == pytest.approx(0.6)


def test_scores_differ_if_another_class_wins_in_any_row() -> None:
    compared = compare(floats([0.5, 0.4], [0.1, 0.9]), floats([0.5, 0.4], [0.9, 0.1]))

    assert not compared.agrees
    assert compared.difference == pytest.approx(0.8)


def test_a_version_that_learnt_one_more_class_can_still_agree() -> None:
    ours, theirs = ("refund", "track"), ("apology", "refund", "track")

    assert compare(floats([0.9, 0.1]), floats([0.1, 0.8, 0.1]), ours, theirs) == Compared(True)
    assert compare(floats([0.9, 0.1]), floats([0.8, 0.1, 0.1]), ours, theirs) == Compared(False)


def test_the_same_place_under_another_label_is_another_class() -> None:
    ours, theirs = ("refund", "track"), ("track", "refund")

    assert compare(floats([0.9, 0.1]), floats([0.9, 0.1]), ours, theirs) == Compared(False)


@pytest.mark.parametrize(("apart", "agrees"), [(0.0, True), (0.0009, True), (0.002, False)])
def test_other_floats_agree_within_a_tolerance(apart: float, agrees: bool) -> None:
    compared = compare(floats(0.5, 0.5), floats(0.5, 0.5 + apart))

    assert compared.agrees is agrees
    assert compared.difference == pytest.approx(apart, abs=1e-6)


@pytest.mark.parametrize("shape", [(3,), (3, 1), (2, 2, 2)])
def test_floats_of_another_shape_differ(shape: tuple[int, ...]) -> None:
    assert compare(np.zeros((2, 1), FLOATS), np.zeros(shape, FLOATS)) == Compared(agrees=False)


def test_more_rows_of_scores_differ() -> None:
    assert compare(floats([1, 2]), floats([1, 2], [1, 2])) == Compared(agrees=False)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_equals_itself_alone(value: float) -> None:
    assert compare(floats(value, 1), floats(value, 1)) == Compared(True, 0)
    assert compare(floats(value, 1), floats(2, 1)) == Compared(agrees=False)
    assert compare(floats([value, 1]), floats([2, 1])) == Compared(agrees=False)


def test_half_precision_does_not_overflow() -> None:
    large = np.array([60000, -60000], dtype=np.float16)

    assert compare(large, -large) == Compared(agrees=False, difference=120000)


def test_nothing_agrees_with_nothing() -> None:
    assert compare(np.zeros((0, 3), FLOATS), np.zeros((0, 3), FLOATS)) == Compared(True, 0)


def test_every_output_is_compared_under_its_own_labels() -> None:
    main = {"intent": floats([0.9, 0.1]), "mood": texts("calm")}
    shadow = {"intent": floats([0.1, 0.9]), "mood": texts("calm"), "more": texts("x")}

    compared = compare_all(main, shadow, {"intent": (("a", "b"), ("b", "a"))})

    assert compared == {"intent": Compared(True), "mood": Compared(True)}
