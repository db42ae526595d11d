"""How rollouts become others, and what is refused."""

from dataclasses import replace
from datetime import UTC, datetime
from math import nan

import pytest

from ridealong.serving.rollout.choice import Rollout
from ridealong.serving.rollout.errors import (
    NoCanary,
    NothingToRollBackTo,
    VersionNotServing,
    VersionStandsTwice,
    WeightMissing,
    WeightOutOfRange,
)
from ridealong.serving.rollout.transitions import (
    Decision,
    Wishes,
    arrange,
    choose_promoted,
    clear,
    promote,
    roll_back,
)

NOW = Decision(datetime(2026, 11, 23, 12, tzinfo=UTC), "api")
NONE = Rollout("intents")
CANARY = Rollout("intents", stable="1", canary="2", weight=0.05, revision=3)


def arranged(rollout: Rollout = NONE, answering: str | None = "1", **wishes: object) -> Rollout:
    return arrange(rollout, Wishes(**wishes), answering, NOW)  # type: ignore[typeddict-item]


def test_a_canary_starts_beside_the_version_that_answers_now() -> None:
    assert arranged(canary="2", weight=0.05) == replace(CANARY, revision=1)


def test_a_weight_is_adjusted_and_all_else_stays() -> None:
    assert arranged(CANARY, weight=0.2) == replace(CANARY, weight=0.2, revision=4)


def test_a_shadow_joins_a_canary() -> None:
    assert arranged(CANARY, shadow="3") == replace(CANARY, shadow="3", revision=4)


def test_null_ends_a_canary_with_its_weight() -> None:
    ended = arranged(CANARY, canary=None)

    assert (ended.stable, ended.canary, ended.weight) == ("1", None, 0)


def test_a_named_stable_version_is_a_decision_that_can_be_rolled_back() -> None:
    pinned = arranged(stable="4")

    assert (pinned.stable, pinned.previous, pinned.decided_at) == ("4", "1", NOW.at)
    assert roll_back(pinned, NOW).stable == "1"


@pytest.mark.parametrize("weight", [-0.1, 1.1, nan])
def test_a_weight_is_a_share(weight: float) -> None:
    with pytest.raises(WeightOutOfRange):
        arranged(canary="2", weight=weight)


def test_another_canary_does_not_inherit_a_weight() -> None:
    with pytest.raises(WeightMissing):
        arranged(CANARY, canary="3")


def test_a_weight_needs_a_canary() -> None:
    with pytest.raises(NoCanary):
        arranged(weight=0.5)


@pytest.mark.parametrize("wishes", [Wishes(canary="1", weight=0.5), Wishes(shadow="1")])
def test_the_stable_version_is_not_tried_beside_itself(wishes: Wishes) -> None:
    with pytest.raises(VersionStandsTwice):
        arrange(NONE, wishes, "1", NOW)


def test_where_nothing_answers_the_stable_version_must_be_named() -> None:
    with pytest.raises(VersionNotServing):
        arranged(answering=None, canary="2", weight=0.5)


def test_a_promoted_canary_answers_everything_and_can_be_rolled_back() -> None:
    promoted = promote(CANARY, choose_promoted(CANARY, None), "1", NOW)

    assert promoted == Rollout(
        "intents", stable="2", previous="1", revision=4, decided_at=NOW.at, decided_by="api"
    )


def test_a_promoted_shadow_is_none_any_more_and_a_canary_goes_on() -> None:
    both = replace(CANARY, shadow="3")

    promoted = promote(both, "3", "1", NOW)

    assert (promoted.stable, promoted.shadow) == ("3", None)
    assert (promoted.canary, promoted.weight) == ("2", 0.05)


def test_promoting_what_answers_already_keeps_what_a_rollback_returns_to() -> None:
    twice = promote(promote(NONE, "2", "1", NOW), "2", "2", NOW)

    assert (twice.stable, twice.previous) == ("2", "1")


def test_without_a_canary_the_promoted_version_must_be_named() -> None:
    with pytest.raises(NoCanary):
        choose_promoted(NONE, None)


def test_a_rollback_ends_the_canary_first() -> None:
    promoted = replace(CANARY, previous="0")

    back = roll_back(promoted, NOW)

    assert (back.stable, back.canary, back.weight, back.previous) == ("1", None, 0, "0")
    assert back.decided_at == NOW.at


def test_a_rollback_returns_once_and_not_to_what_was_bad() -> None:
    back = roll_back(promote(NONE, "2", "1", NOW), NOW)

    assert back.stable == "1"
    with pytest.raises(NothingToRollBackTo):
        roll_back(back, NOW)


def test_a_rollback_to_the_shadow_ends_the_shadow() -> None:
    promoted = replace(promote(NONE, "2", "1", NOW), shadow="1")

    back = roll_back(promoted, NOW)

    assert (back.stable, back.shadow) == ("1", None)


def test_what_is_cleared_still_knows_when() -> None:
    cleared = clear(CANARY, NOW)

    assert cleared.is_idle
    assert cleared == Rollout("intents", revision=4, decided_at=NOW.at, decided_by="api")


def test_all_versions_of_a_rollout_are_to_be_loaded() -> None:
    rollout = Rollout("m", stable="2", canary="3", weight=0.1, shadow="3", previous="1")

    assert rollout.versions == ("2", "3", "1")
