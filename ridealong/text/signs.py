"""What a list of words says about a text: a code for it, and how much it weighs."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final

_GAP: Final = r"(?:\s\S{1,30}){1,4}?"


@dataclass(frozen=True)
class Sign:
    """Words of one kind in the supported languages, and how much they say about urgency."""

    reason: str
    weight: float
    pattern: re.Pattern[str]


def sign(reason: str, weight: float, *languages: str, unspaced: str = "", shapes: str = "") -> Sign:
    """Whole words or word starts (`*`), parted by commas; ` … ` stands for one to four words.

    `unspaced`: the same in scripts where words are not told apart; `shapes`: what no list holds.
    """
    words = {word.strip() for language in languages for word in language.split(",")}
    spellings = [rf"\b(?:{_by_first_letter(words)})\b"]
    spellings += [rf"\b(?:{shapes})\b"] if shapes else []
    spellings += [re.escape(word.strip()) for word in unspaced.split(",") if word.strip()]
    return Sign(reason, weight, re.compile("|".join(spellings)))


def _by_first_letter(words: Iterable[str]) -> str:
    """Most words of a text begin with a letter that few of these have: they cost one look."""
    groups = groupby(sorted(words), key=lambda word: word[0])
    return "|".join(f"{first}(?:{'|'.join(map(_rest, group))})" for first, group in groups)


def _rest(word: str) -> str:
    return re.escape(word[1:]).replace(r"\ …\ ", rf"{_GAP}\s").replace(r"\*", r"\w*")
