"""What a customer talks about and nobody needs to hide.

Numbers of orders and invoices, dates, amounts, products.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol, TypeVar


class EntityKind(StrEnum):
    """The fixed names of what is found."""

    ORDER_NUMBER = "order_number"
    INVOICE_NUMBER = "invoice_number"
    TRACKING_NUMBER = "tracking_number"
    DATE = "date"
    DURATION = "duration"
    AMOUNT = "amount"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class FoundEntity:
    """`text[start:end]` and what it means.

    ISO 8601 for times, plain decimals with ISO 4217 for amounts.
    """

    kind: EntityKind
    start: int
    end: int
    value: str
    currency: str | None = None

    def moved(self, start: int, end: int) -> "FoundEntity":
        """The same entity elsewhere."""
        return replace(self, start=start, end=end)


def may_be_name(entity: FoundEntity, text: str) -> bool:
    """`morgen` and `ayer` are days, and people are called so: a person's name goes before."""
    return entity.kind is EntityKind.DATE and text[entity.start : entity.end].isalpha()


class Located(Protocol):
    """Anything that has a place in the text."""

    @property
    def start(self) -> int:
        """First character."""

    @property
    def end(self) -> int:
        """After the last character."""


LocatedT = TypeVar("LocatedT", bound=Located)


def without_overlaps(ranked: Iterable[LocatedT], taken: Iterable[Located] = ()) -> list[LocatedT]:
    """Those that touch nothing better, in order of place; what comes first in `ranked` is
    better.
    """
    occupied: set[int] = set()
    for span in taken:
        occupied.update(range(span.start, span.end))
    kept = []
    for candidate in ranked:
        places = range(candidate.start, candidate.end)
        if occupied.isdisjoint(places):
            occupied.update(places)
            kept.append(candidate)
    return sorted(kept, key=lambda span: span.start)
