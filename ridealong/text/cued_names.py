"""Names beside the words with which people greet, introduce themselves and sign.

The tagger overlooks many of them; here a cue and a capital tell. Who writes all small, or shouts,
is left to the tagger, except in a greeting and in a signature.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ridealong.text.cues import Cue, cue_of, is_german, is_particle, may_be_called, may_end_cue
from ridealong.text.placeholders import PersonalKind
from ridealong.text.spans import PersonalSpan, spelled_span

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MOST_WORDS_OF_A_CUE = 4
_MOST_WORDS_OF_A_NAME = 5
_AFTER_A_TITLE = frozenset((" ", ". ", "."))

_ON_ONE_LINE = re.compile(r"\.? | ?: |\.: ?")
_SET_OFF = re.compile(r",? ?|: | \(")
_ENDS_CLAUSE = re.compile(
    r" ?(?:[,.!;)\n¿¡(–]|\Z)| -|"
    r" (?:and|but|from|with|here|speaking|again|who|i|i['’]m|i['’]ve|my|und|aus|aber|ich|mein|meine"
    r"|et|mais|je|mon|ma|y|e|ed|pero|de|mi|ma|io|il|la|en|maar|van|ik|mijn|da|do|meu|minha|mas|ve|ama"
    r"|i|ale|z|moje|og|men|fra|jeg|min|mit|dan|tapi|dari|hai|и|но|из|а)\b",
    re.IGNORECASE,
)
_ENDS_GREETING = re.compile(
    r" ?(?:[,.!?:;)\n–]|\Z)| -| (?:and|und|et|y|e|en|og|i|ve|dan|и|here|hier|her)\b"
)
# A number that is blanked out stands for a word.
_ENDS_LINE = re.compile(r"[^\w\n\0]*(?:\n|\Z)")
_MET = re.compile(
    r" (?:gesprochen|telefoniert|geschrieben|gechattet|gesproken|gebeld|gechat|gemaild)\b"
)
_ANYTHING = re.compile("")


@dataclass(frozen=True, slots=True)
class _Frame:
    """What may stand between a cue and its name, and what must follow the name."""

    before: re.Pattern[str]
    after: re.Pattern[str]


_FRAMES = {
    Cue.PRESENTS: _Frame(_ON_ONE_LINE, _ENDS_CLAUSE),
    Cue.PRESENTS_FIRST: _Frame(_ON_ONE_LINE, _ENDS_CLAUSE),
    Cue.POINTS: _Frame(_ON_ONE_LINE, _ENDS_CLAUSE),
    Cue.GREETS: _Frame(re.compile(r",? "), _ENDS_GREETING),
    Cue.SIGNS: _Frame(re.compile(r",? | ?[-–] |[,.!:–-]{0,3} ?\n{1,2}"), _ENDS_LINE),
    Cue.SIGNS_APART: _Frame(re.compile(r", |[,.!:–-]{0,3} ?\n{1,2}"), _ENDS_LINE),
    Cue.IS_KIN: _Frame(_SET_OFF, _ANYTHING),
    Cue.MET: _Frame(_ON_ONE_LINE, _ANYTHING),
    Cue.MET_BEFORE: _Frame(_ON_ONE_LINE, _MET),
    Cue.OWNS: _Frame(_ON_ONE_LINE, _ANYTHING),
    Cue.READS: _Frame(_ON_ONE_LINE, _ENDS_CLAUSE),
}
# After a title or an initial every word is a name: no language calls it plain.
_ANY = ""
# What shouts or Writes Like This tells names by their place alone.
_PLACES_OF_NAMES = frozenset((Cue.GREETS, Cue.SIGNS, Cue.SIGNS_APART))
_HERE = {
    word: re.compile(
        rf" {word}(?= ?(?:[,.!;:\n–-]|\Z)| (?:again|from|with|and|aus|von|van|uit|fra|igen)\b)",
        re.IGNORECASE,
    )
    for word in ("here", "hier", "her")
}
_HERE_BY_LANGUAGE = {"de": "hier", "nl": "hier", "da": "her"}


def find_cued_names(text: str, language: str) -> Iterator[PersonalSpan]:
    """A few look-ups for every capital: linear in the text."""
    words = _Words(text, list(_WORD.finditer(text)), language)
    done = 0
    for place, word in enumerate(words.found):
        if word.start() < done or not word[0][0].isupper() or words.is_title(place):
            continue
        end = words.end_of_cued_name(place) or words.end_of_name_before_here(place)
        if end is not None:
            yield spelled_span(text, word.start(), end, PersonalKind.PERSON)
            done = end


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text, and what stands between them."""

    text: str
    found: list[re.Match[str]]
    language: str

    def is_title(self, place: int) -> bool:
        return cue_of(self.found[place][0].lower(), self.language) is Cue.IS_TITLE

    def end_of_cued_name(self, place: int) -> int | None:
        """Where the name ends that begins here, if a cue stands before it."""
        for after in dict.fromkeys((self._first_title(place), place)):
            if not after or not may_end_cue(self.found[after - 1][0].replace("’", "'")):
                continue
            for first in range(max(0, after - _MOST_WORDS_OF_A_CUE), after):
                if end := self._end_after_cue(first, after, place):
                    return end
        return None

    def _end_after_cue(self, first: int, after: int, place: int) -> int | None:
        """The same for one cue, with the titles between it and the name left out."""
        phrase = self._phrase(first, after)
        cue = cue_of(phrase, self.language)
        if cue is Cue.MET_BEFORE and phrase == "met" and self._opens(first):
            cue = Cue.READS
        frame = _FRAMES.get(cue) if cue else None
        if cue is None or frame is None or not frame.before.fullmatch(self._gap(after)):
            return None
        if cue is Cue.PRESENTS_FIRST and not self._opens(first):
            return None
        if cue not in _PLACES_OF_NAMES and not self._tells_by_capital(first, after, place):
            return None
        language = "de" if is_german(phrase) else self.language
        end = self._end_of_name(place, _ANY if after < place else language)
        if (
            cue is Cue.READS
            and end is not None
            and " " not in self.text[self.found[place].start() : end]
        ):
            return None
        return end if end is not None and frame.after.match(self.text, end) else None

    def end_of_name_before_here(self, place: int) -> int | None:
        """`Olusegun here, where is my order?`"""
        end = self._end_of_name(place, self.language) if self._opens(place) else None
        here = _HERE[_HERE_BY_LANGUAGE.get(self.language, "here")]
        return end if end is not None and here.match(self.text, end) else None

    def _first_title(self, place: int) -> int:
        while place and self.is_title(place - 1) and self._gap(place) in _AFTER_A_TITLE:
            place -= 1
        return place

    def _gap(self, place: int) -> str:
        """What stands before this word, up to the one before it."""
        end = self.found[place - 1].end() if place else 0
        return self.text[end : self.found[place].start()]

    def _phrase(self, first: int, after: int) -> str:
        start, end = self.found[first].start(), self.found[after - 1].end()
        return self.text[start:end].lower().replace("’", "'")

    def _opens(self, place: int) -> bool:
        """Whether a clause begins with this word, or only a greeting stands before it."""
        if place == 0 or self._gap(place).strip(" ") or "\n" in self._gap(place):
            return True
        return cue_of(self.found[place - 1][0].lower(), self.language) is Cue.GREETS

    def _tells_by_capital(self, first: int, after: int, place: int) -> bool:
        """Not so where all is shouted or Written Like This."""
        cue_words = [word[0] for word in self.found[first:after]]
        if any(len(word) > 1 and word.isupper() for word in (*cue_words, self.found[place][0])):
            return False
        is_title_case = any(word[0].isupper() for word in cue_words[1:])
        return not is_title_case or is_german(self._phrase(first, after))

    def _end_of_name(self, place: int, language: str) -> int | None:
        """After the last word of the name; what may be nobody's name is none."""
        end = None
        for following in range(place, min(place + _MOST_WORDS_OF_A_NAME, len(self.found))):
            word = self.found[following][0]
            if following > place and not self._is_joined(following):
                break
            if self._is_initial(following):
                language = _ANY
                continue
            if is_particle(word) and following > place:
                continue
            if not (word[0].isupper() and may_be_called(word, language)):
                break
            end = self.found[following].end()
        return end

    def _is_joined(self, place: int) -> bool:
        """Whether this word goes on with the name of which the one before it is a part."""
        gap = self._gap(place)
        return gap == " " or (gap in _AFTER_A_TITLE and self._is_initial(place - 1))

    def _is_initial(self, place: int) -> bool:
        word = self.found[place]
        after = self.text[word.end() : word.end() + 1]
        return len(word[0]) == 1 and word[0].isupper() and after == "."
