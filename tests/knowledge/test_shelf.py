"""The search: by intent, by meaning, by words, and what it shows as evidence."""

import numpy as np
import pytest
from pydantic import ValidationError

from ridealong.knowledge.shelf import Match, Shelf, Weights
from tests.knowledge.articles import article, card_article, refund_article

SHELF = Shelf((article(), refund_article(), card_article()))


def best(text: str, intents: dict[str, float], meaning: np.ndarray | None = None) -> Match:
    return next(
        SHELF.rank(intents, words=SHELF.measure_words(text), meaning=meaning, weights=Weights())
    )


def meaning_of(passage: str, near: float) -> np.ndarray:
    vector = np.zeros(len(SHELF.passages), dtype=np.float32)
    vector[SHELF.passages.index(passage)] = near
    return vector


def test_the_likeliest_intent_brings_its_article() -> None:
    match = best("hello", {"commerce.get_refund": 0.9, "commerce.track_order": 0.05})

    assert match.article.id == "commerce-get-refund"
    assert match.probability == pytest.approx(0.9)


def test_without_intents_the_words_decide() -> None:
    assert best("my card is lost", {}).article.id == "banking-lost-card"


def test_meaning_finds_what_shares_no_word() -> None:
    near = meaning_of("A lost card has to be frozen at once.", 0.9)

    match = best("Mein Portemonnaie ist weg", {}, near)

    assert match.article.id == "banking-lost-card"
    assert match.evidence == pytest.approx(0.9)


def test_the_evidence_is_the_nearest_sentence_of_the_body() -> None:
    near = meaning_of("The carrier scans the parcel on its way.", 0.8)

    match = best("parcel", {"commerce.track_order": 0.9}, near)

    assert match.sentence == "The carrier scans the parcel on its way."


def test_title_and_questions_help_to_find_but_are_no_evidence() -> None:
    near = meaning_of("Where is my order?", 0.95)

    match = best("where is it", {}, near)

    assert match.article.id == "commerce-track-order"
    assert match.evidence == 0


def test_without_vectors_the_evidence_is_by_words() -> None:
    match = best("has the carrier scanned the parcel", {"commerce.track_order": 0.9})

    assert match.sentence == "The carrier scans the parcel on its way."
    assert 0 < match.evidence < 1


def test_an_article_of_two_intents_has_the_probability_of_both() -> None:
    shelf = Shelf((article(intents=("commerce.track_order", "commerce.delivery_period")),))

    match = next(
        shelf.rank(
            {"commerce.track_order": 0.5, "commerce.delivery_period": 0.3},
            words=shelf.measure_words("when"),
            meaning=None,
            weights=Weights(),
        )
    )

    assert match.probability == pytest.approx(0.8)


def test_scores_stay_between_0_and_1_and_fall() -> None:
    text = " ".join(SHELF.passages) * 3
    everything = np.ones(len(SHELF.passages), dtype=np.float32) * 1.0001
    ranked = list(
        SHELF.rank(
            {"commerce.track_order": 1.0},
            words=SHELF.measure_words(text),
            meaning=everything,
            weights=Weights(),
        )
    )

    scores = [match.score for match in ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_an_opposite_meaning_counts_as_none() -> None:
    match = best("zzz", {}, -np.ones(len(SHELF.passages), dtype=np.float32))

    assert match.score == 0


@pytest.mark.parametrize("text", ["", "   ", "zzz qqq", "!!!", "订单在哪里", "the and of"])
def test_a_text_without_known_words_matches_nothing(text: str) -> None:
    assert not SHELF.measure_words(text).any()


def test_a_megabyte_of_text_is_measured_by_its_beginning() -> None:
    beginning = "refund " + "x" * 4_000

    measured = SHELF.measure_words(beginning + " lost card" * 100_000)

    assert (measured == SHELF.measure_words("refund")).all()


def test_the_digest_changes_with_any_sentence() -> None:
    changed = Shelf((article(sentences=("Another sentence.",)), refund_article(), card_article()))

    assert changed.digest != SHELF.digest


def test_weights_that_do_not_sum_to_one_are_refused() -> None:
    with pytest.raises(ValidationError, match="sum to 1"):
        Weights(intent=0.5, meaning=0.5, words=0.5)


GERMAN = article(
    language="de",
    title="Wo eine Bestellung ist",
    questions=("Wo ist meine Bestellung?",),
    reply="Bestellung {order_number} steht unter Meine Bestellungen.",
    ask="Welche Bestellung?",
    sentences=("Jede Bestellung hat einen Stand.", "Der Kurier scannt das Paket unterwegs."),
)
BOTH = Shelf((card_article(), GERMAN, refund_article(), article()))


def found(text: str, language: str) -> Match:
    words = BOTH.measure_words(text, language)
    return next(BOTH.rank({}, words=words, meaning=None, weights=Weights(), language=language))


@pytest.mark.parametrize(
    ("text", "language", "page", "sentence"),
    [
        ("Wurde das Paket gescannt?", "de", "de", "Der Kurier scannt das Paket unterwegs."),
        ("has the carrier scanned it", "en", "en", "The carrier scans the parcel on its way."),
        ("carrier", "fr", "en", "The carrier scans the parcel on its way."),
    ],
)
def test_an_article_is_found_in_any_language_and_shown_in_the_customers_or_english(
    text: str, language: str, page: str, sentence: str
) -> None:
    match = found(text, language)

    assert (match.article.id, match.article.language) == ("commerce-track-order", page)
    assert match.sentence == sentence


def test_a_german_text_finds_by_words_an_article_that_is_shown_in_english() -> None:
    match = found("Kurier", "en")

    assert (match.article.id, match.article.language) == ("commerce-track-order", "en")


def test_an_article_of_two_pages_is_offered_once() -> None:
    words = BOTH.measure_words("order")

    ids = [m.article.id for m in BOTH.rank({}, words=words, meaning=None, weights=Weights())]

    assert sorted(ids) == ["banking-lost-card", "commerce-get-refund", "commerce-track-order"]
