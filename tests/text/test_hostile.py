"""A megabyte of anything is read in less than a second: nothing here is quadratic."""

import time
from datetime import date

import pytest

from ridealong.text.cleaning import clean_chat, clean_mail
from ridealong.text.language import LanguageReader
from ridealong.text.masking import all_personal, mask, read_by_rules
from ridealong.text.segments import pick_segments
from ridealong.text.suspicion import PlainWords
from ridealong.text.traits import describe
from tests.text.masks import table

MEGABYTE = 1_000_000
REPEATED = (
    *("a", "A ", "9", "9 ", "9-", "9.", "1234 ", "(1", "+1", "-", "@", "a@b", "a at b dot "),
    *("www.", "a.", "1:", "iban DE89 ", "card 4111 1111", "pin ", "account 1-", "my name is a "),
    *("Hi A ", "Mr ", "I am A and ", "Hi A de ", "my wife, ", "ผมชื่อ", "Thanks, A ", "A here "),
    *("a dot ", "9,", "9_", "card9", "DE89.", "ibande8", "0a:", "0a-", "a @ b . com . "),
    *("password: a", "eyJ", "sk_", "sk_a", "0x", "aB3", "bc1q", "eyJaaaaaaaaa."),
    *("my code is a ", "密码", "pin 1a ", "a arroba ", "a punto ", "@@", "a点", "路1号1室", "a市"),
    *("京都府", "市1-", "ул. а ", "شارع ال ", "A lane, B ", "The A House, ", "a cad. ", "hotel A "),
    *(
        "contract number ",
        "户名:李",
        "build 1.",
        "أنا محمد ",
        "J. ",
        "t.n.v. ",
        "it should read A ",
    ),
    *("order ", "order number ", "item a-", "€1.", "mar 1", "\n", "> ", "On 1.1.2020 a wrote\n"),
    *("$5 million ", "5 mil mil ", "last ", "next week ", "in 3 days ", "hace un mes que "),
    *("From: a\nSent: b\n", "\nThanks,", "\n\n" + "_" * 20, "Disclaimer: ", "<", "<!--", "<div>"),
    *("&amp;", "[PERSON_1]", "why?", "Ã¶", "\x81\x82", "\u0301\u0327", "４", "🙂\u200d", "\ud800"),
)
# What a run must not be tried from, mark by mark: no blank follows it.
ENDLESS = tuple(
    f"a{mark * MEGABYTE}x" for mark in ("!", "?", ".", "…", "。", "!?", ". .", "-", ";")
)


@pytest.mark.parametrize("hostile", ENDLESS, ids=lambda text: text[:4])
def test_a_run_that_nothing_ends_is_read_as_fast_as_any_text(
    plain_words: PlainWords, hostile: str
) -> None:
    started = time.process_time()
    text = clean_chat(hostile)
    for read in (text, hostile[:6_000] + "x"):
        pick_segments(read, 8)
        describe(read)
        plain_words.suspicious_ranges(read_by_rules(read, "en"), "en")
    took_s = time.process_time() - started

    assert took_s < 1


@pytest.mark.parametrize("piece", REPEATED)
def test_hostile_text_takes_less_than_a_second(
    languages: LanguageReader, plain_words: PlainWords, piece: str
) -> None:
    hostile = piece * (MEGABYTE // len(piece))

    started = time.process_time()
    text = clean_mail(hostile)
    reading = read_by_rules(text, languages.read(text).code, date(2026, 11, 25))
    plain_words.suspicious_ranges(reading, "en")
    mask(reading, all_personal(reading, ()), table().name)
    describe(text)
    took_s = time.process_time() - started

    assert len(text) <= 6_000
    assert took_s < 1
