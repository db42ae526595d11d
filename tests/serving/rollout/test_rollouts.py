"""What is in force, and what is counted of it."""

from dataclasses import dataclass, replace

from ridealong.serving.rollout.choice import NEWEST, Rollout
from ridealong.serving.rollout.rollouts import Rollouts, Tally

CANARY = Rollout("m", stable="1", canary="2", weight=1.0)


@dataclass(frozen=True)
class Answer:
    version: str
    took_s: float = 0.01
    failure: str | None = None
    model: str = "m"


def in_force(rollout: Rollout = CANARY) -> Rollouts:
    rollouts = Rollouts()
    rollouts.put(rollout, ["1", "2"])
    return rollouts


def test_a_model_without_a_rollout_has_its_newest_version_answer() -> None:
    assert in_force().choose("another", "key") == NEWEST


def test_a_rollout_is_in_force_from_the_next_request_on() -> None:
    rollouts = in_force()

    rollouts.put(replace(CANARY, canary=None, weight=0, stable="2"), ["1", "2"])

    assert rollouts.choose("m", "key").version == "2"


def test_an_idle_rollout_decides_nothing_and_is_remembered() -> None:
    rollouts = in_force()

    rollouts.put(Rollout("m", revision=2), ["1", "2"])

    assert rollouts.choose("m", "key") == NEWEST
    assert rollouts.find("m") == Rollout("m", revision=2)
    assert rollouts.tallies("m") == {}


def test_answers_and_failures_are_counted_by_version() -> None:
    rollouts = in_force()

    for answer in (Answer("1"), Answer("2", 0.02), Answer("2", 0.04), Answer("2", 9, "late")):
        rollouts.saw(answer)

    assert rollouts.tallies("m") == {"1": Tally(1, 0, 10.0), "2": Tally(2, 1, 30.0)}


def test_a_version_that_only_failed_has_no_time() -> None:
    rollouts = in_force()

    rollouts.saw(Answer("2", failure="run_failed"))

    assert rollouts.tallies("m") == {"2": Tally(0, 1, 0.0)}


def test_models_without_a_rollout_are_not_counted() -> None:
    rollouts = in_force()

    rollouts.saw(Answer("1", model="another"))

    assert rollouts.tallies("another") == {}


def test_counting_goes_on_while_only_the_weight_changes() -> None:
    rollouts = in_force()
    rollouts.saw(Answer("1"))

    rollouts.put(replace(CANARY, weight=0.2, revision=1), ["1", "2"])
    kept = rollouts.tallies("m")
    rollouts.put(replace(CANARY, canary="3", revision=2), ["1", "2", "3"])

    assert kept == {"1": Tally(1, 0, 10.0)}
    assert rollouts.tallies("m") == {}


def test_whoever_asks_about_a_model_is_told_of_its_stable_version() -> None:
    rollouts = in_force()

    assert (rollouts.stable("m"), rollouts.stable("another")) == ("1", None)
