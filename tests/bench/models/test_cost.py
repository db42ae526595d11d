"""The measurement runs on the real models; what it measures gates nothing."""

from bench.inference.findings import at_most
from bench.models.__main__ import line
from bench.models.cost import measure, open_engines
from bench.models.messages import SIXTY_WORDS, TWELVE_WORDS, WITH_NAMES
from tests.learning.stores import real_store


async def test_every_part_of_every_message_is_counted() -> None:
    async with open_engines(real_store()) as engines:
        cost = await measure(engines, WITH_NAMES[:1], 2)

    assert [len(values) for values in vars(cost).values()] == [2, 2, 2, 2]
    assert all(value > 0 for values in vars(cost).values() for value in values)
    assert cost.sum_up() == [cost.reading[n] + cost.models[n] for n in range(2)]


def test_messages_have_as_many_words_as_they_claim() -> None:
    assert {len(text.split()) for text in (*TWELVE_WORDS, *WITH_NAMES)} == {12}
    assert all(59 <= len(text.split()) <= 61 for text in SIXTY_WORDS)


def test_the_aim_is_of_the_median() -> None:
    assert line("a", [1, 2, 90], at_most(4)) == ("a", "2.00", "90.00", "≤ 4", "met")
    assert line("a", [5, 5, 1], at_most(4))[-1] == "missed"
