"""The words of a text for the search by words, in each language that articles are written in."""

import re
import unicodedata
from collections.abc import Iterable

from bm25s import stopwords

WORD = re.compile(r"[^\W_]{2,}")
COMMON_ENGLISH = """
an and are as at be been by can could did do does for from get had has have he her his how if in
is it its just me my no not of on or our please she so than that the their them then there they
this to up us was we were what when where which who why will with would you your
"""


def plain(text: str) -> str:
    """Lower case, without accents: people leave them out, and write ss for ß."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def stop_words(words: Iterable[str]) -> frozenset[str]:
    """Written as `plain` writes the words of a text."""
    return frozenset(map(plain, words))


STOP_WORDS = {
    "en": stop_words(COMMON_ENGLISH.split()),
    "de": stop_words(stopwords.STOPWORDS_GERMAN),
    "es": stop_words(stopwords.STOPWORDS_SPANISH),
}
# Languages whose plurals end in s.
PLURALS_IN_S = frozenset({"en", "es"})


def split_words(text: str, language: str = "en") -> list[str]:
    """Without the commonest words of the language; plurals in s fall together with the singular."""
    common = STOP_WORDS.get(language, frozenset())
    words = [word for word in WORD.findall(plain(text)) if word not in common]
    return [_singular(word) for word in words] if language in PLURALS_IN_S else words


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
