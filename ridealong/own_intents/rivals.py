"""The packs beside a tenant's own intents: what a pack is sure of stays with it.

Except for an intent of a pack that examples of an own intent show too: a tenant who teaches these
wants its own to answer.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Final

from ridealong.own_intents.readings import SCOPE, Heads, Scores

# Chosen on simulated companies (docs/own-intents.md): with 1 fewer messages stay with the packs,
# with 3 hardly more.
WEIGHT: Final = 2
# Some doubt of the surest pack, or no own head could be sure enough.
DOUBT: Final = 0.02
HARDLY: Final = 0.01


def find_shared(
    labels: Sequence[str], rows: Sequence[Heads], packs: Sequence[str]
) -> dict[str, dict[str, float]]:
    """By pack and label: how probable that intent is for the examples (`rows`) of some own one."""
    found: dict[str, dict[str, float]] = {pack: {} for pack in packs}
    for own in set(labels):
        of_one = [heads for label, heads in zip(labels, rows, strict=True) if label == own]
        for pack, shared in found.items():
            for label in of_one[0][pack]:
                mean = fmean(heads[SCOPE][pack] * heads[pack][label] for heads in of_one)
                if mean > max(HARDLY, shared.get(label, 0.0)):
                    shared[label] = round(mean, 4)
    return found


def find_rival(heads: Heads, shared: Mapping[str, Scores]) -> float:
    """How probable the likeliest intent of a pack is, as far as no own example shows it.

    A pack that was not asked about the examples is no rival.
    """
    return max(
        (
            heads[SCOPE][pack] * score * (1 - known.get(label, 0.0))
            for pack, known in shared.items()
            if pack in heads
            for label, score in heads[pack].items()
        ),
        default=0.0,
    )


def yield_to(rival: float, share: float) -> float:
    """The probability that an own intent is meant, where a pack's intent is so probable.

    Its odds are divided by those of a rival that is likelier than not, `WEIGHT` times.
    """
    ratio = min(1.0, (1 - rival + DOUBT) / (rival + DOUBT)) ** WEIGHT
    return share * ratio / (share * ratio + 1 - share)
