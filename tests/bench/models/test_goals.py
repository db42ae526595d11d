import numpy as np
import pytest

from bench.models.goals import HEAD, Goal, Measured, mean_of, share_of
from ridealong.learning.scoring import Figure


@pytest.mark.parametrize(
    ("value", "said"), [(0.949, "pass"), (0.95, "stretch"), (0.93, "pass"), (0.9299, "**missed**")]
)
def test_a_share_must_reach_its_goal(value: float, said: str) -> None:
    assert Goal(0.93, 0.95).verdict(value) == said


@pytest.mark.parametrize(
    ("value", "said"), [(0.06, "**missed**"), (0.05, "pass"), (0.01, "stretch")]
)
def test_an_error_must_not_exceed_its_goal(value: float, said: str) -> None:
    assert Goal(0.05, 0.02, is_most=True).verdict(value) == said


def test_every_row_has_a_cell_under_every_head() -> None:
    measured = Measured("a", "b", 3, Figure(0.5), Goal(0.05, 0.02, is_most=True))

    assert len(measured.cells()) == len(HEAD)
    assert measured.cells()[5:] == ("≤ 0.05", "≤ 0.02", "**missed**")


def test_a_mean_counts_every_group_alike_whatever_its_size() -> None:
    figure = mean_of([[True] * 90, [False, False, True, True]])

    assert figure.value == 0.75
    assert figure.interval is not None
    assert figure.interval.low < 0.75 < figure.interval.high


def test_a_share_has_an_interval_around_it() -> None:
    figure = share_of(np.arange(100) < 80)

    assert figure.value == 0.8
    assert figure.interval is not None
    assert 0.7 < figure.interval.low < 0.8 < figure.interval.high < 0.9
