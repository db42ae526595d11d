"""Which articles are offered, and with which probability in which place."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridealong.contracts.recommendation import MatchCode
from ridealong.knowledge.finding import Query, arrange, find_matches
from ridealong.knowledge.rules import Rules
from ridealong.knowledge.shelf import Match, Shelf
from tests.knowledge.articles import article, card_article, refund_article

SHELF = Shelf((article(), refund_article(), card_article()))


def match(number: int) -> Match:
    return Match(
        article=article(id=f"commerce-{number}"),
        probability=0.5,
        score=0.5,
        sentence="Every order has a status under My orders.",
        evidence=0.5,
        intent="commerce.track_order",
        spoken_for=MatchCode.INTENT,
    )


RANKED = tuple(match(number) for number in range(4))


def test_only_articles_of_the_tenants_packs_are_found() -> None:
    query = Query("my card and my order status", "en", {"commerce.track_order": 0.9})

    assert [found.article.id for found in find_matches(query, SHELF, Rules())] == [
        "commerce-track-order"
    ]


def test_without_exploring_the_order_is_the_ranking_and_certain() -> None:
    shown = arrange(RANKED, explore=0, seed="any")

    assert tuple(each.match for each in shown) == RANKED
    assert {each.propensity for each in shown} == {1.0}


@pytest.mark.parametrize("count", [0, 1, 2])
def test_with_nothing_to_order_there_is_nothing_to_explore(count: int) -> None:
    shown = arrange(RANKED[:count], explore=1, seed="any")

    assert [(each.match, each.propensity) for each in shown] == [(m, 1.0) for m in RANKED[:count]]


def test_the_same_message_is_shown_the_same_order_again() -> None:
    assert arrange(RANKED, explore=1, seed="a") == arrange(RANKED, explore=1, seed="a")


@given(seed=st.text(max_size=20), explore=st.floats(0, 1))
def test_the_best_stays_first_and_nothing_is_lost(seed: str, explore: float) -> None:
    shown = arrange(RANKED, explore=explore, seed=seed)

    assert shown[0].match is RANKED[0]
    assert shown[0].propensity == 1
    assert {each.match.article.id for each in shown} == {m.article.id for m in RANKED}
    assert all(0 <= each.propensity <= 1 + 1e-9 for each in shown)


@pytest.mark.parametrize("explore", [0.3, 1.0])
def test_the_propensity_is_the_share_of_messages_that_see_the_article_in_that_place(
    explore: float,
) -> None:
    rounds = 6_000
    seen: Counter[tuple[str, int]] = Counter()
    said: dict[tuple[str, int], float] = {}
    for number in range(rounds):
        for place, each in enumerate(arrange(RANKED, explore=explore, seed=f"message {number}")):
            seen[each.match.article.id, place] += 1
            said[each.match.article.id, place] = each.propensity

    # Five standard errors of 6,000 draws.
    assert {key: seen[key] / rounds for key in said} == pytest.approx(said, abs=0.033)
