"""Sums of money in the ways people write them; the value is a plain decimal, the currency an ISO 4217 code."""

import re
from collections.abc import Iterator

from ridealong.text.entities import EntityKind, FoundEntity

_SYMBOLS = {
    "€": "EUR", "£": "GBP", "$": "USD", "us$": "USD", "a$": "AUD", "c$": "CAD", "¥": "JPY", "円": "JPY", "元": "CNY", "₩": "KRW", "원": "KRW",
    "₺": "TRY", "₽": "RUB", "zł": "PLN", "zl": "PLN", "฿": "THB", "rp": "IDR", "r$": "BRL", "kr": "DKK", "kr.": "DKK", "fr.": "CHF", "₹": "INR",
}  # fmt: skip
_CODES = "EUR USD GBP CHF JPY CNY KRW TRY RUB PLN THB IDR BRL DKK SEK NOK RSD AUD CAD AED SAR EGP INR MXN CZK".split()
_WORDS = {
    "euros?": "EUR", "eur": "EUR", "dollars?": "USD", "dólares": "USD", "dollari": "USD", "bucks?": "USD", "pounds?": "GBP", "quid": "GBP",
    "franken": "CHF", "francs?": "CHF", "yen": "JPY", "yuan": "CNY", "lira": "TRY", "tl": "TRY", "złot\\w{1,3}": "PLN", "руб(?:л\\w{1,2}|\\.)?": "RUB",
    "rupiah": "IDR", "reais": "BRL", "kroner": "DKK", "dinara?": "RSD", "евро": "EUR", "ユーロ": "EUR", "欧元": "EUR", "บาท": "THB", "ريال": "SAR", "يورو": "EUR",
}  # fmt: skip
_NUMBER = r"(?P<number>\d{1,3}(?:[.,' ]\d{3}){1,4}(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,3})?)(?P<thousand>k(?![a-z]))?"
_SYMBOL = "|".join(sorted(map(re.escape, _SYMBOLS), key=len, reverse=True))
_CODE = "|".join(_CODES)
_BEFORE = re.compile(rf"(?<![\w$])(?P<unit>{_SYMBOL}|{_CODE}) ?{_NUMBER}(?![\d%])", re.IGNORECASE)
_AFTER = re.compile(
    rf"(?<![A-Za-z0-9.,-]){_NUMBER}(?:,-|,--|.-)? ?(?P<unit>(?:{_CODE}|{'|'.join(_WORDS)}|zł|zl|kr\.?|fr\.)(?![^\W\d_])|[€£$¥円元₩원₺₽฿₹])",
    re.IGNORECASE,
)
_WORD_PATTERNS = [(re.compile(pattern, re.IGNORECASE), code) for pattern, code in _WORDS.items()]


def find_amounts(text: str, language: str) -> Iterator[FoundEntity]:
    """Amounts that name their currency; a bare number is none."""
    if not any(character.isdigit() for character in text):
        return
    for pattern in (_BEFORE, _AFTER):
        for match in pattern.finditer(text):
            value = normal_number(match["number"])
            if match["thousand"]:
                value = _times_thousand(value)
            currency = _currency(match["unit"], language)
            yield FoundEntity(EntityKind.AMOUNT, match.start(), match.end(), value, currency)


def normal_number(number: str) -> str:
    """`1.299,00` and `1,299.00` are both 1299.00: the last mark parts the decimals unless three digits follow it."""
    marks = [place for place, character in enumerate(number) if character in ".,"]
    digits = re.sub(r"[.,' ]", "", number)
    if not marks:
        return digits.lstrip("0") or "0"
    decimals = len(number) - marks[-1] - 1
    is_thousands = decimals == 3 and (number[marks[-1]] == number[marks[0]])
    if is_thousands:
        return digits.lstrip("0") or "0"
    whole = number[: marks[-1]]
    return f"{re.sub('[^0-9]', '', whole).lstrip('0') or '0'}.{number[marks[-1] + 1 :]}"


def _times_thousand(value: str) -> str:
    whole, _, decimals = value.partition(".")
    return (whole + decimals[:3].ljust(3, "0")).lstrip("0") or "0"


def _currency(unit: str, language: str) -> str | None:
    unit = unit.lower()
    if unit == "¥" and language == "zh":
        return "CNY"
    if unit.startswith("kr") and language != "da":
        return None
    if unit in _SYMBOLS:
        return _SYMBOLS[unit]
    if unit.upper() in _CODES:
        return unit.upper()
    return next((code for pattern, code in _WORD_PATTERNS if pattern.fullmatch(unit)), None)
