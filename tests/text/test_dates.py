"""Small words that name a month only with a capital, and halves of an hour."""

import pytest

from ridealong.text.masking import read_by_rules


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("en", "I may 2 times"), ("en", "mar 10 items"), ("unknown", "it may 3 or 4")),
        *(
            ("fr", "un des 12 articles"),
            ("it", "non arriva mai 2 volte"),
            ("de", "des 3. Artikels"),
        ),
        ("en", "you have 2 may I ask"),
    ],
)
def test_a_small_word_before_a_number_is_no_month(language: str, text: str) -> None:
    assert not read_by_rules(text, language).entities


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "May 2", "--05-02"),
        ("en", "since may 2", "--05-02"),
        ("en", "on 2 may", "--05-02"),
        ("en", "may 2nd", "--05-02"),
        ("en", "may 2, 2026", "2026-05-02"),
        ("en", "march 10", "--03-10"),
        ("en", "DEC 24", "--12-24"),
        ("fr", "le 2 mai", "--05-02"),
        ("es", "10 mar", "--03-10"),
    ],
)
def test_a_month_is_told_by_its_capital_its_year_or_what_leads_to_it(
    language: str, text: str, value: str
) -> None:
    (found,) = read_by_rules(text, language).entities

    assert found.value == value


@pytest.mark.parametrize("text", ["half an hour", "half a year", "one and a half hours"])
def test_half_an_hour_is_not_an_hour(text: str) -> None:
    assert not read_by_rules(text, "en").entities


def test_a_number_word_with_a_turkish_capital_is_read() -> None:
    (found,) = read_by_rules("İki hafta bekledim", "tr").entities

    assert found.value == "P2W"
