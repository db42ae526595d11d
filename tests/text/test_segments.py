"""Sentences of a message, and the few that may ask for something."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridealong.text.segments import LONGEST, pick_segments, split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Where is it? I want it.", ["Where is it?", "I want it."]),
        ("It is broken!!! Help me...", ["It is broken!!!", "Help me..."]),
        ("order no. 4711 is late", ["order no. 4711 is late"]),
        ("I paid 12.50 EUR at shop.example", ["I paid 12.50 EUR at shop.example"]),
        ("Dear Mr. Smith is here", ["Dear Mr. Smith is here"]),
        ("first line\nsecond line", ["first line", "second line"]),
        ("- cancel it\n- refund me", ["- cancel it", "- refund me"]),
        ("我的订单在哪里？我要退款。谢谢", ["我的订单在哪里？", "我要退款。", "谢谢"]),
        ("注文はどこですか。返金してください", ["注文はどこですか。", "返金してください"]),
        ("أين طلبي؟ أريد أموالي", ["أين طلبي؟", "أريد أموالي"]),
        (
            "พัสดุของฉันเสียหาย ต้องการเงินคืน",
            ["พัสดุของฉันเสียหาย", "ต้องการเงินคืน"],
        ),
        (
            "please cancel my order and where is my refund",
            ["please cancel my order", "where is my refund"],
        ),
        (
            "Meine Karte ist weg und wo ist meine Lieferung",
            ["Meine Karte ist weg", "wo ist meine Lieferung"],
        ),
        ("bread and butter", ["bread and butter"]),
        ("", []),
        ("...", ["..."]),
    ],
)
def test_a_text_is_cut_where_sentences_and_requests_end(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


def test_a_line_that_a_mail_program_wrapped_is_one_sentence() -> None:
    text = (
        "I have been a customer of yours for many years, so please\n"
        "be so kind as to cancel my order."
    )

    assert split_sentences(text) == [text.replace("\n", " ")]


def test_a_page_without_an_end_is_cut_at_blanks() -> None:
    pieces = split_sentences("word " * 1_000)

    assert all(len(piece) <= LONGEST for piece in pieces)
    assert all(set(piece.split()) == {"word"} for piece in pieces)


@given(st.text(max_size=400))
def test_nothing_but_blanks_is_lost_unless_words_join_two_requests(text: str) -> None:
    letters = "".join("".join(split_sentences(text)).split())

    assert len(letters) <= len("".join(text.split()))
    assert set(letters) <= set(text)


@given(st.text(max_size=400), st.integers(min_value=1, max_value=8))
def test_at_most_so_many_are_picked_and_all_are_sentences(text: str, most: int) -> None:
    picked = pick_segments(text, most)

    assert len(picked) <= most
    assert all(piece in split_sentences(text) for piece in picked)


@pytest.mark.parametrize(
    "text",
    [
        *("where is my order 4711", "Hello! Where is my order 4711?", "Thanks. Bye.", "", "12345"),
        "Where is my order 12345? It is awful, I waited for nothing!",
    ],
)
def test_a_short_text_with_one_request_speaks_for_itself(text: str) -> None:
    assert pick_segments(text, 8) == []


def test_two_requests_are_both_picked() -> None:
    assert pick_segments("Cancel my order. How do I reset my password?", 8) == [
        "Cancel my order.",
        "How do I reset my password?",
    ]


def test_the_request_is_picked_out_of_a_long_story_and_courtesies_are_not() -> None:
    story = "We were at the lake and the weather was fine. " * 20
    text = (
        f"Dear team,\nI hope you are well.\n{story}Please send my money back for order 4711. "
        f"{story}\nKind regards\n[PERSON_1]\nThis message is confidential. "
        "Unsubscribe from our payments."
    )

    picked = pick_segments(text, 3)

    assert "Please send my money back for order 4711." in picked
    assert not any("regards" in piece or "confidential" in piece for piece in picked)
    assert "Unsubscribe from our payments." not in picked


@pytest.mark.parametrize(
    "piece", ["a", "A ", "? ", "and I ", "。", "mr. ", "ก ", ", also ", "why?", "\n", "[A_1]"]
)
def test_a_megabyte_of_anything_takes_linear_time(piece: str) -> None:
    took = []
    for size in (250_000, 1_000_000):
        started = time.process_time()
        pick_segments(piece * (size // len(piece)), 8)
        took.append(time.process_time() - started)

    assert took[1] < max(12 * took[0], 0.5)
