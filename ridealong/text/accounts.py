"""Card and bank account numbers.

Checksums decide, words nearby help where a customer mistyped one.
"""

import re
from collections.abc import Callable, Iterator

from stdnum import ean, luhn
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

from ridealong.text.placeholders import PersonalKind
from ridealong.text.spans import PersonalSpan

_GROUPS = re.compile(r"(?<![A-Za-z0-9])[0-9]+(?:[ \n.\-–/]{1,2}[0-9]+)*")
# Where a checksum decides, more may stand between the digits, and a word may touch them.
_LOOSE_GROUPS = re.compile(r"(?<![0-9])[0-9]+(?:(?:[ \n.\-–/]{1,2}|[,_])[0-9]+)*")
_GROUP = re.compile(r"[0-9]+")
_TOUCHING_WORD = re.compile(r"[^\W\d_]{1,30}\Z")
_LISTED_SHAPE = re.compile(
    r"[0-9]{4}([,_])[0-9]{4}\1[0-9]{4}\1[0-9]{4}|3[47][0-9]{2}([,_])[0-9]{6}\2[0-9]{5}"
)
_CARD_WORD = re.compile(
    r"card|karte|carte|tarjeta|carta|cartão|kaart|karta|kart|карт|visa|mastercard|amex"
    r"|カード|卡|카드|บัตร|بطاقة",
    re.IGNORECASE,
)
_CARD_SHAPE = re.compile(
    r"[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}|3[47][0-9]{2}([ -])[0-9]{6}\2[0-9]{5}"
)
# No card of today has thirteen digits, but most things sold and many orders have.
_CARD_LENGTHS = range(14, 20)
_ISSUERS = frozenset("23456")
_WORD_DISTANCE = 30
_BARCODE_LENGTH = 13

_COUNTRIES = """
AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28
EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26
IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28
NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25
SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30
"""
_IBAN_LENGTHS = {country[:2]: int(country[2:]) for country in _COUNTRIES.split()}
_IBAN_START = re.compile(
    r"(?:(?<![A-Z0-9])|(?<=iban))[A-Z]{2}[ .-]?[0-9][ .-]?[0-9](?=[ .\-A-Z0-9])", re.IGNORECASE
)
_IBAN_WORD = re.compile(r"iban", re.IGNORECASE)
_LONGEST_SPACED_IBAN = 75
# Any 97th text has the check digits of an IBAN; one that is oddly spelled must hold a number too.
_DIGITS_OF_AN_IBAN = 10


Judge = Callable[[str, int, str, str], bool]


def find_cards(text: str) -> Iterator[PersonalSpan]:
    """Numbers of a card's length that pass Luhn, whatever a customer calls them."""
    return _find_cards(text, _LOOSE_GROUPS, _has_checksum)


def find_likely_cards(text: str) -> Iterator[PersonalSpan]:
    """Mistyped cards: called a card, or written like one.

    Order numbers must be out of the text by now.
    """
    return _find_cards(text, _GROUPS, _looks_like_card)


def _find_cards(text: str, runs: re.Pattern[str], is_card: Judge) -> Iterator[PersonalSpan]:
    for run in runs.finditer(text):
        if run.end() - run.start() >= _CARD_LENGTHS.start:
            yield from _cards_in(text, run, is_card)


def _cards_in(text: str, run: re.Match[str], is_card: Judge) -> Iterator[PersonalSpan]:
    groups = [
        (match.start(), match.end()) for match in _GROUP.finditer(text, run.start(), run.end())
    ]
    first = 0
    while first < len(groups):
        length = _card_length(text, groups[first : first + 8], is_card)
        if not length:
            first += 1
            continue
        start, end = groups[first][0], groups[first + length - 1][1]
        yield PersonalSpan(start, end, PersonalKind.CARD, _digits(text[start:end]))
        first += length


def _card_length(text: str, groups: list[tuple[int, int]], is_card: Judge) -> int:
    """How many of these groups of digits make a card number; the longest that holds wins."""
    start = groups[0][0]
    for count in range(len(groups), 0, -1):
        spelled = text[start : groups[count - 1][1]]
        digits = _digits(spelled)
        if len(digits) in _CARD_LENGTHS and is_card(text, start, spelled, digits):
            return count
    return 0


def is_barcode(digits: str) -> bool:
    """Whether these digits in one piece are an article's number (GTIN-13, its check digit too)."""
    return len(digits) == _BARCODE_LENGTH and bool(ean.is_valid(digits))


def _has_checksum(text: str, start: int, spelled: str, digits: str) -> bool:
    touching = _TOUCHING_WORD.search(text, max(0, start - _WORD_DISTANCE), start)
    if touching and not _CARD_WORD.search(touching[0]):
        return False
    # Numbers with a comma between them are rather several numbers.
    if not {",", "_"}.isdisjoint(spelled) and not _LISTED_SHAPE.fullmatch(spelled):
        return False
    return digits[0] in _ISSUERS and luhn.is_valid(digits) and len(set(digits)) > 1


def _looks_like_card(text: str, start: int, spelled: str, digits: str) -> bool:
    if _CARD_WORD.search(text, max(0, start - _WORD_DISTANCE), start):
        return True
    return digits[0] in _ISSUERS and _CARD_SHAPE.fullmatch(spelled) is not None


def find_ibans(text: str) -> Iterator[PersonalSpan]:
    """Numbers of a country's length with the right check digits.

    Mistyped ones where the word IBAN stands before.
    """
    taken = 0
    for match in _IBAN_START.finditer(text):
        if match.start() < taken:
            continue
        length = _IBAN_LENGTHS.get(match[0][:2].upper())
        end = _end_of_iban(text, match.start(), length) if length else None
        if end is not None and _is_iban(text, match.start(), end):
            taken = end
            value = re.sub(r"[ \n.-]", "", text[match.start() : end]).upper()
            yield PersonalSpan(match.start(), end, PersonalKind.IBAN, value)


def _end_of_iban(text: str, start: int, length: int) -> int | None:
    seen = 0
    for place in range(start, min(len(text), start + _LONGEST_SPACED_IBAN)):
        character = text[place]
        if character.isascii() and character.isalnum():
            seen += 1
            if seen == length:
                return None if text[place + 1 : place + 2].isdigit() else place + 1
        elif character not in " .-\n":
            return None
    return None


def _is_iban(text: str, start: int, end: int) -> bool:
    spelled = text[start:end]
    value = re.sub(r"[ \n.-]", "", spelled).upper()
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    if "." in spelled or any(character.isascii() and character.isalpha() for character in around):
        return len(_digits(value)) >= _DIGITS_OF_AN_IBAN and _has_check_digits(value)
    is_named = _IBAN_WORD.search(text, max(0, start - _WORD_DISTANCE), start) is not None
    return is_named or _has_check_digits(value)


def _has_check_digits(value: str) -> bool:
    try:
        mod_97_10.validate(value[4:] + value[:4])
    except ValidationError:
        return False
    return True


def _digits(spelled: str) -> str:
    return "".join(character for character in spelled if character.isdigit())
