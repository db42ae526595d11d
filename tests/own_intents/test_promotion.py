"""Whether a head that was just fitted takes over from the one in use."""

import pytest

from ridealong.contracts.own_intents import Comparison, HeadState
from ridealong.own_intents.promotion import decide
from tests.own_intents.sayings import AIRLINE, GYM, Office, wish

LOST = {
    "lost_bag": [
        "My suitcase is lost",
        "I lost my suitcase, where is it?",
        "You lost my suitcase at the airport",
        "Who finds a lost suitcase?",
        "Lost: one brown suitcase",
    ],
    "luggage": ["My lost suitcase weighs what?"],
}
# Words that the head of `AIRLINE` knows, and that say nothing of each other.
BARE = {
    "pets_on_board": ["My dog", "A cat", "Some animals"],
    "luggage": ["Two suitcases", "Heavy luggage", "The backpack"],
    "seat_choice": ["Window", "The aisle", "Beside each other"],
    "vouchers": ["Gift card", "Redeem", "Is it valid"],
}


def compared(examples: int, *, lost: int, gained: int = 0) -> Comparison:
    right = examples - lost - gained
    return Comparison(
        examples=examples,
        before=(right + lost) / examples,
        after=(right + gained) / examples,
        lost=lost,
        gained=gained,
    )


async def test_one_new_example_that_is_hard_does_not_hold_new_intents_back() -> None:
    office = Office()
    await office.desk.teach(wish(AIRLINE))

    taught = await office.desk.teach(wish(LOST))

    assert taught.comparison
    assert taught.comparison.lost == 1
    assert taught.state is HeadState.ACTIVE
    assert (await office.desk.teach(wish(GYM))).state is HeadState.ACTIVE


async def test_examples_of_an_intent_that_only_the_new_head_knows_speak_for_it() -> None:
    office = Office()
    await office.desk.teach(wish(AIRLINE))

    taught = await office.desk.teach(wish(GYM))

    assert taught.comparison
    assert (taught.comparison.examples, taught.comparison.before) == (10, 0)
    assert taught.comparison.gained > taught.comparison.lost == 0


async def test_a_head_that_knows_clearly_fewer_new_examples_is_kept_back() -> None:
    office = Office(floor=0)
    await office.desk.teach(wish(AIRLINE, most=6))

    taught = await office.desk.teach(wish(BARE, replace=True))

    assert taught.comparison
    assert taught.comparison.after < taught.comparison.before
    assert taught.state is HeadState.WORSE_THAN_BEFORE
    assert (taught.revision, taught.active_revision) == (2, 1)
    forced = await office.desk.teach(wish(BARE, force=True))
    assert (forced.state, forced.active_revision) == (HeadState.FORCED, 2)


@pytest.mark.parametrize(
    ("examples", "lost", "gained"), [(1, 1, 0), (4, 4, 0), (40, 4, 0), (40, 12, 8), (40, 0, 0)]
)
def test_what_may_be_chance_does_not_hold_a_head_back(
    examples: int, lost: int, gained: int
) -> None:
    verdict = decide(0.9, compared(examples, lost=lost, gained=gained), floor=0.7)

    assert verdict.state is HeadState.ACTIVE


@pytest.mark.parametrize(
    ("examples", "lost", "gained"), [(5, 5, 0), (40, 7, 0), (40, 15, 5), (2_000, 1_100, 900)]
)
def test_what_is_hardly_chance_holds_a_head_back(examples: int, lost: int, gained: int) -> None:
    verdict = decide(0.9, compared(examples, lost=lost, gained=gained), floor=0.7)

    assert verdict.state is HeadState.WORSE_THAN_BEFORE
    assert not verdict.is_promoted
