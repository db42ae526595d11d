"""Support messages whose personal data is known, and messages that only look as if they had any."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final

from bench.pii import numbers
from bench.pii.halves import Half, read_half
from ridealong.text.placeholders import PersonalKind
from ridealong.text.spans import PersonalSpan

FILLS: Final = 8
_SEEDS: Final = {Half.DEV: 20_251_101, Half.TEST: 20_251_102}
_SLOT: Final = re.compile(r"\{([a-z]+)\}")
# Many customers write all small, some shout.
_SPELLINGS: Final = ([str] * 7) + [str.lower, str.lower, str.upper]
_TITLE: Final = re.compile(r"(?:mrs?|dr|prof)\. ", re.IGNORECASE)
_KINDS: Final = {"passport": PersonalKind.ID, "ssn": PersonalKind.ID}


@dataclass(frozen=True)
class Case:
    """A message, its language, and every place that must not stay readable."""

    language: str
    text: str
    spans: tuple[PersonalSpan, ...]


def personal_cases(half: Half) -> Iterator[Case]:
    """Every template, filled several times; the same ones on every run."""
    random = Random(_SEEDS[half])
    for language, template in read_half("templates.txt", half):
        for _ in range(FILLS):
            yield _fill(half, language, template, random)


def lookalikes(half: Half) -> list[Case]:
    """Order numbers, prices, dates, versions, products, brands, cities: nothing to hide."""
    return [Case(language, text, ()) for language, text in read_half("lookalikes.txt", half)]


def _fill(half: Half, language: str, template: str, random: Random) -> Case:
    spell = random.choice(_SPELLINGS)
    text, spans, position = "", [], 0
    for slot in _SLOT.finditer(template):
        text += spell(template[position : slot.start()])
        value = spell(_value(half, language, slot[1], random))
        kind = _KINDS.get(slot[1]) or PersonalKind(slot[1].upper())
        title = _TITLE.match(value)
        start = len(text) + (title.end() if title else 0)
        spans.append(PersonalSpan(start, len(text) + len(value), kind, value))
        text += value
        position = slot.end()
    return Case(language, text + spell(template[position:]), tuple(spans))


def _value(half: Half, language: str, slot: str, random: Random) -> str:
    if slot == "card":
        return numbers.card(half, random)
    if slot == "iban":
        return numbers.iban(half, random)
    if slot == "phone":
        return numbers.phone(half, language, random)
    listed = _listed(half)
    return random.choice(listed.get(f"{slot} {language}") or listed[f"{slot} *"])


@cache
def _listed(half: Half) -> dict[str, list[str]]:
    listed: dict[str, list[str]] = {}
    for key, value in read_half("values.txt", half):
        listed.setdefault(key, []).append(value)
    return listed
