"""Sums with a thousand or a million beside them."""

import time

import pytest

from ridealong.text.amounts import find_amounts
from ridealong.text.masking import read_by_rules

SUMS = (
    ("en", "$5M", "5000000", "USD"),
    ("en", "$5 million", "5000000", "USD"),
    ("en", "$5m", "5000000", "USD"),
    ("en", "$2.5bn", "2500000000", "USD"),
    ("en", "$1 billion", "1000000000", "USD"),
    ("en", "2.5k EUR", "2500", "EUR"),
    ("en", "0.1k EUR", "100", "EUR"),
    ("en", "$1.125 million", "1125000", "USD"),
    ("en", "$1,125 million", "1125000000", "USD"),
    ("en", "$5 mil", "5000000", "USD"),
    ("en", "5 thousand dollars", "5000", "USD"),
    ("en", "₹5 lakh", "500000", "INR"),
    ("en", "$999999999999 billion", "999999999999000000000", "USD"),
    ("de", "3 Tsd. Euro", "3000", "EUR"),
    ("de", "1,5 Mio. €", "1500000", "EUR"),
    ("de", "1,125 Mio. €", "1125000", "EUR"),
    ("de", "2 Milliarden Euro", "2000000000", "EUR"),
    ("de", "1 Billion Euro", "1000000000000", "EUR"),
    ("es", "5 mil euros", "5000", "EUR"),
    ("es", "2 mil millones de euros", "2000000000", "EUR"),
    ("fr", "2 mille euros", "2000", "EUR"),
    ("fr", "5 k€", "5000", "EUR"),
    ("fr", "5 M€", "5000000", "EUR"),
    ("fr", "5 millions d'euros", "5000000", "EUR"),
    ("it", "5 mila euro", "5000", "EUR"),
    ("it", "5 milioni di euro", "5000000", "EUR"),
    ("nl", "1,5 miljoen euro", "1500000", "EUR"),
    ("pt", "R$ 5 mil", "5000", "BRL"),
    ("pt", "2 milhões de reais", "2000000", "BRL"),
    ("tr", "5 bin TL", "5000", "TRY"),
    ("pl", "5 tys. zł", "5000", "PLN"),
    ("ru", "5 тыс. руб", "5000", "RUB"),
    ("da", "2 mia. kr", "2000000000", "DKK"),
    ("id", "rp 5 jt", "5000000", "IDR"),
    ("sr", "2 hiljade dinara", "2000", "RSD"),
    ("ja", "5万円", "50000", "JPY"),
    ("zh", "3亿元", "300000000", "CNY"),
    ("ko", "5만원", "50000", "KRW"),
    ("th", "5 ล้านบาท", "5000000", "THB"),
    ("ar", "5 آلاف ريال", "5000", "SAR"),
)
NAMED = (
    ("en", "₹1,50,000", "150000", "INR"),
    ("en", "INR 2,50,000", "250000", "INR"),
    ("en", "1,25,00,000.50 INR", "12500000.50", "INR"),
    ("en", "$1,500 MXN", "1500", "MXN"),
    ("en", "$49.99 CAD", "49.99", "CAD"),
    ("en", "AUD $120.50", "120.50", "AUD"),
    ("fr", "50 $ CA", "50", "CAD"),
    ("es", "$1.500 pesos", "1500", None),
    ("en", "$20 USD", "20", "USD"),
    ("ja", "1万5千円", "15000", "JPY"),
    ("ja", "3万2000円", "32000", "JPY"),
    ("ko", "1만5천원", "15000", "KRW"),
    ("ko", "1억 2천만원", "120000000", "KRW"),
    ("zh", "2万5千元", "25000", "CNY"),
    ("fr", "12 € 50", "12.50", "EUR"),
    ("fr", "12€50", "12.50", "EUR"),
    ("pl", "1299 zł 50 gr", "1299.50", "PLN"),
    ("de", "€ 50", "50", "EUR"),
)
APART: tuple[tuple[str, str, list[str]], ...] = (
    ("en", "I bought 2 €50 vouchers", ["€50"]),
    ("de", "30 € 20 Tage später", ["30 €"]),
    ("fr", "12,50 € 30 fois", ["12,50 €"]),
    ("en", "$50 try again", ["$50"]),
    ("fr", "50 $ ca marche", ["50 $"]),
    ("en", "₹1,50,0000", []),
)
NOT_MULTIPLIED: tuple[tuple[str, str, list[tuple[str, str]]], ...] = (
    ("en", "$5 more", [("$5", "5")]),
    ("en", "$5 m", [("$5", "5")]),
    ("en", "$5mm", [("$5", "5")]),
    ("en", "€5 kg", [("€5", "5")]),
    ("en", "5 m EUR 20", [("EUR 20", "20")]),
    ("en", "$5 Mila", [("$5", "5")]),
    ("de", "EUR 5 bin ich los", [("EUR 5", "5")]),
    ("en", "5 m, 5 kg, order 5k, 5 million", []),
    ("unknown", "$5 mil", []),
    ("unknown", "5 mil euros", []),
)


@pytest.mark.parametrize(("language", "text", "value", "currency"), SUMS)
def test_a_magnitude_multiplies_exactly(
    language: str, text: str, value: str, currency: str
) -> None:
    (amount,) = read_by_rules(f"({text})", language).entities

    assert (amount.start, amount.end) == (1, 1 + len(text))
    assert (amount.value, amount.currency) == (value, currency)


@pytest.mark.parametrize(("language", "text", "value", "currency"), NAMED)
def test_a_sum_is_read_as_it_is_written_where_it_was_paid(
    language: str, text: str, value: str, currency: str | None
) -> None:
    (amount,) = read_by_rules(f"({text})", language).entities

    assert (amount.start, amount.end) == (1, 1 + len(text))
    assert (amount.value, amount.currency) == (value, currency)


@pytest.mark.parametrize(("language", "text", "expected"), APART)
def test_what_stands_beside_a_sum_is_no_part_of_it(
    language: str, text: str, expected: list[str]
) -> None:
    found = read_by_rules(text, language).entities

    spelled = [text[one.start : one.end] for one in found if one.kind == "amount"]
    assert sorted(spelled) == sorted(expected)


@pytest.mark.parametrize(("language", "text", "expected"), NOT_MULTIPLIED)
def test_what_is_no_magnitude_multiplies_nothing(
    language: str, text: str, expected: list[tuple[str, str]]
) -> None:
    entities = read_by_rules(text, language).entities
    found = [(text[one.start : one.end], one.value) for one in entities if one.kind == "amount"]

    assert found == expected


@pytest.mark.parametrize("language", ["en", "de", "es", "ja", "unknown"])
@pytest.mark.parametrize(
    "piece",
    ["$5 million ", "5 mil ", "5 mil mil ", "1 000 ", "$1k", "9", "1万", "1万 ", "1,50,", "1 € 5"],
)
def test_a_long_text_takes_less_than_a_second(language: str, piece: str) -> None:
    text = piece * (50_000 // len(piece))

    started = time.process_time()
    list(find_amounts(text, language))

    assert time.process_time() - started < 1
