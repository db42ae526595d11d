"""What a benchmark found: figures with their spread over the repeats, held against an aim."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple


class Spread(NamedTuple):
    """The median of several repeats, and the least and the most of them."""

    median: float
    low: float
    high: float
    repeats: int

    def __str__(self) -> str:
        return f"{digits(self.median)} [{digits(self.low)}-{digits(self.high)}]"


def spread(values: Iterable[float]) -> Spread:
    """Of at least one value."""
    found = sorted(values)
    return Spread(statistics.median(found), found[0], found[-1], len(found))


def digits(value: float) -> str:
    """Three digits or more."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


class Aim(NamedTuple):
    """A bound that a figure must keep."""

    bound: float
    is_least: bool

    def is_met(self, value: float) -> bool:
        """Whether the figure is on the right side of the bound."""
        return value >= self.bound if self.is_least else value <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.is_least else '≤'} {self.bound:g}"


def at_least(bound: float) -> Aim:
    """More is better."""
    return Aim(bound, is_least=True)


def at_most(bound: float) -> Aim:
    """Less is better."""
    return Aim(bound, is_least=False)


@dataclass(frozen=True)
class Finding:
    """One row of the table: what was measured, with how many callers, and what it should be."""

    what: str
    callers: str
    found: Spread | None
    aim: Aim

    @property
    def is_met(self) -> bool:
        """By the median. What could not be measured is not met."""
        return self.found is not None and self.aim.is_met(self.found.median)

    def cells(self) -> tuple[str, str, str, str, str]:
        """As the table shows it."""
        verdict = "not measured" if self.found is None else "met" if self.is_met else "missed"
        return self.what, self.callers, str(self.found or "-"), str(self.aim), verdict


@dataclass
class Part:
    """What one benchmark found, and the figures behind it as a table for whoever wants to know."""

    title: str
    findings: list[Finding] = field(default_factory=list)
    head: Sequence[str] = ()
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread | None:
    """Ours over theirs, repeat by repeat; what was not measured in both is left out."""
    pairs = [mine / other for mine, other in zip(ours, theirs, strict=False) if other]
    return spread(pairs) if pairs else None


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, ceil(len(ordered) * share) - 1))]
