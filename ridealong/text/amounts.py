"""Sums of money as people write them; the value is a plain decimal, the currency an ISO code."""

import re
from collections.abc import Iterator
from functools import lru_cache

from ridealong.text.entities import EntityKind, FoundEntity
from ridealong.text.magnitudes import magnitudes_of

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
_NUMBER = r"(?P<number>\d{1,3}(?:[.,' ]\d{3}){1,4}(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,3})?)"
_SYMBOL = "|".join(sorted(map(re.escape, _SYMBOLS), key=len, reverse=True))
_CODE = "|".join(_CODES)
_UNIT_AFTER = (
    rf"(?P<unit>(?:{_CODE}|{'|'.join(_WORDS)}|zł|zl|kr\.?|fr\.)(?![^\W\d_])|[€£$¥円元₩원₺₽฿₹])"
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
            value = _value(match["number"], match["magnitude"], language)
            currency = _currency(match["unit"], language)
            yield FoundEntity(EntityKind.AMOUNT, match.start(), match.end(), value, currency)


@lru_cache(maxsize=64)
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The unit before, and the unit after. `$5 mil` is a million in English and five thousand
    in Spanish: where the language is not known, it is not read.
    """
    magnitude = magnitudes_of(language).pattern
    before = (
        rf"(?<![\w$])(?P<unit>{_SYMBOL}|{_CODE}) ?{_NUMBER}(?P<magnitude>{magnitude})?"
        r"(?![\d%]| ?mil(?![^\W\d_]))"
    )
    after = (
        rf"(?<![A-Za-z0-9.,-]){_NUMBER}(?:,-|,--|\.-)?"
        rf"(?:(?P<magnitude>{magnitude}| k| (?-i:M))(?: d[ei](?= )| d['’])?)? ?{_UNIT_AFTER}"
    )
    return re.compile(before, re.IGNORECASE), re.compile(after, re.IGNORECASE)


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
