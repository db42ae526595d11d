"""Who gets the canary: the same callers every time, and as many as the weight says."""

import random
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridealong.serving.rollout.choice import Choice, Chooser, Rollout

BOTH = ("1", "2", "3")
KEYS = [f"customer-{number}" for number in range(20_000)]
WEIGHTS = st.floats(0, 1)


def canary(weight: float, version: str = "2", model: str = "intents") -> Chooser:
    return Chooser(Rollout(model, stable="1", canary=version, weight=weight), BOTH)


def those_in(chooser: Chooser) -> set[str]:
    return {key for key in KEYS if chooser.choose(key).version != "1"}


def likely(share: float, count: int) -> tuple[float, float]:
    """Within five standard deviations of a binomial: one run in a million falls outside."""
    slack = 5 * sqrt(share * (1 - share) / count)
    return share - slack, share + slack


@given(st.text(), WEIGHTS)
def test_a_key_is_answered_by_the_same_version_every_time(key: str, weight: float) -> None:
    assert canary(weight).choose(key) == canary(weight).choose(key)


@given(st.text(), WEIGHTS, WEIGHTS)
def test_while_the_weight_grows_whoever_is_in_stays_in(key: str, one: float, two: float) -> None:
    small, large = sorted((one, two))

    if canary(small).choose(key).version == "2":
        assert canary(large).choose(key).version == "2"


@pytest.mark.parametrize("weight", [0.01, 0.05, 0.2, 0.5, 0.9])
def test_the_share_of_keys_is_the_weight(weight: float) -> None:
    share = len(those_in(canary(weight))) / len(KEYS)

    low, high = likely(weight, len(KEYS))
    assert low <= share <= high


@pytest.mark.parametrize("weight", [0.05, 0.5])
def test_without_a_key_chance_has_the_weight(weight: float) -> None:
    random.seed(7)
    chooser = canary(weight)

    share = sum(chooser.choose(None).version == "2" for _ in KEYS) / len(KEYS)

    low, high = likely(weight, len(KEYS))
    assert low <= share <= high


def test_another_canary_or_model_is_tried_on_other_callers() -> None:
    mine = those_in(canary(0.1))
    low, high = likely(0.1, len(mine))

    for other in (canary(0.1, version="3"), canary(0.1, model="mood")):
        assert low <= len(mine & those_in(other)) / len(mine) <= high


@given(st.text())
def test_nothing_and_everything_are_exact(key: str) -> None:
    assert canary(0).choose(key).version == "1"
    assert canary(1).choose(key).version == "2"


def test_keys_stand_where_they_always_stood() -> None:
    # These choices are in use: another hash would move every caller.
    assert sorted(those_in(canary(0.0002))) == [
        "customer-13367",
        "customer-19811",
        "customer-19816",
        "customer-4830",
    ]


def test_a_key_of_half_a_character_is_no_failure() -> None:
    assert canary(1).choose("\ud800").version == "2"


def test_only_the_stable_versions_answers_are_mirrored() -> None:
    chooser = Chooser(Rollout("m", stable="1", canary="2", weight=0.5, shadow="3"), BOTH)

    choices = {chooser.choose(key) for key in KEYS[:100]}

    assert choices == {Choice("1", "3", "stable"), Choice("2", None, "canary")}


def test_a_canary_that_cannot_serve_gets_nothing() -> None:
    chooser = Chooser(Rollout("m", stable="1", canary="2", weight=1.0), ["1"])

    assert chooser.choose("any").version == "1"
    assert chooser.choose(None).version == "1"


def test_a_shadow_that_cannot_serve_is_not_asked() -> None:
    chooser = Chooser(Rollout("m", stable="1", shadow="3"), ["1"])

    assert chooser.choose("any").shadow is None
