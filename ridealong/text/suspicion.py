"""Which parts of a text the tagger must see: all but sentences with neither name nor address.

A sentence is spared where every word is known as plain in the text's language: not a name, not part
of an address, in the spelling in which plain words are written. What is not known is suspicious,
and so is every sentence of a language without a list. The figures are in the README.md of
services/preprocessing.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator

from ridealong.text.masking import Reading
from ridealong.text.plainness import is_plain, plain_words
from ridealong.text.spans import blank_out

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+")
# A run of marks is tried once, as a whole, and not from each of them.
_SENTENCE = re.compile(r"[^\n]*?(?:(?<![.!?…])[.!?…]++(?=\s)|\n|\Z)")
# After these words comes a name, even one that is also a plain word ("my name is will").
_INTRODUCES = re.compile(
    r"\b(?:name|called|i am|i'm|this is|it's|here|dear|hi|hello|hey|regards|thanks|thank you"
    r"|cheers|best|love|mr|mrs|ms|signed|by|from|to|for|with|and)[,:.!]?[ \n]+(?:will|may)\b"
    r"|\b(?:name'?s?|dear|mr|mrs|ms|miss|signed|sincerely|regards|road|street|avenue|lane|drive)\b"
    r"|(?:^|\n)(?:will|may)\s*$",
    re.IGNORECASE,
)
_STARTS_SENTENCE = re.compile(r"(?:^|[.!?:;\n…\"¿¡(\-–—*•])[ \"'¿¡(\-–—*•]*$")
_LOOKS_BACK = 8
_SHOUTED = 2
# Words of one language that are names in another: written with a capital they are suspicious.
_NAMES_ELSEWHERE = frozenset(("will", "may", "dan", "mai", "son", "mia", "mark"))
# What a sentence before says about a name ("Ship to:", "Regards,") must be seen with it.
_LEADS_ON = re.compile(r"[:,;]\s*$")
_SHORT_SENTENCE = 40


class PlainWords:
    """What the tagger is spared. Reads its list once: make one and keep it."""

    def __init__(self) -> None:
        self._languages = frozenset(plain_words())

    def suspicious_ranges(self, reading: Reading, language: str) -> list[tuple[int, int]]:
        """Places `text[start:end]` for the tagger, in order, apart from each other."""
        if not any(character.isalpha() for character in reading.text):
            return []
        if language not in self._languages:
            return [(0, len(reading.text))]
        found = [(span.start, span.end) for span in reading.personal]
        found += [(entity.start, entity.end) for entity in reading.sure_entities]
        text = blank_out(reading.text, found).replace("’", "'")
        return list(_joined(text, _suspicious_sentences(text, language)))


def _suspicious_sentences(text: str, language: str) -> Iterator[tuple[int, int]]:
    """With the one before, where that leads on to it or is too short to be worth a cut."""
    announced = sorted(place for match in _INTRODUCES.finditer(text) for place in _edges(match))
    before: tuple[int, int] | None = None
    is_announced = False
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        was_announced, is_announced = is_announced, _any_within(announced, start, end)
        if was_announced or is_announced or _holds_unknown(text, start, end, language):
            yield (before[0] if before and _belongs(text, before) else start), end
        before = (start, end)


def _edges(match: re.Match[str]) -> tuple[int, int]:
    return match.start(), match.end() - 1


def _any_within(places: list[int], start: int, end: int) -> bool:
    first = bisect_left(places, start)
    return first < len(places) and places[first] < end


def _belongs(text: str, sentence: tuple[int, int]) -> bool:
    start, end = sentence
    return end - start <= _SHORT_SENTENCE or bool(_LEADS_ON.search(text, end - 3, end))


def _joined(text: str, ranges: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Neighbours as one range, without blanks at its ends."""
    current: tuple[int, int] | None = None
    for start, end in ranges:
        if current is not None and start <= current[1]:
            current = (current[0], max(current[1], end))
            continue
        if current is not None:
            yield _stripped(text, current)
        current = (start, end)
    if current is not None:
        yield _stripped(text, current)


def _stripped(text: str, place: tuple[int, int]) -> tuple[int, int]:
    part = text[place[0] : place[1]]
    return (
        place[0] + len(part) - len(part.lstrip()),
        place[1] - len(part) + len(part.rstrip()),
    )


def _holds_unknown(text: str, start: int, end: int, language: str) -> bool:
    words = _WORD.finditer(text, start, end)
    return any(_is_suspicious(text, word, language) for word in words)


def _is_suspicious(text: str, word: re.Match[str], language: str) -> bool:
    spelled = word[0]
    if not is_plain(spelled, language):
        return True
    if spelled.islower() or spelled == "I" or spelled.startswith("I'"):
        return False
    if spelled.isupper() and len(spelled) >= _SHOUTED:
        return False
    if language == "de":
        # German writes every noun with a capital.
        return spelled.lower() in _NAMES_ELSEWHERE
    before = text[max(0, word.start() - _LOOKS_BACK) : word.start()]
    return _STARTS_SENTENCE.search(before) is None
