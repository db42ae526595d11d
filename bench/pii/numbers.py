"""Invented numbers of many countries, right by their check digits, written as people write them."""

import string
from collections.abc import Callable
from random import Random
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType
from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from bench.pii.halves import Half

# Country, then how many digits (n) and letters (a) its account numbers have, in order.
_IBANS: Final = {
    Half.DEV: ("DE18n", "GB4a14n", "FR23n", "NL4a10n", "ES20n", "CH17n", "TR22n"),
    Half.TEST: ("AT16n", "IE4a14n", "IT1a22n", "BE12n", "PL24n", "PT21n", "DE18n", "NO11n"),
}
# Leading digits, then the length.
_CARDS: Final = {
    Half.DEV: ("4/16", "51/16", "34/15", "6011/16", "2221/16"),
    Half.TEST: ("4/16", "55/16", "37/15", "36/14", "6759/16", "2720/16"),
}
_REGIONS: Final = {
    Half.DEV: "en:US,GB,IN,AU de:DE,AT fr:FR,CA es:ES it:IT nl:NL tr:TR zh:CN ru:RU ar:EG",
    Half.TEST: "en:US,GB,IE,ZA de:DE,CH fr:FR,BE es:ES,MX it:IT nl:NL,BE tr:TR zh:CN ru:RU ar:SA",
}
_ABROAD: Final = {
    Half.DEV: ("PL", "JP", "DK", "DE", "US"),
    Half.TEST: ("SE", "BR", "KR", "PT", "CH"),
}


def card(half: Half, random: Random) -> str:
    """A card number that passes Luhn, in one of the usual groupings."""
    prefix, _, length = random.choice(_CARDS[half]).partition("/")
    body = prefix + _digits(int(length) - len(prefix) - 1, random)
    digits = body + luhn.calc_check_digit(body)
    if len(digits) == 16:
        mark = random.choice(["", " ", "-", ".", " "])
        return mark.join(digits[place : place + 4] for place in range(0, 16, 4))
    mark = random.choice(["", " ", "-"])
    return mark.join([digits[:4], digits[4:10], digits[10:]])


def iban(half: Half, random: Random) -> str:
    """An account number that passes mod 97: in groups, in one piece, small, with dashes."""
    plan = random.choice(_IBANS[half])
    country, rest = plan[:2], plan[2:]
    account, count = "", ""
    for character in rest:
        if character.isdigit():
            count += character
            continue
        letters = "".join(random.choice(string.ascii_uppercase) for _ in range(int(count)))
        account += letters if character == "a" else _digits(int(count), random)
        count = ""
    whole = country + mod_97_10.calc_check_digits(account + country) + account
    groups = [whole[place : place + 4] for place in range(0, len(whole), 4)]
    forms = [whole, " ".join(groups), whole.lower(), " ".join(groups).lower(), "-".join(groups)]
    return random.choice(forms)


def phone(half: Half, language: str, random: Random) -> str:
    """A valid number: at home in a country of this language, or with its country code."""
    regions = dict(row.split(":") for row in _REGIONS[half].split())
    if random.random() < 0.25 or language not in regions:
        return _international(_number(random.choice(_ABROAD[half]), random), random)
    number = _number(random.choice(regions[language].split(",")), random)
    spell = random.choice([_international, _national, _national])
    return spell(number, random)


def _number(region: str, random: Random) -> phonenumbers.PhoneNumber:
    kind = random.choice([PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE])
    example = phonenumbers.example_number_for_type(region, kind)
    if example is None:
        raise LookupError(f"the library knows no number of {region}")
    while True:
        head = str(example.national_number)[:-4]
        # Leading zeros of Italian numbers are kept in a field of their own.
        number = phonenumbers.PhoneNumber()
        number.merge_from(example)
        number.national_number = int(head + _digits(4, random))
        if phonenumbers.is_valid_number(number):
            return number


def _international(number: phonenumbers.PhoneNumber, random: Random) -> str:
    spaced = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    code, _, rest = spaced.partition(" ")
    forms: list[Callable[[], str]] = [
        lambda: spaced,
        lambda: spaced.replace(" ", ""),
        lambda: spaced.replace("+", "00").replace(" ", "-"),
        lambda: f"{code} (0){rest}" if number.country_code in (44, 49, 41, 43, 46) else spaced,
        lambda: f"({code}) {rest}",
        lambda: spaced.replace(" ", "."),
    ]
    return random.choice(forms)()


def _national(number: phonenumbers.PhoneNumber, random: Random) -> str:
    spaced = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    digits = "".join(character for character in spaced if character.isdigit())
    pairs = " ".join(digits[place : place + 2] for place in range(0, len(digits), 2))
    forms = [spaced, digits, spaced.replace(" ", "."), spaced.replace(" ", "-"), pairs]
    return random.choice(forms)


def _digits(count: int, random: Random) -> str:
    return "".join(random.choice(string.digits) for _ in range(count))
