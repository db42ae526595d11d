"""Arrivals by chance, and what callers saw."""

import json

import numpy as np
import pytest

from bench.inference.traffic import Seen, poisson_schedule, row_body


def test_arrivals_are_in_order_and_within_the_time() -> None:
    moments = poisson_schedule(200, 5, seed=1)

    assert moments == sorted(moments)
    assert moments[0] >= 0
    assert moments[-1] < 5


def test_as_many_come_as_the_rate_says() -> None:
    moments = poisson_schedule(500, 20, seed=2)

    # Five standard deviations of a Poisson count: chance fails this once in two million seeds.
    assert abs(len(moments) - 10_000) < 5 * 100


def test_gaps_spread_as_in_a_poisson_process() -> None:
    gaps = np.diff(poisson_schedule(500, 20, seed=3))

    assert gaps.std() == pytest.approx(gaps.mean(), rel=0.05)
    assert np.mean(gaps > gaps.mean()) == pytest.approx(np.exp(-1), abs=0.02)


def test_the_same_seed_gives_the_same_arrivals() -> None:
    assert poisson_schedule(50, 2, seed=4) == poisson_schedule(50, 2, seed=4)
    assert poisson_schedule(50, 2, seed=4) != poisson_schedule(50, 2, seed=5)


def test_only_good_answers_before_the_deadline_are_in_time() -> None:
    seen = Seen()
    for status, took_s in ((200, 0.05), (200, 0.1), (200, 0.2), (503, 0.01), (0, 1.0)):
        seen.add(status, took_s)

    assert seen.in_time(0.1) == 2
    assert seen.counts() == {200: 3, 503: 1, 0: 1}
    assert seen.p99_ms() == pytest.approx(200)


def test_a_body_carries_its_rows_and_parameters() -> None:
    body = json.loads(row_body(np.ones((2, 64), dtype=np.float32), {"timeout": 100_000}))

    assert body["inputs"][0]["shape"] == [2, 64]
    assert body["inputs"][0]["data"] == [1.0] * 128
    assert body["parameters"] == {"timeout": 100_000}
