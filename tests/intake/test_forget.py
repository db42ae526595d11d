"""Forgetting reaches everything, survives dying in the middle, and cannot be outrun."""

import asyncio

import pytest

from ridealong.chassis.errors import ServiceError, SidecarUnavailable
from ridealong.contracts.contract import Route
from ridealong.contracts.intake import CustomerForgotten, CustomerReceipt, ForgetCustomer
from ridealong.custody import errors
from ridealong.custody.customers import PAGE
from services.intake.errors import CharactersForbidden
from tests.custody.sidecars import LossySidecar, SlowSidecar
from tests.fakes import FakeSidecar
from tests.intake.desks import KEEP_S, TEXT, TOMBSTONE_S, Desks, keys_of, message

COUNT = 5


async def talk(sidecar: FakeSidecar, count: int = COUNT, **changes: object) -> list[str]:
    """A customer who wrote a few messages."""
    desks = Desks(sidecar)
    accepted = [
        await desks.reception.accept(message(external_id=f"message-{number}", **changes))
        for number in range(count)
    ]
    await desks.background.wait()
    return [one.message_id for one in accepted]


async def forget(sidecar: FakeSidecar, customer_id: str = "jane@example.com") -> CustomerReceipt:
    request = ForgetCustomer(tenant="demo", customer_id=customer_id)
    return await Desks(sidecar).farewell.forget(request)


def forgotten(sidecar: FakeSidecar) -> list[CustomerForgotten]:
    return [event for event in sidecar.published if isinstance(event, CustomerForgotten)]


def everything(sidecar: FakeSidecar) -> str:
    return "".join(stored.value.decode() for stored in sidecar.state.values())


async def test_a_forgotten_customers_texts_and_key_are_gone_and_a_receipt_says_so() -> None:
    sidecar = FakeSidecar()
    message_ids = await talk(sidecar)

    receipt = await forget(sidecar)

    (event,) = forgotten(sidecar)
    assert list(receipt.message_ids) == list(event.message_ids) == message_ids
    assert TEXT not in everything(sidecar)
    assert event.customer_hash not in everything(sidecar)
    assert '"pseudonym_key":""' in everything(sidecar)


async def test_the_event_names_the_customer_as_the_messages_did() -> None:
    sidecar = FakeSidecar()
    accepted = await Desks(sidecar).reception.accept(message())

    await forget(sidecar)

    assert forgotten(sidecar)[0].customer_hash == accepted.customer_hash


async def test_forgetting_twice_gives_the_same_receipt_and_one_event() -> None:
    sidecar = FakeSidecar()
    await talk(sidecar)

    first, second = await forget(sidecar), await forget(sidecar, " Jane@EXAMPLE.com")

    assert first == second
    assert len(forgotten(sidecar)) == 1


@pytest.mark.parametrize("operation", range(1, 2 * COUNT + 6))
async def test_forgetting_that_dies_before_any_step_is_finished_by_the_next(operation: int) -> None:
    sidecar = FakeSidecar()
    message_ids = await talk(sidecar)
    sidecar.fail_at(operation, SidecarUnavailable("gone"))
    with pytest.raises(SidecarUnavailable):
        await forget(sidecar)

    receipt = await forget(sidecar)

    assert sorted(receipt.message_ids) == sorted(message_ids)
    assert TEXT not in everything(sidecar)
    assert {event.event_id for event in forgotten(sidecar)} == {forgotten(sidecar)[0].event_id}


@pytest.mark.parametrize("write", range(1, COUNT + 4))
async def test_forgetting_that_loses_any_reply_is_finished_by_the_next(write: int) -> None:
    sidecar = LossySidecar()
    await talk(sidecar)
    sidecar.lose_reply_at(write)
    with pytest.raises(SidecarUnavailable):
        await forget(sidecar)

    await forget(sidecar)

    assert TEXT not in everything(sidecar)
    assert len({event.event_id for event in forgotten(sidecar)}) == 1


async def test_old_pages_are_forgotten_too() -> None:
    sidecar = FakeSidecar()
    message_ids = await talk(sidecar, 2 * PAGE + 3)

    receipt = await forget(sidecar)

    assert list(receipt.message_ids) == message_ids
    assert TEXT not in everything(sidecar)
    assert keys_of(sidecar, "customer-page") == []


