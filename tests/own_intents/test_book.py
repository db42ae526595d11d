"""What is kept of a tenant's intents, and that nothing else stays."""

import pytest

from ridealong.chassis.errors import CallFailed, SidecarUnavailable
from ridealong.own_intents.errors import ExamplesRefused
from tests.own_intents.sayings import AIRLINE, ENCODERS, Office, one, wish


async def is_tidy(office: Office) -> bool:
    """Whether the store holds the record and its parts and nothing beside."""
    record, _ = await office.book.read("acme")
    names = {key.rpartition(":")[2] for key in office.sidecar.state}
    return not record.obsolete and names == {"record", *record.parts()}


def is_kept(office: Office, word: bytes) -> bool:
    return any(word in stored.value for stored in office.sidecar.state.values())


async def steps_of_a_removal() -> list[str]:
    """What the removal of an intent asks of the store, in order."""
    office = Office()
    await office.desk.teach(wish(AIRLINE))
    office.sidecar.operations.clear()
    await office.desk.remove("acme", "luggage")
    return office.sidecar.operations


async def remove_while_a_delete_fails(office: Office) -> None:
    steps = [step.partition(" ")[0] for step in await steps_of_a_removal()]
    office.sidecar.fail_at(steps.index("delete") + 1, SidecarUnavailable("away"))
    await office.desk.remove("acme", "luggage")


async def steps_after_the_record() -> range:
    """The places of what is done when the record is already written."""
    steps = await steps_of_a_removal()
    return range(steps.index("save acme:own-intents:record") + 2, len(steps) + 1)


async def test_a_removed_intent_leaves_no_text_behind() -> None:
    office = Office()
    await office.desk.teach(wish(AIRLINE))

    await office.desk.remove("acme", "luggage")

    assert not is_kept(office, b"suitcase")
    assert await is_tidy(office)


async def test_a_text_that_could_not_be_deleted_is_with_the_next_message() -> None:
    office = Office()
    await office.desk.teach(wish(AIRLINE))
    await remove_while_a_delete_fails(office)
    assert is_kept(office, b"suitcase")
    office.now = 10

    found = await office.shelf.find("acme", ENCODERS)

    assert found
    assert "luggage" not in found[1].labels
    assert not is_kept(office, b"suitcase")
    assert await is_tidy(office)


async def test_a_text_that_could_not_be_deleted_is_with_the_next_change() -> None:
    office = Office()
    await office.desk.teach(wish(AIRLINE))
    await remove_while_a_delete_fails(office)

    await office.desk.teach(one("Is a hamster welcome on board?", "pets_on_board"))

    assert not is_kept(office, b"suitcase")
    assert await is_tidy(office)


async def test_a_crash_at_any_step_after_the_record_is_written_leaves_no_text_for_good() -> None:
    for step in await steps_after_the_record():
        office = Office()
        await office.desk.teach(wish(AIRLINE))
        office.sidecar.fail_at(step, CallFailed("died"))
        with pytest.raises(CallFailed):
            await office.desk.remove("acme", "luggage")

        survivor = Office(office.sidecar)
        await survivor.shelf.is_active("acme")

        assert not is_kept(survivor, b"suitcase")
        assert await is_tidy(survivor)


async def test_a_change_is_taken_though_the_store_is_away_right_after_it() -> None:
    office = Office()
    await office.desk.teach(wish(AIRLINE))
    for step in await steps_after_the_record():
        office.sidecar.fail_at(step, SidecarUnavailable("away"))

    left = await office.desk.remove("acme", "luggage")

    assert {intent.label for intent in left.intents} == {*AIRLINE} - {"luggage"}


async def test_a_replacement_that_leaves_no_example_is_refused_and_changes_nothing() -> None:
    office = Office()
    await office.desk.teach(wish(AIRLINE))
    state = dict(office.sidecar.state)

    with pytest.raises(ExamplesRefused, match="no example"):
        await office.desk.teach(one("???", "luggage", replace=True))

    assert office.sidecar.state == state
