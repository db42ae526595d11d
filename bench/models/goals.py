"""One row of the table: a measure on rows, how sure it is, and what it should be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ridealong.learning.metrics_bootstrap import Interval, Weights, intervals, share
from ridealong.learning.scoring import Figure

HEAD: Final = ("measure", "measured on", "rows", "value", "95 %", "pass", "stretch", "verdict")


@dataclass(frozen=True, slots=True)
class Goal:
    """What must be reached, and what would be fine; of errors less is better."""

    must: float
    fine: float
    is_most: bool = False

    def verdict(self, value: float) -> str:
        """In one word."""
        sign = -1 if self.is_most else 1
        if sign * value >= sign * self.fine:
            return "stretch"
        return "pass" if sign * value >= sign * self.must else "**missed**"


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure that own rows allow; `on` says which, in a few words."""

    what: str
    on: str
    rows: int
    figure: Figure
    goal: Goal

    def cells(self) -> tuple[str, ...]:
        """As the table shows it."""
        between = self.figure.interval
        bound = "≤ " if self.goal.is_most else ""
        return (
            self.what,
            self.on,
            str(self.rows),
            f"{self.figure.value:.4f}",
            "" if between is None else f"{between.low:.3f}-{between.high:.3f}",
            f"{bound}{self.goal.must:g}",
            f"{bound}{self.goal.fine:g}",
            self.goal.verdict(self.figure.value),
        )


def share_of(right: Sequence[bool] | NDArray[np.bool_]) -> Figure:
    """The share of rows that are right, with its interval."""
    found = np.asarray(right, dtype=bool)
    between = intervals({"share": share(found)}, len(found)).get("share")
    return Figure(float(found.mean()), between)


def mean_of(groups: Sequence[Sequence[bool] | NDArray[np.bool_]]) -> Figure:
    """The mean over groups, such as languages, of the share that is right in each.

    Rows are drawn from all groups together; a group that a draw leaves out does not count in it.
    """
    right = np.concatenate([np.asarray(group, dtype=float) for group in groups])
    of = np.repeat(np.arange(len(groups)), [len(group) for group in groups])

    def mean(weights: Weights) -> float:
        drawn = np.bincount(of, weights, len(groups))
        hits = np.bincount(of, weights * right, len(groups))
        return float(np.mean(hits[drawn > 0] / drawn[drawn > 0]))

    between: Interval | None = intervals({"mean": mean}, len(right)).get("mean")
    return Figure(mean(np.ones(len(right))), between)