async def test_while_the_tombstone_stands_nothing_is_taken_not_even_by_another_replica() -> None:
    sidecar = FakeSidecar()
    other_replica = Desks(sidecar)
    await other_replica.reception.accept(message())
    await other_replica.reception.accept(message(external_id="message-2"))
    await other_replica.background.wait()

    await forget(sidecar)

    for external_id in ("message-2", "message-3"):
        with pytest.raises((errors.CustomerForgotten, errors.MessageForgotten)) as refused:
            await other_replica.reception.accept(message(external_id=external_id))
        assert refused.value.status == 410
    assert TEXT not in everything(sidecar)


async def test_the_tombstone_and_the_wiped_messages_expire() -> None:
    sidecar = FakeSidecar()
    await talk(sidecar, 1)

    await forget(sidecar)

    assert sidecar.ttls[keys_of(sidecar, "customer")[0]] == TOMBSTONE_S
    assert sidecar.ttls[keys_of(sidecar, "message")[0]] == KEEP_S


async def test_a_new_life_after_the_tombstone_has_a_new_pseudonym() -> None:
    sidecar = FakeSidecar()
    before = await Desks(sidecar).reception.accept(message())
    await forget(sidecar)
    del sidecar.state[keys_of(sidecar, "customer")[0]]

    after = await Desks(sidecar).reception.accept(message(external_id="message-2"))

    assert after.customer_hash != before.customer_hash


async def test_nobody_elses_messages_are_touched() -> None:
    sidecar = FakeSidecar()
    await talk(sidecar, 1)
    desks = Desks(sidecar)
    kept = [
        await desks.reception.accept(message(customer_id="john", external_id="j1", text="John's")),
        await desks.reception.accept(message(tenant="other", text="Jane's, elsewhere")),
    ]

    await forget(sidecar)

    for one in kept:
        assert (await desks.reception.messages.read(one.tenant, one.message_id)).text == one.text


async def test_a_message_that_john_claimed_in_vain_stays_janes() -> None:
    sidecar = FakeSidecar()
    (message_id,) = await talk(sidecar, 1)
    with pytest.raises(errors.MessageConflicts):
        await Desks(sidecar).reception.accept(message(customer_id="john", external_id="message-0"))

    await forget(sidecar, "john")

    assert (await Desks(sidecar).reception.messages.read("demo", message_id)).text == TEXT


async def test_forgetting_someone_unknown_leaves_a_tombstone_and_tells_nobody() -> None:
    sidecar = FakeSidecar()

    receipt = await forget(sidecar)

    assert receipt.message_ids == ()
    assert sidecar.published == []
    with pytest.raises(errors.CustomerForgotten):
        await Desks(sidecar).reception.accept(message())


@pytest.mark.parametrize("head_start", range(12))
async def test_a_message_under_way_while_its_customer_is_forgotten_never_stays(
    head_start: int,
) -> None:
    sidecar = SlowSidecar()
    await talk(sidecar, 2)
    desks = Desks(sidecar)

    async def write() -> str:
        try:
            return (await desks.reception.accept(message(external_id="late"))).message_id
        except ServiceError as error:
            return error.code

    writing = asyncio.create_task(write())
    for _ in range(head_start):
        await asyncio.sleep(0)
    receipt = await forget(sidecar)
    outcome = await writing

    assert TEXT not in everything(sidecar)
    assert outcome in (*receipt.message_ids, "customer-forgotten", "message-forgotten")


async def test_a_live_message_of_a_forgotten_customer_cannot_be_queued() -> None:
    sidecar = FakeSidecar()
    (message_id,) = await talk(sidecar, 1, route=Route.LIVE)
    await forget(sidecar)

    with pytest.raises(errors.MessageForgotten):
        await Desks(sidecar).reception.queue("demo", message_id)


async def test_an_unprintable_customer_is_refused() -> None:
    with pytest.raises(CharactersForbidden):
        await forget(FakeSidecar(), "ja\0ne")
