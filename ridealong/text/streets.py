"""Streets by their own words, in the order of eight countries: what the tagger overlooks."""

import re
from collections.abc import Iterator
from typing import Final

from ridealong.text.plainness import is_plain

_WORD: Final = r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?"
_NUMBER: Final = r"\d{1,5}(?:[-/]\d{1,4}){0,2} ?(?:[a-z](?!\w)|bis(?!\w)|ter(?!\w))?"
_LINK: Final = r"(?:(?:de la|de l'|de|des|du|del|della|dei|degli|di|d') ?)?"
_ENGLISH: Final = (
    r"street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|close|terrace|boulevard|blvd|square|sq"
    r"|crescent|gardens|grove|highway|hwy|parkway|pkwy"
)
_PATTERNS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\w.,-])\d{{1,5}}[a-z]?(?:[-/]\d{{1,4}})?,? (?P<name>(?:{_WORD} ){{1,3}})"
        rf"(?:{_ENGLISH})(?![\w'’])",
        r"(?<![^\W_])(?P<name>[^\W\d_]{3,}(?:straße|strasse|str\.|weg|platz|allee|gasse|damm|ufer"
        rf"|straat|laan|gracht|plein|kade|dreef)) {_NUMBER}",
        rf"(?<![\w.,-]){_NUMBER},? (?:rue|avenue|av\.|boulevard|bd|place|chemin|allée|impasse"
        rf"|quai|route) {_LINK}(?P<name>{_WORD}(?:[ -]{_WORD}){{0,2}}?)(?=[,.\n]| \d|\Z)",
        rf"(?<![^\W_])(?:calle|c/|avenida|avda\.?|av\.|paseo|plaza|carrer|camino|via|viale|piazza"
        rf"|corso|vicolo|rua|ulica|ul\.) ?{_LINK}(?P<name>{_WORD}(?: {_WORD}){{0,3}}?),?"
        rf" (?:n[º°o.]{{1,2}} ?)?{_NUMBER}",
        rf"(?<![^\W_])(?P<name>(?:{_WORD} ){{1,2}})(?:mah(?:allesi|\.)|cad(?:desi|\.)"
        r"|so(?:kağı|kak|k\.)|sk\.|bul(?:varı|v\.))"
        r"(?:[ ,]{1,2}(?:no ?[:.]? ?)?\d{1,4}(?:/\d{1,3})?)?",
    )
)


def find_streets(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Places of streets with their house numbers; "5 minutes drive" is made of plain words.

    Written with a capital they may name a street: "calle Mayor 5".
    """
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            words = re.findall(r"[^\W\d_]+", match["name"])
            if not any(is_plain(word, language) and not word.istitle() for word in words):
                yield match.span()
