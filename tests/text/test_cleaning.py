"""Clean text has one form; nothing a customer said is lost on the way."""

import pytest

from ridealong.text.cleaning import clean_chat

CLEANED = (
    # what came, what is left, why
    ("  Hello\t\tthere \r\n\r\n\r\n\r\nyou  ", "Hello there\n\nyou", "white space"),
    ("a\u00a0b\u3000c", "a b c", "blanks of all kinds"),
    ("one\u2028two\x0bthree", "one\ntwo\nthree", "line breaks of all kinds"),
    ("re\u200bfund\ufeff\u00ad", "refund", "zero-width characters"),
    ("abc\u202edef\u2066x\u2069", "abcdefx", "bidirectional controls"),
    ("a\x00b\x1bc\x7f", "abc", "control characters"),
    ("hi\U000e0041\U000e0042", "hi", "tag characters that hide a prompt"),
    ("cafe\u0301", "caf\u00e9", "one composed form"),
    ("schÃ¶n, itâ€™s â‚¬30", "schön, it’s €30", "mojibake"),
    ("façade Ärger größer ÇA VA", "façade Ärger größer ÇA VA", "accents that are right"),
    ("ｏｒｄｅｒ　１２３４", "order 1234", "full-width letters"),
    ("طلب رقم ١٢٣٤٥", "طلب رقم 12345", "digits of other scripts"),
    ("4111\u200d1111", "41111111", "joiners between digits"),
    ("👩\u200d💻 ok", "👩\u200d💻 ok", "joiners inside emoji"),
    ("555\u20111234", "555-1234", "hyphens of all kinds"),
    ("a" + "\u0301" * 50, "á" + "\u0301" * 3, "piles of accents"),
    ("broken \ud800 half", "broken \ufffd half", "half a character"),
    ("I am [PERSON_1]", "I am (PERSON_1)", "placeholders typed by hand"),
    ("I <3 it, a < b, <your name>", "I <3 it, a < b, <your name>", "brackets that are no tags"),
    ("\u200b\u200b \n", "", "nothing at all"),
)


@pytest.mark.parametrize(("raw", "expected", "why"), CLEANED, ids=[case[2] for case in CLEANED])
def test_chat_text_is_cleaned(raw: str, expected: str, why: str) -> None:
    assert clean_chat(raw) == expected


@pytest.mark.parametrize("raw", [case[0] for case in CLEANED])
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    once = clean_chat(raw)

    assert clean_chat(once) == once


def test_html_in_a_chat_is_read_not_kept() -> None:
    raw = "<p>Hello&nbsp;<b>there</b><br>order &lt;5&gt;</p><script>alert('x')</script><p>bye</p>"

    assert clean_chat(raw) == "Hello there\norder <5>\n\nbye"


def test_an_unclosed_comment_or_script_ends_the_text() -> None:
    assert clean_chat("<b>hi</b> <!-- never closed") == "hi"
    assert clean_chat("<b>hi</b> <script>var x = 1;") == "hi"


def test_clean_text_can_always_be_encoded() -> None:
    assert clean_chat("\udcff\ud83d ok").encode()
