"""What stands beside an easy question, and what keeps its reply from being sent unseen."""

from typing import Any

import numpy as np
import pytest

from ridealong.contracts.contract import Decision
from ridealong.contracts.nlp import Urgency
from ridealong.contracts.recommendation import Action, ReasonCode
from ridealong.knowledge.shelf import Shelf
from services.recommendation.suggest import suggest
from tests.knowledge.articles import article
from tests.recommendation.messages import embedding, intents, message
from tests.recommendation.recommending import HAND_OVER, SHELF, policies, recommend


def outcome(**changes: Any) -> tuple[Decision, ReasonCode]:
    recommendation = recommend(**changes)
    return recommendation.decision, recommendation.reason.code


@pytest.mark.parametrize("reason", ["money", "consequence", "danger", "underway", "bereavement"])
def test_what_is_grave_is_read_by_a_person_however_calm_it_is_told(reason: str) -> None:
    assert outcome(urgency=Urgency(score=0.1, reasons=(reason,))) == (
        Decision.SUGGEST,
        ReasonCode.GRAVE,
    )


def test_a_deadline_alone_is_not_grave() -> None:
    assert outcome(urgency=Urgency(score=0.1, reasons=("deadline",))) == (
        Decision.AUTOMATE,
        ReasonCode.SURE,
    )


def test_a_sentence_that_asks_for_something_else_is_for_an_agent_to_answer() -> None:
    assert outcome(leaves_open=True) == (Decision.SUGGEST, ReasonCode.SEVERAL_REQUESTS)


def test_a_strong_intent_that_no_article_answers_is_not_passed_over() -> None:
    both = (*intents(track_order=0.6), *intents("own", gift_cards=0.35))

    assert outcome(intents=both) == (Decision.SUGGEST, ReasonCode.SEVERAL_REQUESTS)


def test_what_is_not_wanted_is_neither_done_nor_answered_unseen() -> None:
    recommendation = recommend(text="I do NOT want to follow my order, stop it")

    assert (recommendation.decision, recommendation.reason.code) == (
        Decision.SUGGEST,
        ReasonCode.DENIED,
    )
    assert recommendation.next_actions == ()


def test_of_two_articles_of_one_intent_the_stricter_decides() -> None:
    late = article(id="commerce-order-late", policy="suggest", title="My order is late")

    recommendation = recommend(article(), late)

    assert recommendation.suggestions[0].article_id == "commerce-track-order"
    assert recommendation.reason.code is ReasonCode.ARTICLE_POLICY


def test_a_sibling_that_fits_much_worse_decides_nothing() -> None:
    other = {"title": "Elsewhere", "questions": ("?",), "sentences": ("The carrier is late.",)}
    late = article(id="commerce-order-late", policy="suggest", **other)
    near = np.array([0.9] * 4 + [0.3] * 3, dtype=np.float32)
    request = message(embedding=embedding(0, 0, 0, 0))

    found = suggest(request, Shelf((article(), late)), meaning=near, policies=policies())

    assert found.decision is Decision.AUTOMATE


def test_an_article_with_much_better_evidence_is_a_rival() -> None:
    near = np.zeros(len(SHELF.passages), dtype=np.float32) + 0.45
    near[SHELF.passages.index("A refund goes back the way it was paid.")] = 0.7
    both = intents(track_order=0.95, get_refund=0.04)
    request = message(embedding=embedding(0, 0, 0, 0), intents=both)

    found = suggest(request, SHELF, meaning=near, policies=policies())

    assert [each.article_id for each in found.suggestions][:1] == ["commerce-track-order"]
    assert found.reason.code is ReasonCode.NOT_SURE_ENOUGH


def test_a_text_too_short_to_tell_its_language_gets_pages_in_that_of_its_reader() -> None:
    recommendation = recommend(text="order status", language="unknown", read_as="en")

    assert (recommendation.decision, recommendation.reason.code) == (
        Decision.SUGGEST,
        ReasonCode.LANGUAGE,
    )
    assert recommendation.suggestions[0].article_id == "commerce-track-order"


def test_what_nobody_could_read_still_goes_to_a_person() -> None:
    assert outcome(language="unknown", read_as=None) == (Decision.HAND_OVER, ReasonCode.LANGUAGE)


def test_an_unlikely_article_names_neither_department_nor_action() -> None:
    recommendation = recommend(intents=intents(track_order=0.1))

    assert recommendation.department == "front_desk"
    assert recommendation.next_actions == (HAND_OVER,)
    assert Action.LOOK_UP not in {each.action for each in recommendation.next_actions}
