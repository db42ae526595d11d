"""The knowledge base as shipped: whole, honest, and enough for every intent of its packs."""

import re
from collections import Counter
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridealong.contracts.preprocessing import Entity, EntityType
from ridealong.knowledge.articles import Article, Policy, compose_reply, read_articles

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "services" / "recommendation" / "knowledge"
ARTICLES = read_articles(FOLDER)
PACKS = ("banking", "commerce", "general")
# Label sets of the public data sets that the packs are trained on.
LABELS = {
    f"{pack}.{label}"
    for pack in PACKS
    for label in (Path(__file__).parent / "labels" / f"{pack}.txt").read_text().split("\n")
    if label
}
HANDLED_BY_PEOPLE = (
    "banking.card_payment_not_recognised",
    "banking.cash_withdrawal_not_recognised",
    "banking.compromised_card",
    "banking.direct_debit_payment_not_recognised",
    "banking.lost_or_stolen_card",
    "banking.lost_or_stolen_phone",
    "banking.unable_to_verify_identity",
    "commerce.complaint",
    "commerce.contact_human_agent",
)
NEVER_AUTOMATED = (
    *HANDLED_BY_PEOPLE,
    "banking.edit_personal_details",
    "banking.passcode_forgotten",
    "banking.pin_blocked",
    "banking.terminate_account",
    "banking.verify_my_identity",
    "banking.verify_source_of_funds",
    "banking.why_verify_identity",
    "commerce.delete_account",
)
TIMES = re.compile(
    r"\b(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|a few|some) (?:to \d+ )?"
    r"(?:working |business )?(?:second|minute|hour|day|week|month|year|digit)s?\b",
    re.IGNORECASE,
)
NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")
PRESSURE = re.compile(r"\b(?:guarantee|definitely|certainly|immediately refund)", re.IGNORECASE)
ACTION = re.compile(
    r"(?:block|cancel|change|check|compare|escalate|explain|freeze|look_up|offer|open|order|queue|recall"
    r"|report|request|send|show|sign_out|start|trace|unblock)_[a-z_]+"
)


def promised(text: str) -> set[str]:
    """The times and numbers in a text, as a customer could quote them back."""
    return {match.lower() for match in TIMES.findall(text)} | set(NUMBERS.findall(text))


def body_of(article: Article) -> str:
    return " ".join(article.sentences)


def unbacked(reply: str, body: str) -> set[str]:
    return promised(reply) - promised(body)


ids = pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.id)


def test_there_are_enough_articles() -> None:
    assert len(ARTICLES) >= 110


@pytest.mark.parametrize("pack", ["banking", "commerce"])
def test_every_intent_of_the_pack_has_an_article(pack: str) -> None:
    answered = {name for article in ARTICLES for name in article.intents}

    assert {name for name in LABELS if name.startswith(f"{pack}.")} <= answered


def test_some_intents_have_more_than_one_article() -> None:
    count = Counter(name for article in ARTICLES for name in article.intents)

    assert sum(number > 1 for number in count.values()) >= 8


@ids
def test_every_intent_is_a_real_label(article: Article) -> None:
    assert set(article.intents) <= LABELS


@ids
def test_an_article_is_called_as_its_file(article: Article) -> None:
    assert (FOLDER / f"{article.id}.md").is_file()
    assert article.id.startswith(f"{article.pack}-")


@ids
def test_a_body_has_something_to_show(article: Article) -> None:
    assert len(article.sentences) >= 2
    assert len(set(article.sentences)) == len(article.sentences)
    assert all(15 <= len(sentence) <= 300 for sentence in article.sentences)


@ids
def test_no_reply_promises_a_time_or_a_number_that_its_body_does_not_hold(article: Article) -> None:
    assert unbacked(article.reply, body_of(article)) == set()
    assert unbacked(article.ask or "", body_of(article)) == set()


@ids
def test_no_reply_presses_or_guarantees(article: Article) -> None:
    assert not PRESSURE.search(f"{article.reply} {article.ask}")


def test_an_unbacked_promise_would_be_seen() -> None:
    assert unbacked("It takes 3 days and costs 5.99.", "It takes 4 days.") == {
        "3 days",
        "3",
        "5.99",
    }
    assert unbacked("Wait three working days.", "Wait.") == {"three working days"}


@ids
def test_no_reply_asks_for_a_secret(article: Article) -> None:
    asks = re.compile(
        r"(?:send|tell|give|write) us (?:your|the) (?:\w+ )?"
        r"(?:pin|password|passcode|cvv|card number|code)\b",
        re.IGNORECASE,
    )

    assert not asks.search(f"{article.reply} {article.ask}")


@pytest.mark.parametrize("name", HANDLED_BY_PEOPLE)
def test_fraud_and_complaints_are_handed_to_a_person(name: str) -> None:
    policies = {
        article.policy
        for article in ARTICLES
        if name in article.intents and article.intents[0] == name
    }

    assert policies == {Policy.HAND_OVER}


@pytest.mark.parametrize("name", NEVER_AUTOMATED)
def test_sensitive_requests_are_never_automated(name: str) -> None:
    policies = {article.policy for article in ARTICLES if name in article.intents}

    assert policies
    assert Policy.AUTOMATE not in policies


@ids
def test_next_actions_are_commands_from_the_list(article: Article) -> None:
    assert article.next_actions
    assert all(ACTION.fullmatch(action) for action in article.next_actions)


@ids
def test_an_article_has_questions_to_be_found_by(article: Article) -> None:
    assert len(article.questions) >= 2


def test_no_two_articles_say_the_same() -> None:
    replies = Counter(article.reply for article in ARTICLES)
    questions = Counter(question for article in ARTICLES for question in article.questions)

    assert [text for text, number in (replies + questions).items() if number > 1] == []


@given(
    texts=st.dictionaries(
        st.sampled_from(EntityType),
        st.lists(
            st.text(max_size=50) | st.from_regex(r"[A-Z]{0,3}\d{4,9}", fullmatch=True), max_size=3
        ),
    )
)
def test_no_shipped_reply_leaves_with_an_open_slot(texts: dict[EntityType, list[str]]) -> None:
    found = [
        Entity(type=kind, text=text, value=text, start=0, end=len(text))
        for kind, values in texts.items()
        for text in values
    ]

    for article, entities in product(ARTICLES, ([], found)):
        reply = compose_reply(article, entities)
        assert "{" not in reply.text
        assert not (reply.slots_missing and reply.text != article.ask)
