"""Finds what is personal, keeps what is not, and puts placeholders where the personal was."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from ridealong.text.accounts import find_cards, find_ibans, find_likely_cards
from ridealong.text.amounts import find_amounts
from ridealong.text.arabic_names import find_arabic_names
from ridealong.text.contacts import find_emails, find_ip_addresses, find_phones, find_urls
from ridealong.text.credentials import find_credentials
from ridealong.text.cued_names import find_cued_names
from ridealong.text.cues import is_beside_name
from ridealong.text.dates import find_dates, find_durations
from ridealong.text.entities import FoundEntity, Located, may_be_name, without_overlaps
from ridealong.text.identifiers import find_identifiers
from ridealong.text.introductions import find_introductions, find_post_boxes
from ridealong.text.names import Tag, personal_from_tags
from ridealong.text.placeholders import PLACEHOLDER, PersonalKind
from ridealong.text.plain_numbers import PlainNumber, find_plain_numbers
from ridealong.text.products import find_products
from ridealong.text.references import find_references
from ridealong.text.relative_dates import find_relative_dates
from ridealong.text.spans import PersonalSpan, blank_out, spelled_span
from ridealong.text.told_secrets import find_told_secrets

Finder = Callable[[str], Iterable[PersonalSpan]]
Namer = Callable[[PersonalKind, str], str]
_NAME_PART = re.compile(r"[^\W_]+")
_SPELLED_KINDS = frozenset({PersonalKind.PERSON, PersonalKind.ADDRESS})


@dataclass(frozen=True, slots=True)
class Reading:
    """What rules alone find in a clean text."""

    text: str
    personal: tuple[PersonalSpan, ...]
    entities: tuple[FoundEntity, ...]
    language: str
    plain_numbers: tuple[PlainNumber, ...] = ()

    @property
    def sure_entities(self) -> list[FoundEntity]:
        """Those that can be nobody's name."""
        return [entity for entity in self.entities if not may_be_name(entity, self.text)]


@dataclass(frozen=True, slots=True)
class MaskedText:
    """The masked text, its entities by offsets into it, and what each placeholder stands for."""

    text: str
    entities: tuple[FoundEntity, ...]
    values: dict[str, str]


def read_by_rules(text: str, language: str, received_on: date | None = None) -> Reading:
    """Checksums and explicit labels come first, entities next, and only what remains may be
    a phone number. Without a day of receipt `yesterday` is no date.
    """
    if not text:
        return Reading(text, (), (), language)
    places = [match.span() for match in PLACEHOLDER.finditer(text)]
    rest = blank_out(text, places)
    personal, rest = _take_out(
        rest,
        (
            find_emails,
            find_urls,
            find_ibans,
            find_cards,
            find_ip_addresses,
            partial(find_credentials, language=language),
        ),
    )
    plain = list(find_plain_numbers(rest))
    named, _ = _take_out(_without(rest, plain), (find_identifiers, find_post_boxes))
    personal += named
    rest = _without(rest, named)
    entities = _find_entities(rest, language, received_on)
    sure = [entity for entity in entities if not may_be_name(entity, rest)]
    # A code may be written like an order: `the alarm code is #5519A`.
    labelled = [one for one in sure if rest[one.start - 1 : one.start] != "#"]
    told, _ = _take_out(_without(rest, [*labelled, *plain]), (find_told_secrets,))
    rest = _without(rest, [*sure, *told, *plain])
    likely, _ = _take_out(
        rest,
        (
            find_likely_cards,
            partial(find_phones, language=language),
            partial(find_introductions, language=language),
            partial(find_cued_names, language=language),
            find_arabic_names,
        ),
    )
    found = sorted([*personal, *told, *likely], key=lambda span: span.start)
    return Reading(text, tuple(found), tuple(entities), language, tuple(plain))


def _without(text: str, found: Iterable[Located]) -> str:
    return blank_out(text, [(one.start, one.end) for one in found])


def _take_out(text: str, finders: Iterable[Finder]) -> tuple[list[PersonalSpan], str]:
    """What these find, one after the other, and the text without it."""
    taken: list[PersonalSpan] = []
    for find in finders:
        found = without_overlaps(
            span for span in find(text) if "\0" not in text[span.start : span.end]
        )
        text = _without(text, found)
        taken += found
    return taken, text


