"""Whether a head that was just fitted takes over: good enough, and no worse than the one in use."""

from dataclasses import dataclass
from math import comb
from typing import Final

from ridealong.contracts.own_intents import Comparison, HeadState

# One hard example among few says nothing; five lost against none gained do.
CHANCE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a head, and against which figures."""

    state: HeadState
    comparison: Comparison | None = None

    @property
    def is_promoted(self) -> bool:
        """Whether it answers from now on."""
        return self.state in (HeadState.ACTIVE, HeadState.FORCED)


def decide(accuracy: float, comparison: Comparison | None, *, floor: float) -> Verdict:
    """`accuracy` by cross-validation; `comparison` where a head in use saw none of some examples.

    The successor is judged on them by cross-validation, so that neither has seen what it is asked.
    """
    if accuracy < floor:
        return Verdict(HeadState.BELOW_FLOOR, comparison)
    if comparison is not None and is_worse(comparison):
        return Verdict(HeadState.WORSE_THAN_BEFORE, comparison)
    return Verdict(HeadState.ACTIVE, comparison)


def is_worse(comparison: Comparison) -> bool:
    """Whether so many are lost against so few gained that it can hardly be chance (sign test)."""
    changed = comparison.lost + comparison.gained
    as_many = sum(comb(changed, lost) for lost in range(comparison.lost, changed + 1))
    return as_many / (1 << changed) <= CHANCE


REASONS = {
    HeadState.ACTIVE: "the head is good enough and answers from now on",
    HeadState.FORCED: "the head answers because it was forced, whatever its figures say",
    HeadState.TOO_FEW_INTENTS: "a head needs two intents with three examples each",
    HeadState.BELOW_FLOOR: "the head recognises too few held-out examples to be used",
    HeadState.WORSE_THAN_BEFORE: "the head in use knows the new examples better, and stays",
}
