"""Mistyped words are put right; names, numbers, placeholders and other languages are left alone."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridealong.learning.typos import mistype
from ridealong.text.spelling import (
    BARE_WORD,
    Spelling,
    SpellingUnreadable,
    english_words,
    mistakes_between,
    read_spelling,
)

COUNTS = {
    "refund": 50,
    "card": 400,
    "cart": 3,
    "order": 300,
    "arrived": 80,
    "the": 900,
    "delivery": 60,
    "late": 40,
    "topup": 30,
    "want": 500,
    "cancel": 90,
    "package": 70,
    "broken": 20,
}
WORDS = Spelling(COUNTS, english_words())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("i want a refudn", "i want a refund"),
        ("my ordr is late", "my order is late"),
        ("the deilvrey is late", "the delivery is late"),
        ("teh order has not arived!", "the order has not arrived!"),
        ("MY ORDR IS LATE", "MY ORDER IS LATE"),
        ("Refudn my order", "Refund my order"),
        ("Hello. Refudn it", "Hello. Refund it"),
        ('where is it ("ordr")?', 'where is it ("order")?'),
        ("i wnat to cancle my ordr", "i want to cancel my order"),
        ("teh packge is brokn", "the package is broken"),
        ("wheres my oder??? its late", "wheres my order??? its late"),
    ],
)
def test_a_mistyped_word_becomes_the_word_that_was_meant(written: str, meant: str) -> None:
    assert WORDS.repair(written) == meant


def test_of_two_words_equally_near_the_more_frequent_is_meant() -> None:
    assert WORDS.meant_by("carr") == "card"


@pytest.mark.parametrize(
    "text",
    [
        "my cat has a card",
        "pls tell me wats up, thx",
        "wo ist meine bestellung",
        "this is from Ordr Inc",
        "ask [PERSON_1] about [ORDR_2]",
        "write to ordr@refudn.com or refudn.com/ordr",
        "it is ordr-1234 or ordr_7 or 0rdr",
        "my topup is late",
        "wo bleibt mein paket",
        "où est ma commandé",
        "我的订单在哪里",
        "od rt",
        "",
        " \n\t",
    ],
)
def test_what_is_no_mistyped_word_stays_as_it_is(text: str) -> None:
    assert WORDS.repair(text) == text


def test_a_word_that_is_near_nothing_stays() -> None:
    assert WORDS.repair("the xylqzzk is late") == "the xylqzzk is late"


@given(st.text(max_size=200))
def test_no_text_breaks_it_and_only_bare_words_change(text: str) -> None:
    repaired = WORDS.repair(text)

    assert BARE_WORD.sub("", repaired) == BARE_WORD.sub("", text)
    assert len(repaired.split()) == len(text.split())


@given(st.integers(0, 10_000))
def test_a_repaired_text_is_not_repaired_again(seed: int) -> None:
    said = "the order arrived late and the card is for a refund or delivery"
    repaired = WORDS.repair(mistype(said, random.Random(seed)))

    assert WORDS.repair(repaired) == repaired


def test_a_hostile_text_takes_no_longer_than_a_long_one() -> None:
    hostile = " ".join(["zqxjkvwbpyfgcrlaoeuidhtn"] * 2_000 + ["the"] * 2_000)

    assert WORDS.repair(hostile) == hostile


@pytest.mark.parametrize(
    ("written", "meant", "mistakes"),
    [("card", "card", 0), ("crad", "card", 1), ("cad", "card", 1), ("caard", "card", 1)]
    + [("cird", "card", 1), ("", "card", 4), ("dracd", "card", 3), ("ca", "abc", 3)],
)
def test_mistakes_are_counted_as_letters_dropped_added_changed_or_swapped(
    written: str, meant: str, mistakes: int
) -> None:
    assert mistakes_between(written, meant) == mistakes


def test_a_word_list_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "spelling.txt"
    path.write_text("order 12\nrefund 3\n")

    assert read_spelling(path).repair("my ordr") == "my order"


@pytest.mark.parametrize(
    "line", ["order", "order twelve", "order 0", "Order 3", "ordör 3", "a b 3"]
)
def test_a_file_that_is_no_word_list_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "spelling.txt"
    path.write_text(f"{line}\n")

    with pytest.raises(SpellingUnreadable, match=r"spelling\.txt"):
        read_spelling(path)


def test_half_of_all_mistyped_words_are_put_right() -> None:
    chance = random.Random(5)
    said = [*COUNTS, "and", "for"] * 40
    written = [mistype(word, chance) or "x" for word in said]
    repaired = [WORDS.repair(f"the {word}").split()[1] for word in written]
    wrong = [place for place, word in enumerate(said) if written[place] != word]

    assert sum(said[place] == repaired[place] for place in wrong) > len(wrong) / 2
