"""Numbers that describe how a text is written, not what it says."""

import re
from dataclasses import dataclass

import regex

from ridealong.text.contacts import find_urls

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# A run is tried once, as a whole, and not from each of its marks.
_SENTENCE_END = re.compile(r"(?<![.!?…。！？])[.!?…。！？]++(?=\s|$)|(?<=[。！？])(?=\S)|\n+")
_EMOJI = regex.compile(
    r"\p{Emoji_Presentation}(?:\p{Emoji_Modifier})?(?:\u200d\p{Extended_Pictographic}\ufe0f?)*"
    r"|\p{Extended_Pictographic}\ufe0f"
)


@dataclass(frozen=True, slots=True)
class Traits:
    """Counts, and the share of letters that are capitals."""

    characters: int
    words: int
    sentences: int
    exclamation_marks: int
    question_marks: int
    upper_case_share: float
    digits: int
    urls: int
    emoji: int


def describe(text: str) -> Traits:
    """Taken from the clean text before masking: placeholders would shout."""
    letters = sum(character.isalpha() for character in text)
    capitals = sum(character.isupper() for character in text)
    return Traits(
        characters=len(text),
        words=len(_WORD.findall(text)),
        sentences=sum(1 for part in _SENTENCE_END.split(text) if part.strip()),
        exclamation_marks=text.count("!"),
        question_marks=sum(text.count(mark) for mark in "?¿؟") - text.count("¿"),
        upper_case_share=capitals / letters if letters else 0.0,
        digits=sum(character.isdigit() for character in text),
        urls=len(list(find_urls(text))) if "." in text or "/" in text else 0,
        emoji=0 if text.isascii() else len(_EMOJI.findall(text)),
    )
