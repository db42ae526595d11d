"""Which texts share a run of an encoder: those of like length, so that little is padded."""

from collections.abc import Sequence
from typing import Final

# What a run costs beside its tokens, in tokens. Measured on the shipped encoders, one thread:
# 9 for MiniLM in fp32, 3 in int8, 2 for USE. Too high a figure pads a little more (under 3 %),
# too low a one leaves short texts alone, which takes up to three times as long.
RUN_COSTS_TOKENS: Final = 9
# Beyond some hundred tokens a run gains nothing more, and then loses: its activations leave the
# processor's cache. A text longer than this runs alone.
MOST_TOKENS: Final = 256


def group_by_length(
    lengths: Sequence[int],
    *,
    run_costs: int = RUN_COSTS_TOKENS,
    most_tokens: int = MOST_TOKENS,
) -> list[list[int]]:
    """Places of `lengths` (tokens per text) in groups, each to be padded to its longest.

    Of all ways to cut the sorted lengths, the one with the smallest sum of padded tokens and of
    `run_costs` per group; no group of two or more has over `most_tokens` padded tokens. Texts of
    the same length stay in the order given.
    """
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    cost = [0]
    first = [0]
    for end, place in enumerate(order, start=1):
        longest = max(lengths[place], 1)
        most = max(most_tokens // longest, 1)
        starts = range(max(end - most, 0), end)
        best = min(starts, key=lambda start: cost[start] + (end - start) * longest)
        cost.append(cost[best] + (end - best) * longest + run_costs)
        first.append(best)
    groups = []
    end = len(order)
    while end:
        groups.append(order[first[end] : end])
        end = first[end]
    return groups[::-1]
