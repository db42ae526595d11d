"""Figures, their spread, and what they are held against."""

import pytest

from bench.inference.findings import (
    Aim,
    Finding,
    Spread,
    at_least,
    at_most,
    digits,
    quantile,
    ratios,
    spread,
)


def test_a_spread_is_the_median_with_the_least_and_the_most() -> None:
    assert spread([3.0, 1.0, 8.0]) == Spread(3.0, 1.0, 8.0, 3)


def test_an_even_number_of_repeats_has_the_mean_of_the_middle_two() -> None:
    assert spread([1.0, 2.0, 4.0, 9.0]).median == 3.0


def test_ratios_are_formed_repeat_by_repeat() -> None:
    assert ratios([10.0, 30.0, 20.0], [10.0, 10.0, 40.0]) == Spread(1.0, 0.5, 3.0, 3)


def test_what_the_rival_did_not_measure_makes_no_ratio() -> None:
    assert ratios([10.0, 30.0], [10.0]) == Spread(1.0, 1.0, 1.0, 1)
    assert ratios([10.0], []) is None


@pytest.mark.parametrize(
    ("aim", "value", "is_met"),
    [
        (at_least(0.85), 0.85, True),
        (at_least(0.85), 0.84, False),
        (at_most(140), 140.0, True),
        (at_most(140), 141.0, False),
    ],
)
def test_a_bound_itself_is_still_good(aim: Aim, value: float, is_met: bool) -> None:
    finding = Finding("x", "1", spread([value]), aim)

    assert finding.is_met is is_met


def test_the_median_decides_and_the_verdict_says_so() -> None:
    met = Finding("speed", "16", Spread(0.9, 0.1, 1.0, 3), at_least(0.85))
    missed = Finding("speed", "16", Spread(0.8, 0.1, 1.0, 3), at_least(0.85))

    assert met.cells() == ("speed", "16", "0.90 [0.10-1.00]", "≥ 0.85", "met")
    assert missed.cells()[-1] == "missed"


def test_what_could_not_be_measured_is_not_met() -> None:
    finding = Finding("speed", "16", None, at_most(2))

    assert not finding.is_met
    assert finding.cells() == ("speed", "16", "-", "≤ 2", "not measured")


@pytest.mark.parametrize(
    ("value", "shown"), [(0.8512, "0.85"), (12.34, "12.3"), (1234.5, "1234"), (-150.2, "-150")]
)
def test_figures_have_three_digits_or_more(value: float, shown: str) -> None:
    assert digits(value) == shown


@pytest.mark.parametrize(
    ("share", "found"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1), (0.991, 100)]
)
def test_a_quantile_is_the_nearest_rank(share: float, found: int) -> None:
    assert quantile(list(range(100, 0, -1)), share) == found
