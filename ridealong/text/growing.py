"""Grows what the tagger cut short: the rest of a name, the flat, the postcode and the town."""

import re
from collections.abc import Iterator

from ridealong.text.cues import is_particle
from ridealong.text.placeholders import PersonalKind
from ridealong.text.plainness import is_plain, words_of

_NAME_WORD = r"[^\W\d_]+(?:[-'’][^\W\d_]+)*"
_NEXT_WORD = re.compile(rf"[ -](?P<word>{_NAME_WORD})")
_WORD_BEFORE = re.compile(rf"(?P<before>[^\n]?)(?P<word>{_NAME_WORD}) \Z")
_MOST_WORDS = 5
_MOST_PARTICLES = 3
_LOOKS_BACK = 40

_UNIT_WORD = (
    r"(?:flat|apt|apartment|rm|blk|unit|suite|ste|room|floor|level|house|building|bldg|block|lot|villa|no|nr"
    r"|kat|daire|blok|piso|planta|esc|escalera|pta|puerta|appt|appartement|bât|bâtiment|étage|etage"
    r"|stock|top|stiege|tür|interno|int|scala|bus|hs|lgh|og|sal)"
)
_UNIT_BEFORE = re.compile(
    rf"(?<![^\W_])(?:(?:{_UNIT_WORD}\.? ?)?#?[A-Za-z]?-?\d{{1,5}}(?:[-/]\d{{1,4}})?[A-Za-z]?,?"
    rf"[ \n]|{_UNIT_WORD}\.? (?:[A-Z],? )?|\d{{1,3}}(?:/F|(?:st|nd|rd|th) floor),? ){{1,2}}\Z",
    re.IGNORECASE,
)
_HOUSE_LAST = (
    r"cottage|house|bakery|mill|forge|lodge|farm|farmhouse|manor|hall|rectory|vicarage|barn|court"
    r"|chapel|school|stables|granary|inn|tower|towers|apartments|mansions|heights|hotel|residency"
    r"|society|estate|cottages|centre|center|plaza|park|building|arcade|works"
)
_HOUSE_FIRST = (
    r"hotel|hôtel|b&b|bed and breakfast|ferienwohnung|ferienhaus|albergo|villa"
    r"|pension|pensione|residenza|résidence|residence|residencial"
    r"|edificio|edifício|casa|palazzo|condominio|condomínio|haus|gasthof|gasthaus|pousada|urbanización"
    r"|urb\.|château|domaine|gîte"
)
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ][^\W\d_]{0,20}(?:['’-][^\W\d_]{1,20})?"
_HOUSE_BEFORE = re.compile(
    rf"(?<![^\W_])(?:(?:the )?(?:{_CAPITAL} ){{1,3}}(?:(?i:{_HOUSE_LAST}))"
    rf"|[Tt]he(?: {_CAPITAL}){{1,3}}(?=,)|(?i:the (?:[^\W\d_]{{2,20}} ){{1,2}}(?:{_HOUSE_LAST}))"
    rf"|(?i:{_HOUSE_FIRST})(?: (?:zur|zum|am|im|in|al|del|della|du|des|de la))?"
    rf"(?: {_CAPITAL}){{1,3}}),?[ \n]\Z"
)
_DIGIT = re.compile(r"\d")
_GLUED_BEFORE = re.compile(r"(?<![\w.,])(?:[A-Za-z]-)?\d{1,5}[A-Za-z]?[-/]?\Z")
_NUMBER_AFTER = re.compile(
    r",? (?:n[o°º.]{1,2} ?:? ?)?\d{1,4}(?:[ -]?(?:[a-z]|bis|ter|quater))?(?:[-/]\d{1,4}[a-z]?){0,3}"
    r"(?![\w.,]\d|\w|/F|\.? ?[ºª°]|\.? (?:tv|th|mf|sal|og|stock|etage)\b)",
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(
    rf"(?:,? |,?\n)(?:(?:{_UNIT_WORD}|d)(?:[.:] ?| |(?=\d))(?=[\w#])#?[A-Za-z]?-?[0-9]{{0,4}}"
    r"[A-Za-zºª°]?(?!\w)"
    r"|(?:\d{1,2}|st)\.? (?:tv|th|mf|sal|og|stock|etage|stiege|piętro)\.?(?!\w)|\d{1,3}/F(?!\w)"
    r"|\d{1,3}\.? ?[ºª°][ .]?(?:izq|dcha|dto|esq|frente|[A-Za-z])?\.?(?!\w)|(?:bis|ter)(?!\w))",
    re.IGNORECASE,
)
_FLOOR_AFTER = re.compile(
    r"(?<=\d)\. ?(?:tv|th|mf|sal|og|stock|etage|stiege)\.?(?!\w)", re.IGNORECASE
)
_CODE_AFTER = re.compile(
    r"(?:,? |,?\n)(?:[a-z]{1,2}[ -])?(?:\d{4,6}(?:-\d{3,4})?(?: [a-z]{2}(?=[ ,.;\n]|\Z))?"
    r"|\d{3} \d\d|(?:(?<=københavn )|(?<=frederiksberg )|(?<=aarhus )|(?<=odense ))[nvøsck]{1,2}"
    r"|[a-z]\d[a-z] ?\d[a-z]\d|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2})(?![\w-]|[.,]\d)",
    re.IGNORECASE,
)
_TOWN_AFTER = re.compile(rf"(?P<mark>,? |,?\n| ?/ ?)(?P<word>{_NAME_WORD}\.?)(?![\w@])")
_MOST_PARTS = 12


def grow(text: str, start: int, end: int, *, kind: PersonalKind, language: str) -> tuple[int, int]:
    """The whole name or address around `text[start:end]`, as far as spelling tells."""
    if kind is PersonalKind.PERSON:
        return _grow_name(text, start, end, language)
    return _grow_address(text, start, end, language)


def _grow_name(text: str, start: int, end: int, language: str) -> tuple[int, int]:
    """Over capitalised words that are no plain ones; where all is small, spelling tells nothing."""
    spelled = text[start:end]
    is_shouted = spelled.isupper() and len(spelled) > 1
    if is_shouted or not any(word[0].isupper() for word in spelled.split()[-1:]):
        return start, end
    count = len(spelled.split())
    while count < _MOST_WORDS and (after := _NEXT_WORD.match(text, end)):
        if not _goes_on(text, after, language):
            break
        end, count = after.end(), count + 1
    before = _WORD_BEFORE.search(text, max(0, start - _LOOKS_BACK), start)
    # A capital at the start of a sentence says nothing, and German writes all nouns with one.
    if before and before["before"] == " " and language != "de":
        word = before["word"]
        previous = text[before.start() - 1 : before.start()]
        if previous not in ".!?…:" and _is_name_like(word, language):
            start = before.start("word")
    return start, end


def _goes_on(text: str, after: re.Match[str], language: str) -> bool:
    word = after["word"]
    beyond: re.Match[str] | None = after
    for _ in range(_MOST_PARTICLES):
        if beyond is None or not is_particle(beyond["word"]):
            break
        beyond = _NEXT_WORD.match(text, beyond.end())
    if is_particle(word):
        return beyond is not None and _is_name_like(beyond["word"], language)
    return _is_name_like(word, language) or text[after.start()] == "-"


def _is_name_like(word: str, language: str) -> bool:
    is_capitalised = word[0].isupper() and not (word.isupper() and len(word) > 1)
    return is_capitalised and bool(words_of(language)) and not is_plain(word, language)


def _grow_address(text: str, start: int, end: int, language: str) -> tuple[int, int]:
    start = _start_of_address(text, start)
    if number := _NUMBER_AFTER.match(text, end):
        end = number.end()
    for _ in range(_MOST_PARTS):
        part = next(_parts_after(text, end, language), None)
        if part is None:
            break
        end = part
    return start, end


def _start_of_address(text: str, start: int) -> int:
    """Before the street stand its number, the flat and the name of the house, in any order."""
    for pattern in (_GLUED_BEFORE, _UNIT_BEFORE, _HOUSE_BEFORE, _UNIT_BEFORE):
        before = pattern.search(text, max(0, start - _LOOKS_BACK), start)
        is_sure = pattern is _HOUSE_BEFORE or text[start].isdigit()
        if before and (is_sure or _DIGIT.search(before[0])):
            start = before.start()
    return start


def _parts_after(text: str, end: int, language: str) -> Iterator[int]:
    """Where the next part of an address ends; the surest reading comes first."""
    for pattern in (_FLOOR_AFTER, _CODE_AFTER, _UNIT_AFTER):
        if match := pattern.match(text, end):
            yield match.end()
    if (match := _TOWN_AFTER.match(text, end)) and _is_town_like(text, match, language):
        yield match.end("word") - match["word"].endswith(".")


def _is_town_like(text: str, match: re.Match[str], language: str) -> bool:
    """Written with a capital, or small behind a comma where plain words are known."""
    word = match["word"].rstrip(".")
    if is_plain(word, language):
        return False
    if "\n" in match["mark"] or word[0].isupper():
        is_set_off = "," in match["mark"] or text[match.start() - 1].isdigit()
        return word[0].isupper() and (bool(words_of(language)) or is_set_off)
    return "," in match["mark"] and bool(words_of(language)) and text[: match.start()].islower()
