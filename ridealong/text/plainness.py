"""Words that are never names, by language: frequent words of support requests and of grammar."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

_NO_WORDS: frozenset[str] = frozenset()


@cache
def plain_words() -> Mapping[str, frozenset[str]]:
    """Read once. The English ones are counted from training data, the others written by hand."""
    text = Path(__file__).with_name("plain_words.txt").read_text(encoding="utf-8")
    sections = (section.partition("]\n") for section in text.split("[")[1:])
    return {language: frozenset(words.split()) for language, _, words in sections}


def is_plain(word: str, language: str) -> bool:
    """Whether this word, however written, is no name; an unknown language is read as English."""
    # The small letter of a Turkish İ is two characters.
    return word.replace("İ", "i").lower().replace("’", "'") in words_of(language)


def words_of(language: str) -> frozenset[str]:
    """None, if the language has no list."""
    return plain_words().get("en" if language == "unknown" else language, _NO_WORDS)
