"""What of a text the tagger is shown: suspicious parts, numbers that rules found left out.

A card or an IBAN is a dozen word pieces, each as dear as a name's; and what is not sent on cannot
leak there.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ridealong.text.masking import Reading
from ridealong.text.names import Tag
from ridealong.text.placeholders import PersonalKind
from ridealong.text.spans import PersonalSpan

# One word piece, and nothing that the tagger takes for a part of a name or address.
STAND_IN = "0"
_SPELLED_KINDS = frozenset({PersonalKind.PERSON, PersonalKind.ADDRESS})


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters of an excerpt, and those of the text that they stand for."""

    shown: int
    start: int
    end: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a text as the tagger sees it."""

    text: str
    stretches: tuple[Stretch, ...]

    def placed(self, tags: Iterable[Tag]) -> Iterator[Tag]:
        """The tags by their places in the whole text; on a stand-in there is nothing to tag."""
        for tag in tags:
            first, last = self._stretch(tag.start), self._stretch(tag.end - 1)
            if first is last and first.is_whole:
                continue
            start = first.end if first.is_whole else first.start + tag.start - first.shown
            end = last.start if last.is_whole else last.start + tag.end - last.shown
            if start < end:
                yield replace(tag, start=start, end=end)

    def _stretch(self, place: int) -> Stretch:
        return self.stretches[
            bisect_right(self.stretches, place, key=lambda stretch: stretch.shown) - 1
        ]


def excerpts(reading: Reading, ranges: Iterable[tuple[int, int]]) -> list[Excerpt]:
    """One per range, in order."""
    numbers = [span for span in reading.personal if span.kind not in _SPELLED_KINDS]
    return [_excerpt(reading.text, part, _inside(numbers, part)) for part in ranges]


def _inside(spans: Iterable[PersonalSpan], part: tuple[int, int]) -> list[tuple[int, int]]:
    return [
        (max(span.start, part[0]), min(span.end, part[1]))
        for span in spans
        if span.start < part[1] and part[0] < span.end
    ]


def _excerpt(text: str, part: tuple[int, int], left_out: list[tuple[int, int]]) -> Excerpt:
    pieces: list[str] = []
    stretches: list[Stretch] = []
    shown, position = 0, part[0]
    for start, end in [*left_out, (part[1], part[1])]:
        if start > position:
            stretches.append(Stretch(shown, position, start, is_whole=False))
            pieces.append(text[position:start])
            shown += start - position
        if end > start:
            stretches.append(Stretch(shown, start, end, is_whole=True))
            pieces.append(STAND_IN)
            shown += len(STAND_IN)
        position = end
    return Excerpt("".join(pieces), tuple(stretches))
