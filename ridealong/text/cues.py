"""Words beside which people write a name, and words that stand there without being one."""

import re
from enum import StrEnum
from functools import cache

from ridealong.text.plainness import is_plain
from ridealong.text.word_lists import sections


class Cue(StrEnum):
    """What a phrase does with the name beside it; the value is its section in name_cues.txt."""

    PRESENTS = "presents"
    PRESENTS_FIRST = "presents first"
    POINTS = "points"
    GREETS = "greets"
    SIGNS = "signs"
    SIGNS_APART = "signs apart"
    IS_KIN = "is kin"
    MET = "met"
    MET_BEFORE = "met before"
    OWNS = "owns"
    READS = "reads"
    IS_TITLE = "is a title"


_PARTS = re.compile(r"[ ./]+")
# These are other words in other languages.
_LANGUAGE_OF = {
    **dict.fromkeys(("saya", "aku", "ini", "dengan"), "id"),
    "met": "nl",
    "m": "fr",
    "ben": "tr",
    "im": "en",
    "sono": "it",
    "habla": "es",
    "tu": "pl",
    "mit": "de",
}


@cache
def _phrases() -> dict[str, Cue]:
    listed = sections("name_cues.txt")
    return {phrase: cue for cue in Cue for phrase in listed[cue]}


@cache
def _cue_words() -> frozenset[str]:
    return frozenset(word for phrase in _phrases() for word in phrase.split())


@cache
def _last_words() -> frozenset[str]:
    return frozenset(_PARTS.split(phrase)[-1] for phrase in _phrases())


@cache
def _no_names(*names: str) -> frozenset[str]:
    """The words of these sections, or of all."""
    listed = sections("no_names.txt")
    chosen = [listed[name] for name in names or listed]
    return frozenset(word for lines in chosen for line in lines for word in line.split())


def cue_of(phrase: str, language: str) -> Cue | None:
    """What this phrase, in small letters, says of the name that comes next."""
    if _LANGUAGE_OF.get(phrase, language) != language:
        return None
    return _phrases().get(phrase)


def may_end_cue(word: str) -> bool:
    """Whether any phrase ends with this word: most words are done with here."""
    return word.lower() in _last_words()


def may_precede_name(word: str) -> bool:
    """Whether a name may follow this word directly, as it does a cue or a preposition."""
    small = word.lower()
    return small in _last_words() or small in sections("name_cues.txt")["prepositions"]


def is_particle(word: str) -> bool:
    """Whether this word is written small within a name."""
    return word in sections("name_cues.txt")["particles"]


def is_german(phrase: str) -> bool:
    """Whether a capital after this phrase tells nothing, because German nouns have one."""
    return not sections("name_cues.txt")["german"].isdisjoint(phrase.split())


def may_be_called(word: str, language: str) -> bool:
    """Whether somebody may have this name; a capital alone does not say so."""
    small = word.lower().replace("’", "'")
    if small in sections("name_cues.txt")["called so"]:
        return True
    if not _no_names().isdisjoint((small, *small.split("-"))):
        return False
    return len(word) > 1 and not is_plain(word, language)


def is_nobody(word: str) -> bool:
    """Whether people write this word of themselves, or to be kind, where others write a name."""
    return word.lower() in _no_names("states", "courtesies")


def is_beside_name(word: str, language: str) -> bool:
    """Whether this word is none of a name that stands beside it: `neighbour` before Li Wei."""
    small = word.lower()
    leads = small in _cue_words() and (word.islower() or _phrases().get(small) is Cue.IS_TITLE)
    return leads or (len(word) > 1 and not may_be_called(word, language))
