"""What a bound on the risk lets through unseen, and what a caller is told of it."""

from typing import Any

import pytest

from ridealong.contracts.contract import Decision
from ridealong.contracts.recommendation import ReasonCode
from ridealong.knowledge.risk import Judged
from tests.recommendation.messages import intents
from tests.recommendation.recommending import policies, recommend


def test_the_reply_names_the_bound_it_had_to_keep() -> None:
    bound = recommend().bound

    assert bound is not None
    assert (bound.risk, bound.threshold) == (0.05, 0.9)
    assert (bound.group, bound.messages) == ("commerce.track_order", 99)


def test_a_tenant_that_bears_less_risk_automates_less() -> None:
    likely = intents(track_order=0.97)

    assert recommend(intents=likely, by=policies(risk=0.05)).decision is Decision.AUTOMATE
    assert recommend(intents=likely, by=policies(risk=0.02)).decision is Decision.SUGGEST


def test_an_intent_with_too_few_messages_goes_by_its_pack() -> None:
    few = Judged(messages=18, wrong=())

    bound = recommend(by=policies(intents={"commerce.track_order": few})).bound

    assert bound is not None
    assert bound.group == "commerce"


@pytest.mark.parametrize(
    "changes",
    [
        {"languages": frozenset({"de"})},
        {"packs": {}, "intents": {}},
        {"packs": {"commerce": Judged(messages=18, wrong=())}, "intents": {}},
    ],
)
def test_what_was_never_measured_is_never_automated(changes: dict[str, Any]) -> None:
    recommendation = recommend(by=policies(**changes))

    assert recommendation.decision is Decision.SUGGEST
    assert recommendation.reason.code is ReasonCode.NOT_CALIBRATED


def test_however_good_the_figures_a_reply_must_be_likelier_than_not() -> None:
    flawless = policies(intents={"commerce.track_order": Judged(messages=99, wrong=())})

    assert recommend(intents=intents(track_order=0.5), by=flawless).decision is Decision.SUGGEST
    assert recommend(intents=intents(track_order=0.51), by=flawless).decision is Decision.AUTOMATE
