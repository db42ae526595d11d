"""Sums of money as people write them; the value is a plain decimal, the currency an ISO code."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from ridealong.text.entities import EntityKind, FoundEntity
from ridealong.text.magnitudes import LARGER_PARTS, magnitudes_of

_SYMBOLS_BY_CODE = """
EUR €
GBP £
USD $ us$
AUD a$
CAD c$
JPY ¥ 円
CNY 元
KRW ₩ 원
TRY ₺
RUB ₽
PLN zł zl
THB ฿
IDR rp
BRL r$
DKK kr kr.
CHF fr.
INR ₹
"""
_WORDS_BY_CODE = """
EUR euros? евро ユーロ 欧元 يورو
USD dollars? dólares dollari bucks?
GBP pounds? quid
CHF franken francs?
JPY yen
CNY yuan
TRY lira tl
PLN złot\\w{1,3}
RUB руб(?:л\\w{1,2}|\\.)?
IDR rupiah
BRL reais
DKK kroner
RSD dinara?
THB บาท
SAR ريال
"""
_ALL_CODES = """
AED AUD BRL CAD CHF CNY CZK DKK EGP EUR GBP IDR INR JPY KRW MXN NOK PLN RSD RUB SAR SEK THB TRY USD
"""


def _read_table(table: str) -> dict[str, str]:
    rows = (line.split() for line in table.strip().splitlines())
    return {name: code for code, *names in rows for name in names}


_SYMBOLS = _read_table(_SYMBOLS_BY_CODE)
_WORDS = _read_table(_WORDS_BY_CODE)
_CODES = _ALL_CODES.split()
# In India two digits stand between the marks above a thousand: `1,50,000`.
_NUMBER = (
    r"(?P<number>\d{1,2}(?:,\d{2}){1,4},\d{3}(?!\d)(?:\.\d{1,2})?"
    r"|\d{1,3}(?:[.,' ]\d{3}){1,4}(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,3})?)"
)
_SYMBOL = "|".join(sorted(map(re.escape, _SYMBOLS), key=len, reverse=True))
_CODE = "|".join(_CODES)
# Whose dollar a bare `$` is may stand on either side of it; whose peso, no table knows.
_OWNERS = r"USD|CAD|AUD|MXN|NZD|SGD|HKD|ARS|CLP|(?-i:COP|CA|US)|pesos?"
_OWNED = rf"(?(dollar)(?: ?(?P<owner>{_OWNERS})(?![^\W\d_]| ?\d))?)"
_CURRENCY_OF_OWNER = {"CA": "CAD", "US": "USD", "PESO": None, "PESOS": None}
_UNIT_AFTER = (
    rf"(?P<unit>(?:{_CODE}|{'|'.join(_WORDS)}|zł|zl|kr\.?|fr\.)(?![^\W\d_])"
    rf"|(?P<dollar>\$)|[€£¥円元₩원₺₽฿₹]){_OWNED}"
)
# `1299 zł 50 gr`, `it was 12 € 50.`, `12€50 each`; but not `30 € 20 days later`.
_CENTS = (
    r"(?: ?(?P<cents>\d{2})(?: ?(?:gr|groszy|grosze|cents?|centimes?|ct)(?![^\W\d_])"
    r"|(?![.,]?\d)(?= ?(?:[.,;:!?)\n]|\Z))|(?<=[€£$]\d\d)(?![\w%]|[.,]\d)))?"
)
# What parts the decimals where three digits follow: `$1.125 million`, `1,125 Mio. €`.
_LANGUAGES_BY_MARK = {
    ".": ("en", "zh", "ja", "ko", "th"),
    ",": ("de", "fr", "it", "nl", "pt", "pl", "tr", "ru", "da", "id", "sr"),
}
_DECIMAL_MARKS = {code: mark for mark, codes in _LANGUAGES_BY_MARK.items() for code in codes}
_WORD_PATTERNS = [(re.compile(pattern, re.IGNORECASE), code) for pattern, code in _WORDS.items()]


def find_amounts(text: str, language: str) -> Iterator[FoundEntity]:
    """Amounts that name their currency; a bare number is none."""
    if not any(character.isdigit() for character in text):
        return
    for pattern in _patterns(language):
        for match in pattern.finditer(text):
            yield _amount(match, language)


@lru_cache(maxsize=64)
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The unit before, and the unit after. `$5 mil` is a million in English and five thousand
    in Spanish: where the language is not known, it is not read.
    """
    magnitude = magnitudes_of(language).pattern
    before = (
        rf"(?<![\w$])(?:(?P<payer>{_OWNERS}) ?(?=\$))?"
        # `12 € 50` has its unit behind the number, `2 €50 vouchers` has not.
        rf"(?:(?<!\d )|(?=(?:{_SYMBOL})\d))(?P<unit>(?P<dollar>\$)|{_SYMBOL}|{_CODE}) ?{_NUMBER}"
        rf"(?P<magnitude>{magnitude})?(?!,?\d|%| ?mil(?![^\W\d_])){_OWNED}"
    )
    after = (
        rf"(?<![A-Za-z0-9.,-])(?P<larger>{LARGER_PARTS})?{_NUMBER}(?:,-|,--|\.-)?"
        rf"(?:(?P<magnitude>{magnitude}| k| (?-i:M))(?: d[ei](?= )| d['’])?)?"
        rf" ?{_UNIT_AFTER}{_CENTS}"
    )
    return re.compile(before, re.IGNORECASE), re.compile(after, re.IGNORECASE)


def _amount(match: re.Match[str], language: str) -> FoundEntity:
    parts, end = match.groupdict(), match.end()
    value = _value(parts["number"], parts["magnitude"], language)
    if larger := parts.get("larger"):
        value = format(magnitudes_of(language).sum_up(larger) + Decimal(value), "f")
    if cents := parts.get("cents"):
        is_whole = value.isdecimal() and not parts["magnitude"]
        value, end = (f"{value}.{cents}", end) if is_whole else (value, match.end("unit"))
    owner = parts.get("payer") or parts["owner"]
    currency = _currency_of(owner) if owner else _currency(parts["unit"], language)
    return FoundEntity(EntityKind.AMOUNT, match.start(), end, value, currency)


def _currency_of(owner: str) -> str | None:
    return _CURRENCY_OF_OWNER.get(owner.upper(), owner.upper())


def _value(number: str, magnitude: str | None, language: str) -> str:
    if magnitude is None:
        return normal_number(number)
    mark = _DECIMAL_MARKS.get(language)
    is_decimal = mark is not None and re.fullmatch(rf"\d+\{mark}\d{{3}}", number) is not None
    plain = number.replace(",", ".") if is_decimal else normal_number(number)
    return magnitudes_of(language).times(plain, magnitude)


def normal_number(number: str) -> str:
    """`1.299,00` and `1,299.00` are both 1299.00.

    The last mark parts the decimals, unless three digits follow it.
    """
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
