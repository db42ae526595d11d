"""Masking as a service would do it, in one call."""

from collections.abc import Iterable

from ridealong.text.masking import MaskedText, all_personal, mask, read_by_rules
from ridealong.text.names import Tag
from ridealong.text.placeholders import PlaceholderTable


def table(scope: str = "demo\nc-1") -> PlaceholderTable:
    return PlaceholderTable(b"k" * 32, scope)


def masked(text: str, language: str = "en", tags: Iterable[Tag] = ()) -> MaskedText:
    reading = read_by_rules(text, language)
    return mask(reading, all_personal(reading, tags), table().name)


def tag(text: str, piece: str, label: str) -> Tag:
    start = text.index(piece)
    return Tag(start, start + len(piece), label)
