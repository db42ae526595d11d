"""Whether memory grows."""

import pytest

from bench.inference.growth import Sample, growth, slope


def samples(*sizes: float) -> list[Sample]:
    """One every ten seconds."""
    return [Sample(10.0 * n, size, 0.0) for n, size in enumerate(sizes)]


def test_the_slope_of_a_straight_line_is_its_own() -> None:
    assert slope(samples(100, 101, 102, 103)) == pytest.approx(0.1)


def test_noise_around_a_level_has_next_to_no_slope() -> None:
    assert abs(slope(samples(100, 102, 99, 101, 100, 98, 102, 99, 100))) < 0.02


def test_one_moment_has_no_slope() -> None:
    assert slope(samples(100)) == 0
    assert slope([Sample(5.0, 1.0, 0), Sample(5.0, 9.0, 0)]) == 0


def test_what_grows_while_warming_up_does_not_count() -> None:
    found = growth(samples(50, 80, 100, 100, 100, 100), warm_up_s=20)

    assert found.mib_per_minute == pytest.approx(0)
    assert found.share == pytest.approx(0)


def test_growth_is_a_share_of_the_mean_over_the_time_sampled() -> None:
    found = growth(samples(50, 95, 100, 105), warm_up_s=10)

    assert found.mib_per_minute == pytest.approx(30)
    assert found.share == pytest.approx(0.1)


def test_a_run_that_ended_in_the_warm_up_says_nothing() -> None:
    with pytest.raises(ValueError, match="warm-up"):
        growth(samples(100, 101), warm_up_s=60)
