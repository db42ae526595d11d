"""Puts mistyped words right before an encoder reads them: a noisy channel over known words.

What people meant is the word that is both frequent and near (Kernighan, Church and Gale, 1990).
Near words are looked up by what is left when letters are deleted on both sides (Garbe, SymSpell,
2012), which needs no list of edits.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import combinations
from math import log
from pathlib import Path

# A bare word with its punctuation between spaces: no address, number, placeholder or compound.
BARE_WORD = re.compile(r"(?<!\S)[(\"']*(?P<word>[A-Za-z]{3,24})[.,!?;:)\"']*(?!\S)")
# Too short to be put right, but words by which English is known.
LITTLE_WORD = re.compile(
    r"(?<!\S)(?:i|to|my|is|it|be|by|at|on|of|up|us|if|or|as|go|do)[.,!?;:]*(?!\S)", re.IGNORECASE
)
ENDS_SENTENCE = (".", "!", "?", ":", "\n")
# Two mistakes in five letters or fewer leave too little of a word to know it by.
LETTERS_FOR_TWO = 6
COST_OF_MISTAKE = 4.0
COST_OF_FIRST_LETTER = 1.0
# Where most words are unknown the text is in another language, and none of it is touched.
FEWEST_FOREIGN = 3
SHARE_FOREIGN = 0.8
MOST_REPAIRS = 64
# The list of frequent words holds mistakes that are frequent, and not how people write in a chat.
MISTAKES = frozenset({"abut", "costumer", "oder", "pleas"})
CHAT_WORDS = frozenset(
    {
        "abt",
        "btw",
        "cuz",
        "idk",
        "imo",
        "lol",
        "msg",
        "omg",
        "pls",
        "plz",
        "pmt",
        "ppl",
        "thnx",
        "thx",
        "tmrw",
        "txt",
        "wats",
        "wth",
        "ty",
        "ur",
    }
)
MOST_CHARS = 16_384


class SpellingUnreadable(ValueError):
    """A word list is not lines of a word and a count."""


class Spelling:
    """Knows words, and for those it does not know the likeliest one it does."""

    def __init__(self, counts: Mapping[str, int], known: Iterable[str]) -> None:
        """`counts`: words that may be meant, with how often; `known`: words never touched."""
        self._counts = dict(counts)
        self._known = frozenset(known) | frozenset(counts)
        near: dict[str, list[str]] = {}
        for word in sorted(counts):
            for rest in shortened(word, mistakes_in(word)):
                near.setdefault(rest, []).append(word)
        # Most have one entry: a tuple takes half the room of a list.
        self._near = {rest: tuple(words) for rest, words in near.items()}

    def repair(self, text: str) -> str:
        """The text with its mistyped words put right; everything else as it was."""
        words = list(BARE_WORD.finditer(text, 0, MOST_CHARS))
        unknown = [found for found in words if found["word"].lower() not in self._known]
        count = len(words) + len(LITTLE_WORD.findall(text, 0, MOST_CHARS))
        if len(unknown) >= FEWEST_FOREIGN and len(unknown) > SHARE_FOREIGN * count:
            return text
        shouts = text.isupper()
        repaired: list[str] = []
        done = 0
        for found in unknown[:MOST_REPAIRS]:
            word = found["word"]
            plain = shouts or is_plain(word, text, found.start())
            meant = self.meant_by(word.lower()) if plain else None
            if meant is not None:
                repaired += [text[done : found.start("word")], dressed_as(word, meant)]
                done = found.end("word")
        return "".join([*repaired, text[done:]]) if repaired else text

    def meant_by(self, word: str) -> str | None:
        """The likeliest known word for an unknown one in small letters; none if none is near."""
        mistakes = mistakes_in(word)
        near = {each for rest in shortened(word, mistakes) for each in self._near.get(rest, ())}
        scored = [
            (log(self._counts[each]) - self._cost(word, each, distance), each)
            for each in sorted(near)
            if (distance := mistakes_between(word, each)) <= min(mistakes, mistakes_in(each))
        ]
        return max(scored)[1] if scored else None

    @staticmethod
    def _cost(word: str, meant: str, distance: int) -> float:
        other_start = COST_OF_FIRST_LETTER if word[0] != meant[0] else 0.0
        return COST_OF_MISTAKE * distance + other_start


def mistakes_in(word: str) -> int:
    """How many mistakes a word of this length may hold and still be known."""
    return 2 if len(word) >= LETTERS_FOR_TWO else 1


def shortened(word: str, most: int) -> Iterator[str]:
    """The word, and all that is left of it when up to `most` letters are deleted."""
    yield word
    for gone in range(1, most + 1):
        for kept in combinations(word, len(word) - gone):
            yield "".join(kept)


def mistakes_between(written: str, meant: str) -> int:
    """Letters dropped, added, changed or swapped with a neighbour (optimal string alignment)."""
    earlier: list[int] = []
    above = list(range(len(meant) + 1))
    for row, letter in enumerate(written, start=1):
        line = [row]
        for column, other in enumerate(meant, start=1):
            best = min(above[column] + 1, line[-1] + 1, above[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == meant[column - 2] and written[row - 2] == other:
                best = min(best, earlier[column - 2] + 1)
            line.append(best)
        earlier, above = above, line
    return above[-1]


def is_plain(word: str, text: str, start: int) -> bool:
    """Whether it is written small, or big only because a sentence begins: names are left alone."""
    if word.islower():
        return True
    said_before = text[:start].rstrip(" ")[-1:]
    starts_sentence = not said_before or said_before in ENDS_SENTENCE
    return starts_sentence and word[1:].islower()


def dressed_as(word: str, meant: str) -> str:
    """In capitals as the word it stands for."""
    if word.isupper():
        return meant.upper()
    return meant.capitalize() if word[0].isupper() else meant


def read_spelling(path: Path) -> Spelling:
    """From a file of lines `word count`, beside the English words that every model knows."""
    return Spelling(dict(read_counts(path)), english_words())


def read_counts(path: Path) -> Iterator[tuple[str, int]]:
    """The lines of a word list."""
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _, count = line.partition(" ")
        if not (word.isascii() and word.islower() and count.isdecimal() and int(count)):
            raise SpellingUnreadable(f"{path.name} is not lines of a word and its count")
        yield word, int(count)


@cache
def english_words() -> frozenset[str]:
    """Sixty thousand frequent words, so that none of them is taken for a mistake."""
    frequent = (files(__package__) / "english_words.txt").read_text("utf-8").split()
    return (frozenset(frequent) | CHAT_WORDS) - MISTAKES
