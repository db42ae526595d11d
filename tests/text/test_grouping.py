"""Which texts share a run."""

from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from ridealong.text.grouping import group_by_length

LENGTHS = st.lists(st.integers(1, 300), max_size=60)


def padded(lengths: Sequence[int], group: Sequence[int]) -> int:
    return len(group) * max(lengths[place] for place in group)


def cuts(items: Sequence[int]) -> Iterator[list[Sequence[int]]]:
    """Every way to cut a sequence into runs of neighbours."""
    if not items:
        yield []
    for size in range(1, len(items) + 1):
        for rest in cuts(items[size:]):
            yield [items[:size], *rest]


@given(LENGTHS)
def test_every_text_is_in_one_group(lengths: list[int]) -> None:
    groups = group_by_length(lengths)

    assert sorted(place for group in groups for place in group) == list(range(len(lengths)))


@given(LENGTHS, st.integers(1, 400))
def test_no_shared_run_is_bigger_than_allowed(lengths: list[int], most: int) -> None:
    groups = group_by_length(lengths, most_tokens=most)

    assert all(len(group) == 1 or padded(lengths, group) <= most for group in groups)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=8), st.integers(0, 40))
def test_no_other_cut_of_the_sorted_lengths_is_cheaper(lengths: list[int], run_costs: int) -> None:
    def cost(groups: Sequence[Sequence[int]]) -> int:
        return sum(padded(lengths, group) + run_costs for group in groups)

    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    cheapest = min(cost(way) for way in cuts(order))

    assert cost(group_by_length(lengths, run_costs=run_costs, most_tokens=10**6)) == cheapest


def test_short_texts_share_a_run_and_a_long_one_stays_alone() -> None:
    assert group_by_length([5, 128, 6, 5]) == [[0, 3, 2], [1]]


def test_nothing_makes_no_group() -> None:
    assert group_by_length([]) == []
