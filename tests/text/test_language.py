"""The language of short requests, and `unknown` where there is none."""

import pytest

from ridealong.text.language import SUPPORTED, UNKNOWN, LanguageReader
from tests.text.fresh_requests import FRESH_REQUESTS
from tests.text.short_requests import MIXED, OTHER_LANGUAGES, SHORT_REQUESTS, UNREADABLE


def test_every_supported_language_has_requests() -> None:
    assert set(SHORT_REQUESTS) == set(SUPPORTED)


def test_short_requests_are_recognised(languages: LanguageReader) -> None:
    pairs = [(code, text) for code, texts in SHORT_REQUESTS.items() for text in texts]
    wrong = [pair for pair in pairs if languages.read(pair[1]).code != pair[0]]

    assert len(wrong) / len(pairs) <= 0.015


def test_a_wrong_language_is_worse_than_none(languages: LanguageReader) -> None:
    pairs = [(code, text) for code, texts in SHORT_REQUESTS.items() for text in texts]
    taken_for_another = [
        pair for pair in pairs if languages.read(pair[1]).code not in (pair[0], UNKNOWN)
    ]

    assert taken_for_another == []


@pytest.mark.parametrize("text", [*UNREADABLE, *OTHER_LANGUAGES, *MIXED])
def test_what_is_short_mixed_or_foreign_is_unknown(languages: LanguageReader, text: str) -> None:
    assert languages.read(text).code == UNKNOWN


def test_numbers_addresses_and_placeholders_do_not_count(languages: LanguageReader) -> None:
    text = "Wo ist mein Paket? order@shop.example.com https://shop.example/my-orders [PERSON_1]"

    assert languages.read(text).code == "de"


def test_one_word_of_an_unmistakable_script_is_enough(languages: LanguageReader) -> None:
    assert [languages.read(word).code for word in ("환불", "返金", "คืน", "です")] == [
        "ko",
        "zh",
        "th",
        "ja",
    ]


def test_requests_that_nothing_was_tuned_on_are_recognised(languages: LanguageReader) -> None:
    read = [
        (code, languages.read(text).code)
        for code, texts in FRESH_REQUESTS.items()
        for text in texts
    ]
    wrong = [pair for pair in read if pair[1] not in (pair[0], UNKNOWN)]

    assert set(FRESH_REQUESTS) == set(SUPPORTED)
    assert sum(code == found for code, found in read) / len(read) >= 0.96
    assert len(wrong) / len(read) <= 0.01


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("我的订单4471在哪里", "zh"),
        ("注文4471はどこですか", "ja"),
        ("คำสั่งซื้อ4471อยู่ที่ไหน", "th"),
        ("주문4471은어디에있나요", "ko"),
    ],
)
def test_a_number_inside_an_unspaced_text_hides_nothing(
    languages: LanguageReader, text: str, code: str
) -> None:
    assert languages.read(text).code == code


def test_a_pasted_blob_does_not_drown_the_words(languages: LanguageReader) -> None:
    assert languages.read("iVBORw0KGgoAAAANSUhEUgAAAAUA" * 20 + " wo ist mein Paket?").code == "de"
    assert languages.read("a" * 900 + " where is my order?").code == "en"
