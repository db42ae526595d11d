"""Counts the words that customers use, for mistyped ones to be put right."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from ridealong.learning.corpus import Corpus
from ridealong.text.spelling import english_words

WORD = re.compile(r"(?<![^\s(\"'])[a-z]{3,24}(?![^\s.,!?;:)\"])")
LEAST_OFTEN = 3
# What is no English word is a name of the trade (sepa, topup) if it is often written, else a slip.
LEAST_OFTEN_UNKNOWN = 12


def count_words(corpus: Corpus) -> dict[str, int]:
    """Words that may be meant, with how often they were written, in alphabetical order."""
    counts = Counter(
        word
        for part in corpus.packs.values()
        for text in part.texts
        for word in WORD.findall(text.lower())
    )
    english = english_words()
    return {
        word: count
        for word, count in sorted(counts.items())
        if count >= (LEAST_OFTEN if word in english else LEAST_OFTEN_UNKNOWN)
    }


def write_words(counts: Mapping[str, int], path: Path) -> None:
    """One word and its count a line."""
    path.write_text("".join(f"{word} {count}\n" for word, count in counts.items()))
