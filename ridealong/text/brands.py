"""Brands that are called like people: `two Calvin Klein shirts`, `la borsa Elisabetta Franchi`.

What stands beside the name tells, since nobody says whose shirts they are without an `of` or an
apostrophe; the best known are listed.
"""

import re
from typing import Final

from ridealong.text.products import is_goods
from ridealong.text.word_lists import sections

_LISTS: Final = sections("brands.txt")
_ARTICLES: Final = frozenset(("the", "some", "any", "these", "those", "two", "three"))
_ROMANCE: Final = frozenset(("es", "fr", "it", "pt"))
_NEXT: Final = re.compile(r"(?P<owns>['’]s)? (?P<word>[^\W\d_]{2,20})(?![\w-])")
_BEFORE: Final = re.compile(r"([^\W_]{1,20}) \Z")
_LAST: Final = re.compile(r" ([^\W\d_]{2,20})\Z")
_LOOKS_BACK: Final = 24
_FEWEST_WORDS: Final = 2


def is_brand(text: str, start: int, end: int, language: str) -> bool:
    """Whether what the tagger takes for a person is rather the maker of something."""
    spelled = text[start:end].lower().replace("’", "'")
    if spelled in _LISTS["brands"]:
        return True
    if (last := _LAST.search(spelled)) and _is_made(last[1]) and not text[start:end].islower():
        return spelled.count(" ") >= _FEWEST_WORDS
    found = _BEFORE.search(text, max(0, start - _LOOKS_BACK), start)
    before = found[1].lower() if found else ""
    if language in _ROMANCE and " " in spelled and _is_made(before):
        return True
    after = _NEXT.match(text, end)
    if after is None or not _is_made(after["word"].lower()):
        return False
    if after["owns"]:
        return before in _ARTICLES
    return " " in spelled and (not text[:start].strip() or before in _LISTS["before a brand"])


def _is_made(word: str) -> bool:
    return word in _LISTS["goods"] or is_goods(word)
