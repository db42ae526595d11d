"""The threshold keeps its promise, and says nothing where it cannot promise anything."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ridealong.knowledge.articles import KnowledgeBroken
from ridealong.knowledge.risk import SHIPPED, Calibration, Judged, Risk, read_calibrations

FEW = Judged(messages=18, wrong=())
MANY = Judged(messages=99, wrong=(0.9, 0.8, 0.7, 0.6, 0.5, 0.4))


def test_of_99_messages_four_may_be_wrong_at_a_risk_of_five_in_a_hundred() -> None:
    assert MANY.threshold(0.05) == 0.5


def test_less_risk_asks_for_more() -> None:
    thresholds = [MANY.threshold(risk) for risk in (0.01, 0.02, 0.03, 0.07, 0.5)]

    assert thresholds == [0.9, 0.8, 0.7, 0.0, 0.0]


@pytest.mark.parametrize(("messages", "is_known"), [(0, False), (18, False), (19, True)])
def test_nineteen_messages_are_the_fewest_for_five_in_a_hundred(
    messages: int, is_known: bool
) -> None:
    assert (Judged(messages=messages, wrong=()).threshold(0.05) is not None) is is_known


@given(
    scores=st.lists(st.floats(0, 1), max_size=60),
    right=st.integers(0, 200),
    risk=st.floats(0.005, 0.5),
)
def test_the_bound_holds_on_the_messages_it_was_found_on_and_at_no_smaller_threshold(
    scores: list[float], right: int, risk: float
) -> None:
    wrong = tuple(sorted(scores, reverse=True))
    messages = len(wrong) + right
    threshold = Judged(messages=messages, wrong=wrong).threshold(risk)

    def bound(from_score: float) -> float:
        return (sum(score > from_score for score in wrong) + 1) / (messages + 1)

    if threshold is None:
        assert 1 / (messages + 1) > risk
        return
    assert bound(threshold) <= risk + 1e-9
    lower = [score for score in wrong if score < threshold]
    if threshold > 0:
        assert bound(max(lower, default=-1.0)) > risk


def test_over_many_draws_no_more_than_the_risk_is_answered_wrongly_unseen() -> None:
    chance = random.Random(5)

    def draw() -> tuple[float, bool]:
        sure = chance.random()
        return sure, chance.random() > sure

    rounds, failed = 4_000, 0
    for _ in range(rounds):
        wrong = sorted((sure for sure, is_wrong in (draw() for _ in range(39)) if is_wrong))
        threshold = Judged(messages=39, wrong=tuple(reversed(wrong))).threshold(0.1)
        assert threshold is not None
        sure, is_wrong = draw()
        failed += is_wrong and sure > threshold

    # Of a sure thing 0.1; four standard errors of 4,000 draws are 0.019.
    assert 0.05 < failed / rounds < 0.119


def test_an_intent_of_few_messages_goes_by_its_pack() -> None:
    calibration = Calibration(
        model_version="1",
        languages=frozenset({"en"}),
        packs={"commerce": MANY},
        intents={"commerce.review": FEW, "banking.card_arrival": FEW},
    )

    assert calibration.bound("commerce.review", 0.05).group == "commerce"
    assert calibration.bound("commerce.review", 0.1).group == "commerce.review"
    assert calibration.bound("commerce.never_seen", 0.05).threshold == 0.5
    assert calibration.bound("banking.card_arrival", 0.05).threshold is None


def test_an_intent_may_bear_its_own_risk() -> None:
    risk = Risk(risk=0.05, intents={"commerce.get_refund": 0.01})

    assert (risk.of("commerce.get_refund"), risk.of("commerce.review")) == (0.01, 0.05)


@pytest.mark.parametrize(
    ("messages", "wrong"),
    [(5, (0.1, 0.2)), (1, (0.9, 0.8)), (-1, ()), (5, (1.1,)), (5, (float("nan"),))],
)
def test_figures_that_cannot_be_are_refused(messages: int, wrong: tuple[float, ...]) -> None:
    with pytest.raises(ValidationError):
        Judged(messages=messages, wrong=wrong)


def test_the_shipped_file_holds_a_threshold_for_every_intent_of_its_packs() -> None:
    (calibration,) = read_calibrations(SHIPPED).values()

    assert set(calibration.packs) == {"banking", "commerce", "general"}
    assert all(judged.messages > 500 for judged in calibration.packs.values())
    bounds = [calibration.bound(intent, 0.05) for intent in calibration.intents]
    assert all(bound.threshold is not None and bound.threshold < 1 for bound in bounds)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeBroken, match=r"none\.json"):
        read_calibrations(tmp_path / "none.json")
