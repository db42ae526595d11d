"""A place in a text that holds personal data."""

from dataclasses import dataclass

from ridealong.text.placeholders import PersonalKind


@dataclass(frozen=True, slots=True)
class PersonalSpan:
    """`text[start:end]` is personal. `value` is its normal form.

    What two spellings of one thing share.
    """

    start: int
    end: int
    kind: PersonalKind
    value: str


def spelled_span(text: str, start: int, end: int, kind: PersonalKind) -> PersonalSpan:
    """What is known by its words, however they are capitalised and spaced."""
    return PersonalSpan(start, end, kind, " ".join(text[start:end].casefold().split()))


def blank_out(text: str, places: list[tuple[int, int]]) -> str:
    """The text, equally long, with these places made unreadable for later rules."""
    parts, position = [], 0
    for start, end in sorted(places):
        if end <= position:
            continue
        start = max(start, position)
        parts += [text[position:start], "\0" * (end - start)]
        position = end
    return "".join([*parts, text[position:]])
