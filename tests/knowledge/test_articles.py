"""Articles are read whole or not at all, and replies are filled or asked for, never left open."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ridealong.contracts.preprocessing import Entity, EntityType
from ridealong.knowledge.articles import (
    KnowledgeBroken,
    Policy,
    compose_reply,
    read_article,
    read_articles,
    split_sentences,
)
from tests.knowledge.articles import article

PAGE = """---
id: commerce-cancel-order
title: Cancel an order
pack: commerce
language: en
intents: [commerce.cancel_order]
department: orders
policy: suggest
slots: [order_number]
next_actions: [cancel_order]
questions: [How do I cancel?]
reply: Order {order_number} can be cancelled.
ask: Which order?
---

An order can be cancelled until it is packed. Afterwards it is a return.
"""


def entity(
    text: str, kind: EntityType = EntityType.ORDER_NUMBER, value: str | None = None
) -> Entity:
    return Entity(type=kind, text=text, value=value or text, start=0, end=len(text))


def test_an_article_is_read_from_its_page(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(PAGE)

    read = read_article(path)

    assert read.policy is Policy.SUGGEST
    assert read.sentences == (
        "An order can be cancelled until it is packed.",
        "Afterwards it is a return.",
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("policy: suggest", "policy: always"),
        ("slots: [order_number]", "slots: []"),
        ("slots: [order_number]", "slots: [order_number, date]"),
        ("slots: [order_number]", "slots: [password]"),
        ("ask: Which order?", ""),
        ("ask: Which order?", "ask: Which of {order_number}?"),
        ("intents: [commerce.cancel_order]", "intents: []"),
        ("intents: [commerce.cancel_order]", "intents: [banking.cancel_transfer]"),
        ("department: orders", "department: orders\nurgent: yes"),
        ("title: Cancel an order", "title: [Cancel, an order"),
        ("title: Cancel an order", ""),
        ("An order can be cancelled until it is packed. Afterwards it is a return.", ""),
        ("{order_number} can", "{} can"),
        ("next_actions: [cancel_order]", "next_actions: [win_lottery]"),
        ("next_actions: [cancel_order]", "next_actions: [cancel]"),
    ],
)
def test_a_broken_page_is_named_and_refused(old: str, new: str, tmp_path: Path) -> None:
    path = tmp_path / "broken-page.md"
    path.write_text(PAGE.replace(old, new))

    with pytest.raises(KnowledgeBroken, match=r"broken-page\.md"):
        read_article(path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.md"
    path.write_bytes(PAGE.replace("Cancel", "Stornieren für").encode("latin-1"))

    with pytest.raises(KnowledgeBroken, match=r"latin\.md"):
        read_article(path)


def test_a_folder_without_articles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeBroken, match="no article"):
        read_articles(tmp_path)


def test_two_articles_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(PAGE)
    (tmp_path / "b.md").write_text(PAGE)

    with pytest.raises(KnowledgeBroken, match="commerce-cancel-order"):
        read_articles(tmp_path)


GERMAN = (
    PAGE.replace("language: en", "language: de")
    .replace("title: Cancel an order", "title: Eine Bestellung stornieren")
    .replace("Order {order_number} can be cancelled.", "Bestellung {order_number} geht.")
)


def test_an_article_may_have_a_page_in_each_language(tmp_path: Path) -> None:
    (tmp_path / "commerce-cancel-order.de.md").write_text(GERMAN)
    (tmp_path / "commerce-cancel-order.md").write_text(PAGE)

    pages = read_articles(tmp_path)

    assert [(page.id, page.language) for page in pages] == [
        ("commerce-cancel-order", "de"),
        ("commerce-cancel-order", "en"),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("policy: suggest", "policy: automate"),
        ("department: orders", "department: returns"),
        ("intents: [commerce.cancel_order]", "intents: [commerce.track_order]"),
        ("next_actions: [cancel_order]", "next_actions: [change_order]"),
    ],
)
def test_a_translation_can_do_no_more_than_its_original(old: str, new: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(PAGE)
    (tmp_path / "b.md").write_text(GERMAN.replace(old, new))

    with pytest.raises(KnowledgeBroken, match="differ in more than their words"):
        read_articles(tmp_path)


def test_a_translation_of_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(GERMAN)

    with pytest.raises(KnowledgeBroken, match="no page in the language of the house"):
        read_articles(tmp_path)


def test_german_and_spanish_sentences_are_told_apart() -> None:
    body = "Das gilt z. B. für Karten. Änderungen kommen per Post. ¿Y ahora? ¡Ya está! Él lo sabe."

    assert split_sentences(body) == (
        "Das gilt z. B. für Karten.",
        "Änderungen kommen per Post.",
        "¿Y ahora?",
        "¡Ya está!",
        "Él lo sabe.",
    )


def test_headings_are_no_evidence_and_list_items_are() -> None:
    body = (
        "# How\n\nOpen the app. Then tap\nit twice.\n\n- First item\n- Second item. It is long.\n"
    )

    assert split_sentences(body) == (
        "Open the app.",
        "Then tap it twice.",
        "First item",
        "Second item.",
        "It is long.",
    )


def test_a_known_order_number_is_filled_in() -> None:
    reply = compose_reply(article(), [entity("12345")])

    assert reply.text == "You can follow order 12345 under My orders."
    assert reply.slots_missing == ()


def test_an_unknown_order_number_is_asked_for() -> None:
    reply = compose_reply(article(), [])

    assert reply.text == "Please send us the order number."
    assert reply.slots_missing == (EntityType.ORDER_NUMBER,)


def test_of_two_order_numbers_none_is_guessed() -> None:
    reply = compose_reply(article(), [entity("12345"), entity("67890")])

    assert reply.slots_missing == (EntityType.ORDER_NUMBER,)


def test_the_same_order_number_twice_is_one() -> None:
    reply = compose_reply(article(), [entity("#12345", value="12345"), entity("12345")])

    assert reply.text == "You can follow order 12345 under My orders."


@pytest.mark.parametrize(
    "text",
    [
        "12345\nIgnore all rules",
        "<script>alert(1)</script>",
        "[PERSON_1]",
        "{order_number}",
        "https://example.org/pay",
        "9" * 41,
        "",
        "one; rm -rf",
        "www.example",
        "pay-here.example",
        "//pay",
    ],
)
def test_a_value_that_is_no_plain_value_is_not_copied(text: str) -> None:
    reply = compose_reply(article(), [entity(text)])

    assert reply.text == "Please send us the order number."


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (EntityType.ORDER_NUMBER, "#A-1234/22"),
        (EntityType.ORDER_NUMBER, "# 12345"),
        (EntityType.TRACKING_NUMBER, "1234 5678 9012 3456"),
        (EntityType.INVOICE_NUMBER, "RE-2026/0017"),
        (EntityType.DATE, "12. Mai"),
        (EntityType.DATE, "March 3rd, 2026"),
        (EntityType.DATE, "12/03/2026"),
        (EntityType.AMOUNT, "€49.90"),
        (EntityType.AMOUNT, "1 299,00 €"),
        (EntityType.AMOUNT, "US$ 1,200.50"),
        (EntityType.AMOUNT, "50 Swiss francs"),
        (EntityType.PRODUCT, "Müller's 4-in-1 set"),
        (EntityType.PRODUCT, "Dr. Oetker"),
    ],
)
def test_ordinary_values_are_copied(kind: EntityType, text: str) -> None:
    asked = article(slots=(kind,), reply=f"About {{{kind}}}.")

    assert compose_reply(asked, [entity(text, kind)]).text == f"About {text}."


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (EntityType.ORDER_NUMBER, "is refunded with 500 EUR"),
        (EntityType.ORDER_NUMBER, "free"),
        (EntityType.INVOICE_NUMBER, "12 is wrong, you win"),
        (EntityType.AMOUNT, "500 EUR that we owe you"),
        (EntityType.AMOUNT, "a lot"),
    ],
)
def test_a_sentence_cannot_pass_for_a_number(kind: EntityType, text: str) -> None:
    asked = article(slots=(kind,), reply=f"About {{{kind}}}.", ask="Which one?")

    assert compose_reply(asked, [entity(text, kind)]).text == "Which one?"


def test_a_frozen_article_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        article().reply = "Anything"  # type: ignore[misc]


@given(
    found=st.lists(
        st.builds(
            entity,
            st.text(max_size=60),
            st.sampled_from(EntityType),
            st.text(max_size=5) | st.none(),
        ),
        max_size=6,
    )
)
def test_no_reply_ever_has_an_open_slot_of_its_own(found: list[Entity]) -> None:
    two = article(
        slots=("order_number", "date"), reply="Order {order_number} of {date}.", ask="Which one?"
    )

    reply = compose_reply(two, found)

    assert "{" not in reply.text
    assert (reply.text == "Which one?") == bool(reply.slots_missing)
