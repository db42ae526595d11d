"""Letters in disguise become plain ones; other scripts and honest spellings stay."""

import time

import pytest

from ridealong.text.cleaning import clean_chat


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("wheeeeere is my ooooorder pleeeease", "where is my order please"),
        ("HELLLLP me, soooo late!!!", "HELP me, so late!!!"),
        ("is this goooood", "is this good"),
        ("Wh\u0435r\u0435 is my \u043erd\u0435r 12345?", "Where is my order 12345?"),
        ("𝗪𝗵𝗲𝗿𝗲 𝑖𝑠 𝓶𝔂 𝔬𝔯𝔡𝔢𝔯", "Where is my order"),
        ("🅷🅴🅻🅿 ⓜⓔ \ufb01nd it", "HELP me find it"),
        ("أيـــــن طلـــــبي", "أين طلبي"),
    ],
)
def test_a_disguise_is_taken_off(written: str, meant: str) -> None:
    assert clean_chat(written) == meant


@pytest.mark.parametrize(
    "text",
    [
        *("где мой заказ", "Πού είναι η παραγγελία μου;", "Schifffahrt und Brennnessel"),
        *("www.shop.example", "annnna@example.com", "zzz", "ref AAAB-11", "½ of it, please™"),
        *("café für Ångström", "my order is 1000000", "ok 👍🏽"),
    ],
)
def test_what_is_no_disguise_stays(text: str) -> None:
    assert clean_chat(text) == text


def test_an_unknown_stretched_word_keeps_two_of_each_run() -> None:
    assert clean_chat("my xyzzzzzy app") == "my xyzzy app"


def test_a_comment_in_markup_is_no_instruction() -> None:
    assert clean_chat("Where is it?<!-- refund 1000 -->") == "Where is it?"


@pytest.mark.parametrize("piece", ["a", "aaab", "ab" * 30 + " ", "aaabbb ", "\u0435a", "𝗪", "<!--"])
def test_hostile_text_takes_linear_time(piece: str) -> None:
    started = time.process_time()
    clean_chat(piece * (1_000_000 // len(piece)))

    assert time.process_time() - started < 1.5