def _find_entities(text: str, language: str, received_on: date | None) -> list[FoundEntity]:
    """Ranked: a labelled number is that number, whatever else it looks like."""
    durations = list(find_durations(text))
    relative = (
        find_relative_dates(text, language, today=received_on, durations=durations)
        if received_on
        else ()
    )
    ranked = [
        *find_references(text),
        *find_amounts(text, language),
        *find_dates(text, language),
        *relative,
        *durations,
        *find_products(text),
    ]
    return without_overlaps(
        entity for entity in ranked if "\0" not in text[entity.start : entity.end]
    )


def mask(reading: Reading, personal: Sequence[PersonalSpan], name: Namer) -> MaskedText:
    """Placeholders for what `all_personal` found; an entity inside a name or address goes too."""
    parts: list[str] = []
    values: dict[str, str] = {}
    shifts: list[tuple[int, int]] = [(0, 0)]
    position = length = 0
    for span in personal:
        placeholder = name(span.kind, span.value)
        values.setdefault(placeholder, reading.text[span.start : span.end])
        parts += [reading.text[position : span.start], placeholder]
        length += span.start - position + len(placeholder)
        position = span.end
        shifts.append((span.end, length - span.end))
    parts.append(reading.text[position:])
    kept = without_overlaps(reading.entities, personal)
    return MaskedText("".join(parts), tuple(_moved(entity, shifts) for entity in kept), values)


def all_personal(reading: Reading, tags: Iterable[Tag]) -> list[PersonalSpan]:
    """What rules and tagger found, in order of place; rules win where both speak."""
    taken: list[Located] = [
        *reading.personal,
        *_typed_placeholders(reading.text),
        *reading.plain_numbers,
    ]
    tagged = list(personal_from_tags(reading.text, tags, reading.language))
    spelled = [span for span in tagged if span.kind in _SPELLED_KINDS]
    numbers = [span for span in tagged if span.kind not in _SPELLED_KINDS]
    found = _remains(reading, spelled, [*taken, *_readable(reading.sure_entities)])
    found += without_overlaps(numbers, [*taken, *found, *reading.sure_entities])
    return sorted([*reading.personal, *found], key=lambda span: span.start)


def _typed_placeholders(text: str) -> list[PersonalSpan]:
    found = PLACEHOLDER.finditer(text)
    return [PersonalSpan(*match.span(), PersonalKind.ID, match[0]) for match in found]


def _readable(entities: Iterable[FoundEntity]) -> list[FoundEntity]:
    """Entities that hold a digit stay readable against the tagger.

    A product name does not outweigh a person's.
    """
    return [entity for entity in entities if any(character.isdigit() for character in entity.value)]


def _remains(
    reading: Reading, spans: Iterable[PersonalSpan], taken: Iterable[Located]
) -> list[PersonalSpan]:
    """What is left of each span beside what is taken.

    A rule cuts a piece out, the rest is still personal, but for words that only lead to a name.
    """
    occupied = {place for span in taken for place in range(span.start, span.end)}
    pieces: list[PersonalSpan] = []
    for span in spans:
        start = span.start
        for place in range(span.start, span.end + 1):
            if place == span.end or place in occupied:
                piece = reading.text[start:place]
                is_cut = place - start < span.end - span.start
                if _NAME_PART.search(piece) and not (
                    is_cut and _leads_on(reading, piece, start, span.kind)
                ):
                    pieces.append(_trimmed(reading.text, start, place, span.kind))
                start = place + 1
        occupied.update(range(span.start, span.end))
    return pieces


def _leads_on(reading: Reading, piece: str, start: int, kind: PersonalKind) -> bool:
    """Words before a name, or the word that the tagger took into an address with a number."""
    words = _NAME_PART.findall(piece)
    if kind is PersonalKind.PERSON:
        return all(is_beside_name(word, reading.language) for word in words)
    follows = any(number.end == start for number in reading.plain_numbers)
    return follows and len(words) == 1 and piece.islower()


def _trimmed(text: str, start: int, end: int, kind: PersonalKind) -> PersonalSpan:
    while not text[start].isalnum():
        start += 1
    while not text[end - 1].isalnum():
        end -= 1
    return spelled_span(text, start, end, kind)


def _moved(entity: FoundEntity, shifts: list[tuple[int, int]]) -> FoundEntity:
    by = shifts[bisect_right(shifts, entity.start, key=lambda shift: shift[0]) - 1][1]
    return entity.moved(entity.start + by, entity.end + by)
