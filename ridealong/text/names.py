"""Names and addresses: spans of the tagger joined, grown and freed of plain words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ridealong.text.brands import is_brand
from ridealong.text.cues import is_nobody
from ridealong.text.growing import grow
from ridealong.text.placeholders import PersonalKind
from ridealong.text.plainness import is_plain
from ridealong.text.smallness import is_only_said
from ridealong.text.spans import PersonalSpan, spelled_span
from ridealong.text.streets import find_streets

_PERSON = frozenset({"GIVEN_NAME", "SURNAME"})
_STREET = "STREET_NAME"
_PLACE = frozenset({"BUILDING_NUMBER", "SECONDARY_ADDRESS", "CITY", "STATE", "ZIP_CODE"})
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
_MIDDLE_NAME = re.compile(r" ([^\W\d_]{2,20}) ")
_MIDDLE_PLACE = re.compile(r"[ ,]{1,2}[^\W\d_]{2,20}\.?(?: [^\W\d_]{2,20}\.?)?[ ,]{1,2}")
_WORDS = re.compile(r"[^\W_]+")
_BETWEEN_PLACES = re.compile(r"[ \n,./-]{0,4}")
_BETWEEN_DIGITS = re.compile(r"[ .()/-]{0,3}")
# Scripts that put no blank between words: there a span is never grown to what looks like a word.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")


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
    told_end: int


def personal_from_tags(text: str, tags: Iterable[Tag], language: str) -> Iterator[PersonalSpan]:
    """Whole names, addresses and numbers.

    A city, a state, a flat or a house number alone is not personal, nor is a plain word.
    """
    streets = [Tag(start, end, _STREET) for start, end in find_streets(text, language)]
    # A house called like a person begins a longer address.
    ordered = sorted([*tags, *streets], key=lambda tag: (tag.start, -tag.end))
    groups = _joined(text, ordered, language)
    for group in _merged(text, [_grown(text, group, language) for group in groups], language):
        is_said = _is_plain(text, group, language) or is_only_said(
            text, group.start, group.end, kind=group.kind, language=language
        )
        if group.kind is PersonalKind.PERSON and not is_said:
            is_said = is_brand(text, group.start, group.end, language)
        if _is_personal(text, group) and not is_said:
            yield spelled_span(text, group.start, group.end, group.kind)


def _joined(text: str, tags: list[Tag], language: str) -> Iterator[_Group]:
    current: _Group | None = None
    for tag in tags:
        label = tag.label.upper().removeprefix("B-").removeprefix("I-")
        kind = _kind(label)
        if kind is None:
            continue
        start, end = _whole_word(text, tag.start, tag.end)
        if (
            current is not None
            and current.kind == kind
            and _touches(text, current, start, language)
        ):
            current.end = current.told_end = max(current.end, end)
            current.labels.add(label)
            continue
        if current is not None:
            yield current
        current = _Group(start, end, kind, {label}, end)
    if current is not None:
        yield current


def _kind(label: str) -> PersonalKind | None:
    if label in _PERSON:
        return PersonalKind.PERSON
    if label == _STREET or label in _PLACE:
        return PersonalKind.ADDRESS
    return _NUMBERS.get(label)


def _touches(text: str, group: _Group, start: int, language: str) -> bool:
    between = text[group.end : max(group.end, start)]
    if group.kind is PersonalKind.PERSON:
        middle = _MIDDLE_NAME.fullmatch(between)
        if middle:
            return not is_plain(middle[1], language)
        return _BETWEEN_NAMES.fullmatch(between) is not None
    if group.kind is PersonalKind.ADDRESS and _MIDDLE_PLACE.fullmatch(between):
        return not any(is_plain(word, language) for word in _WORDS.findall(between))
    pattern = _BETWEEN_PLACES if group.kind is PersonalKind.ADDRESS else _BETWEEN_DIGITS
    return pattern.fullmatch(between) is not None


def _grown(text: str, group: _Group, language: str) -> _Group:
    if group.kind is PersonalKind.PERSON or _STREET in group.labels:
        place = grow(text, group.start, group.end, kind=group.kind, language=language)
        group.start, group.end = place
    return group


def _merged(text: str, groups: list[_Group], language: str) -> Iterator[_Group]:
    """Groups that grew together; what a name grew into stays the tagger's."""
    current: _Group | None = None
    for group in groups:
        if current is not None and group.kind != current.kind and group.start < current.end:
            if group.start >= current.told_end:
                current.end = group.start
            elif group.end <= current.end:
                continue
            group.start = max(group.start, current.end)
        elif (
            current is not None
            and group.kind == current.kind
            and _touches(text, current, group.start, language)
        ):
            current.end = max(current.end, group.end)
            current.labels |= group.labels
            continue
        if current is not None:
            yield current
        current = group
    if current is not None:
        yield current


def _is_plain(text: str, group: _Group, language: str) -> bool:
    words = _WORDS.findall(text[group.start : group.end])
    return all(is_plain(word, language) or is_nobody(word) for word in words) and bool(words)


def _whole_word(text: str, start: int, end: int) -> tuple[int, int]:
    while end - start > 1 and not text[end - 1].isalnum():
        end -= 1
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
            _STREET in group.labels
            or has_place
            or ("ZIP_CODE" in group.labels and digits >= _DIGITS_OF_A_ZIP)
        )
    return digits >= _DIGITS_OF_A_NUMBER
