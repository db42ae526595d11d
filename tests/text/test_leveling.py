"""Long numbers are read alike, shouting as talk; amounts, dates and parts of words stay."""

import time

import pytest

from ridealong.text.leveling import ANY_NUMBER, calm_down, is_shouted, level_numbers


@pytest.mark.parametrize("number", ["4471", "12345", "113542617735902"])
def test_every_long_number_is_read_as_the_same(number: str) -> None:
    assert level_numbers(f"where is order {number}?") == f"where is order {ANY_NUMBER}?"


def test_a_number_inside_an_unspaced_text_is_read_alike_too() -> None:
    assert level_numbers("我的订单4471在哪里") == f"我的订单{ANY_NUMBER}在哪里"


@pytest.mark.parametrize(
    "text",
    [
        *("I paid 1000 EUR", "I paid €1000", "1000.50 was charged", "1000% sure", "on 2024-05-12"),
        *("order 471", "ab1234", "[PERSON_1]", "a@1234.example", "", "10,000 people"),
    ],
)
def test_what_is_no_plain_long_number_stays(text: str) -> None:
    assert level_numbers(text) == text


def test_a_megabyte_of_digits_takes_linear_time() -> None:
    started = time.process_time()
    level_numbers("1" * 500_000 + "1234 " * 100_000)

    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "text", ["WHERE IS IT", "WO IST MEIN PAKET 12?", "ГДЕ МОЙ ЗАКАЗ", "HELP ME NOW pls"]
)
def test_capitals_are_shouting(text: str) -> None:
    assert is_shouted(text)


@pytest.mark.parametrize(
    "text", ["", "OK", "Where Is It", "[PERSON_1] [ADDRESS_1] hm", "我的订单", "A-1"]
)
def test_what_has_no_or_few_capitals_is_not(text: str) -> None:
    assert not is_shouted(text)


def test_shouting_is_read_in_small_letters_of_its_language() -> None:
    assert calm_down("WO IST MEIN PAKET", "de") == "wo ist mein paket"
    assert calm_down("SİPARİŞİM NEREDE, KARTIM", "tr") == "siparişim nerede, kartım"
    assert calm_down("İPTAL", "unknown") == "iptal"
