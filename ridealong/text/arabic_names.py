"""Arabic names: no capital tells them, so known first names and the form of what follows do."""

import re
from collections.abc import Iterator

from ridealong.text.placeholders import PersonalKind
from ridealong.text.spans import PersonalSpan, spelled_span
from ridealong.text.word_lists import sections

_WORD = re.compile(r"[\u0621-\u065f]+")
_MOST_WORDS = 5
_JOINS = frozenset((" ", ": ", " : "))
# Families are called after a place, a tribe or a trade: "of Shammar", "of Baghdad".
_FAMILY = re.compile(r"ال[\u0621-\u065f]{2,12}(?:ي|ى|ية|اوي|اني)")


def find_arabic_names(text: str) -> Iterator[PersonalSpan]:
    """A first name with another beside it, or after a cue; "I am happy" is a first name, too."""
    words = list(_WORD.finditer(text))
    done = 0
    for place, word in enumerate(words):
        if word.start() < done:
            continue
        end = _end_of_name(text, words, place)
        if end is not None:
            yield spelled_span(text, word.start(), end, PersonalKind.PERSON)
            done = end


def _end_of_name(text: str, words: list[re.Match[str]], place: int) -> int | None:
    first = words[place][0]
    listed = sections("arabic_names.txt")
    is_led = first in listed["leads"]
    if not (is_led or first in listed["given"] or first in listed["given, and a word"]):
        return None
    last = place
    while last - place < _MOST_WORDS and _goes_on(text, words, last):
        last += 1
    if last - place > int(is_led):
        return words[last].end()
    is_cued = place > 0 and words[place - 1][0] in listed["cues"] and _is_joined(text, words, place)
    return words[last].end() if is_cued and first in listed["given"] else None


def _goes_on(text: str, words: list[re.Match[str]], place: int) -> bool:
    """Whether the next word is a part of the name, too."""
    if place + 1 == len(words):
        return False
    here, following = words[place], words[place + 1]
    is_beside = text[here.end() : following.start()] == " "
    return is_beside and _is_name(following[0], here[0])


def _is_joined(text: str, words: list[re.Match[str]], place: int) -> bool:
    return text[words[place - 1].end() : words[place].start()] in _JOINS


def _is_name(word: str, before: str) -> bool:
    listed = sections("arabic_names.txt")
    if before in listed["leads"]:
        return True
    is_known = any(word in listed[name] for name in ("given", "given, and a word", "leads"))
    return is_known or _FAMILY.fullmatch(word) is not None
