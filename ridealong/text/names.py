"""Names and addresses: spans of the tagger joined, and introductions such as "my name is"."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ridealong.text.placeholders import PersonalKind
from ridealong.text.spans import PersonalSpan

_PERSON = frozenset({"GIVEN_NAME", "SURNAME"})
_STREET = frozenset({"STREET_NAME", "SECONDARY_ADDRESS"})
_PLACE = frozenset({"BUILDING_NUMBER", "CITY", "STATE", "ZIP_CODE"})
_NUMBERS = {
    "PHONE": PersonalKind.PHONE,
    "TAX_ID": PersonalKind.ID,
    "GOVERNMENT_ID": PersonalKind.ID,
    "PASSPORT": PersonalKind.ID,
    "DRIVERS_LICENSE": PersonalKind.ID,
    "BANK_ACCOUNT": PersonalKind.ACCOUNT,
    "ROUTING_NUMBER": PersonalKind.ACCOUNT,
}
_DIGITS_OF_A_NUMBER = 6
_DIGITS_OF_A_ZIP = 5
_BETWEEN_NAMES = re.compile(r"[ \n'’.-]{0,3}")
_BETWEEN_PLACES = re.compile(r"[ \n,./-]{0,4}")
_BETWEEN_DIGITS = re.compile(r"[ .()/-]{0,3}")
# Scripts that put no blank between words: there a span is never grown to what looks like a word.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")

_NAME_WORD = r"[^\W\d_]+(?:[-'’][^\W\d_]+)*\.?"
_INTRODUCTION = re.compile(
    r"(?<![^\W_])(?:(?:my (?:full )?name is|my name['’]s|i am called|mein name ist|ich hei(?:ß"
    r"|ss)e|je m['’]appelle|mon nom est|me llamo|mi nombre es|mi chiamo|il mio nome è|mijn naam is"
    r"|ik heet|meu nome é|(?:eu )?me chamo|nazywam się|mam na imię|меня зовут|jeg hedder"
    r"|mit navn er|nama saya|zovem se|моје име је|moje ime je|benim adım|اسمي)\s?:?\s)"
    rf"(?P<name>{_NAME_WORD}(?: {_NAME_WORD}){{0,3}})",
    re.IGNORECASE,
)
_UNSPACED_INTRODUCTION = re.compile(
    r"(?:我叫|我的名字是|我是(?=[\u3400-\u9fff]{2,3}[，。,. ])|(?:私の)?名前は|제 이름은 "
    r"|저는 (?=[가-힣]{2,4}(?:입니다|이라고"
    r"|라고|예요|이에요)))(?P<name>[\u3400-\u9fff\u30a0-\u30ff가-힣]{2,8}?)"
    r"(?=$|[，。,.、\s]|です|と申|といいます|입니다|이라고|라고|이고|예요|이에요)"
    r"|(?<![\u3400-\u9fff\u30a0-\u30ff])(?P<before>[\u3400-\u9fff\u30a0-\u30ff]{2,8})(?=と申します"
    r"|といいます)"
)
_POST_BOX = re.compile(
    r"(?<![^\W_])(?:p\.? ?o\.? ?box|postfach|boîte postale|apartado(?: de correos)?|casella postale"
    r"|postbus) ?(?:n[or°º]\.? ?)?[0-9](?:[ ]?[0-9]){0,9}(?![0-9])",
    re.IGNORECASE,
)
_ENDS = """
and i my but from und ich aus aber et je mais de y e o ed ma io en ik maar ve ama и я но ali og jeg
dan tapi with mit avec con met the a is was ist est es è born living
"""
_ENDS_NAME = frozenset(_ENDS.split())


@dataclass(frozen=True, slots=True)
class Tag:
    """A span of the tagger, by character offsets."""

    start: int
    end: int
    label: str


@dataclass(slots=True)
class _Group:
    start: int
    end: int
    kind: PersonalKind
    labels: set[str]


def personal_from_tags(text: str, tags: Iterable[Tag]) -> Iterator[PersonalSpan]:
    """Whole names, addresses and numbers.

    A city, a state or a house number alone is not personal.
    """
    for group in _joined(text, sorted(tags, key=lambda tag: tag.start)):
        if _is_personal(text, group):
            value = " ".join(text[group.start : group.end].casefold().split())
            yield PersonalSpan(group.start, group.end, group.kind, value)


def find_introductions(text: str) -> Iterator[PersonalSpan]:
    """Names after the words with which people give them: the tagger is weak outside Latin
    script.
    """
    for match in _INTRODUCTION.finditer(text):
        end = _end_of_name(match)
        if end > match.start("name"):
            yield _person(text, match.start("name"), end)
    for match in _UNSPACED_INTRODUCTION.finditer(text):
        group = "name" if match["name"] else "before"
        yield _person(text, match.start(group), match.end(group))


def find_post_boxes(text: str) -> Iterator[PersonalSpan]:
    """Addresses without a street, which the tagger does not know."""
    for match in _POST_BOX.finditer(text):
        value = re.sub(r"[^a-z0-9]", "", match[0].lower())
        yield PersonalSpan(match.start(), match.end(), PersonalKind.ADDRESS, value)


def _person(text: str, start: int, end: int) -> PersonalSpan:
    return PersonalSpan(
        start, end, PersonalKind.PERSON, " ".join(text[start:end].casefold().split())
    )


def _end_of_name(match: re.Match[str]) -> int:
    """A name written in capitals ends with them; one written small has two words at most."""
    words = list(re.finditer(_NAME_WORD, match["name"]))
    is_capitalised = words[0][0][0].isupper()
    end = match.start("name")
    for place, word in enumerate(words):
        follows_rule = word[0][0].isupper() if is_capitalised else place < 2
        if word[0].lower().rstrip(".") in _ENDS_NAME or not follows_rule:
            break
        end = match.start("name") + word.end()
        if word[0].endswith(".") and len(word[0]) > 2:
            return end - 1
    return end


def _joined(text: str, tags: list[Tag]) -> Iterator[_Group]:
    current: _Group | None = None
    for tag in tags:
        label = tag.label.upper().removeprefix("B-").removeprefix("I-")
        kind = _kind(label)
        if kind is None:
            continue
        start, end = _whole_word(text, tag.start, tag.end)
        if current is not None and current.kind == kind and _touches(text, current, start):
            current.end = max(current.end, end)
            current.labels.add(label)
            continue
        if current is not None:
            yield current
        current = _Group(start, end, kind, {label})
    if current is not None:
        yield current


def _kind(label: str) -> PersonalKind | None:
    if label in _PERSON:
        return PersonalKind.PERSON
    if label in _STREET or label in _PLACE:
        return PersonalKind.ADDRESS
    return _NUMBERS.get(label)


def _touches(text: str, group: _Group, start: int) -> bool:
    between = text[group.end : max(group.end, start)]
    pattern = {PersonalKind.PERSON: _BETWEEN_NAMES, PersonalKind.ADDRESS: _BETWEEN_PLACES}.get(
        group.kind, _BETWEEN_DIGITS
    )
    return pattern.fullmatch(between) is not None


def _whole_word(text: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and _is_inner(text[start - 1]) and _is_inner(text[start]):
        start -= 1
    while end < len(text) and _is_inner(text[end]) and _is_inner(text[end - 1]):
        end += 1
    return start, end


def _is_inner(character: str) -> bool:
    return character.isalnum() and not _UNSPACED.match(character)


def _is_personal(text: str, group: _Group) -> bool:
    spelled = text[group.start : group.end]
    digits = sum(character.isdigit() for character in spelled)
    if group.kind is PersonalKind.PERSON:
        return any(character.isalpha() for character in spelled)
    if group.kind is PersonalKind.ADDRESS:
        has_place = "ZIP_CODE" in group.labels and len(group.labels) > 1
        return (
            bool(group.labels & _STREET)
            or has_place
            or ("ZIP_CODE" in group.labels and digits >= _DIGITS_OF_A_ZIP)
        )
    return digits >= _DIGITS_OF_A_NUMBER
