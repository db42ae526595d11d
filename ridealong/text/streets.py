"""Streets by their own words, in the order of eight countries: what the tagger overlooks."""

import re
from collections.abc import Iterator
from typing import Final

from ridealong.text.plainness import is_plain
from ridealong.text.unspaced_addresses import find_unspaced_addresses

_WORD: Final = r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?"
_NUMBER: Final = r"\d{1,5}(?:[-/]\d{1,4}){0,2} ?(?:[a-z](?!\w)|bis(?!\w)|ter(?!\w))?"
_LINK: Final = r"(?:(?:de la|de l'|de|des|du|del|della|dei|degli|di|da|do|dos|das|d') ?)?"
_ENGLISH: Final = (
    r"street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|close|terrace|boulevard|blvd|square|sq"
    r"|crescent|gardens|grove|highway|hwy|parkway|pkwy"
)
_POSTCODE: Final = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}(?!\w)"
_TURKISH: Final = r"(?:mah(?:allesi|\.)|cad(?:desi|\.)|so(?:kağı|kak|k\.)|sk\.|bul(?:varı|v\.))"
_RUSSIAN: Final = (
    r"ул(?:ица|ице|ицу|\.)|просп(?:ект|\.)|пр(?:-т|-д|\.)|пер(?:еулок|\.)|наб(?:ережная|\.)|ш(?:оссе|\.)"
    r"|б(?:-р|ульвар)|площадь|пл\."
)
_RUSSIAN_HOUSE: Final = (
    r"(?:(?:д\.?|дом) ?)?\d{1,4}(?:-\d{1,4})?[а-я]?(?:/\d{1,4})?"
    r"(?:,? (?:корп(?:ус|\.)?|к\.?|стр(?:оение|\.)?|кв(?:артира|\.)?|оф(?:ис|\.)?|под(?:ъезд|\.)?"
    r"|эт(?:аж|\.)?) ?\d{1,4}){0,4}"
)
_ARABIC: Final = r"(?!(?:لا|لم|لن|ولم|ولا|في|من|إلى)\b)[\u0621-\u064a]{2,20}"
_ARABIC_UNIT: Final = (
    r"(?:مبنى|المبنى|عمارة|بناية|برج|رقم|شقة|الشقة|دور|الدور|طابق|الطابق|بلوك|منزل|فيلا|وحدة|غرفة)"
)
_ARABIC_TOWN: Final = (
    r"(?:الرياض|جدة|مكة|الدمام|الخبر|القاهرة|الجيزة|الإسكندرية|دبي|أبوظبي|أبو ظبي|الشارقة"
    r"|الكويت|الدوحة|عمان|بيروت|بغداد|دمشق|الرباط|الدار البيضاء|تونس|الجزائر|المنامة|مسقط)"
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
        rf"(?<![^\W_])(?:calle|c/(?!o )|avenida|avda\.?|av\.|paseo|plaza|carrer|camino|via|viale"
        rf"|piazza|corso|vicolo|rua|ulica|ul\.) ?{_LINK}(?P<name>{_WORD}(?: {_WORD}){{0,3}}?),?"
        rf" (?:n[º°o.]{{1,2}} ?)?{_NUMBER}",
        rf"(?<![^\W_])(?P<name>(?:{_WORD} ){{1,2}}){_TURKISH}"
        rf"(?:,? (?:(?:{_WORD} ){{1,3}}|\d{{1,4}}\.? ?){_TURKISH}){{0,2}}"
        r"(?:[ ,]{1,2}(?:no ?[:.]? ?)?\d{1,4}(?:/\d{1,3})?)?",
        rf"(?<![^\W_])(?P<name>(?:{_WORD} ){{1,2}})(?:{_ENGLISH})[,\n]{{1,2}} ?"
        rf"(?:{_WORD}[, \n]{{1,2}}){{1,6}}{_POSTCODE}",
        r"(?<![^\W_])(?P<name>[^\W\d_]{2,}(?:gade|vej|allé|gatan|vägen|stræde|veien|gata)) "
        rf"{_NUMBER}",
        rf"(?<![^\W_])(?:г\. ?[а-яё-]{{2,20}}, )?(?:{_RUSSIAN}) ?"
        rf"(?P<name>{_WORD}(?: {_WORD}){{0,2}}?),? {_RUSSIAN_HOUSE}(?!\w)",
        rf"(?<![^\W_])(?P<name>{_WORD}) (?:{_RUSSIAN}),? {_RUSSIAN_HOUSE}(?!\w)",
        rf"(?<!\w)(?:(?:{_ARABIC_TOWN}|(?:حي|مدينة|منطقة) {_ARABIC}(?: {_ARABIC})?)[،,] ){{0,3}}"
        rf"(?:شارع|طريق) "
        rf"(?P<name>{_ARABIC}(?: {_ARABIC}){{0,2}}?)(?:[،,]? (?:{_ARABIC_UNIT} )?\d{{1,4}}){{1,5}}"
        rf"(?:[،,] {_ARABIC}(?: {_ARABIC}){{0,2}}?(?: \d{{5}}(?!\d)|(?=[.،,\n]|\Z)))?",
        rf"(?<![\w.])\d{{1,4}} شارع (?P<name>{_ARABIC}(?: {_ARABIC}){{0,2}}?)[،,] "
        rf"{_ARABIC_TOWN}(?!\w)",
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
    yield from find_unspaced_addresses(text)
