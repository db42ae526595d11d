"""How often a conversation wrote before, from acceptance to the event, and what it may cost."""

import asyncio
from typing import Any

import pytest

from ridealong.chassis.errors import ServiceError, SidecarUnavailable
from ridealong.contracts.contract import Route
from ridealong.contracts.intake import AcceptMessage, ForgetCustomer, MessageAccepted
from tests.custody.sidecars import SlowSidecar
from tests.fakes import FakeSidecar
from tests.intake.desks import KEEP_S, Desks, keys_of, mail_message, message, received
from tests.mail.mails import mail

DEAD = SidecarUnavailable("the sidecar is gone")


def said(number: int, **changes: Any) -> AcceptMessage:
    """The n-th message of a conversation that the caller named."""
    return message(external_id=f"message-{number}", **{"conversation_id": "talk-1"} | changes)


async def accept(sidecar: FakeSidecar, *requests: AcceptMessage) -> list[MessageAccepted]:
    desks = Desks(sidecar)
    accepted = [await desks.reception.accept(request) for request in requests]
    await desks.background.wait()
    return accepted


async def forget(sidecar: FakeSidecar, customer_id: str = "jane@example.com") -> None:
    await Desks(sidecar).farewell.forget(ForgetCustomer(tenant="demo", customer_id=customer_id))


def counts(accepted: list[MessageAccepted]) -> list[int]:
    return [one.earlier_messages for one in accepted]


@pytest.mark.parametrize("route", list(Route))
@pytest.mark.parametrize("customer_id", ["jane", None])
async def test_reply_event_and_record_say_how_many_came_before(
    route: Route, customer_id: str | None
) -> None:
    sidecar = FakeSidecar()

    accepted = await accept(
        sidecar, *(said(number, route=route, customer_id=customer_id) for number in range(4))
    )

    read = Desks(sidecar).reception.messages.read
    raw = [await read(one.tenant, one.message_id) for one in accepted]
    assert counts(accepted) == [0, 1, 2, 3]
    assert [event.earlier_messages for event in received(sidecar)] == [0, 1, 2, 3]
    assert [one.earlier_messages for one in raw] == [0, 1, 2, 3]


async def test_without_a_conversation_of_the_callers_nothing_is_asked_and_the_count_is_0() -> None:
    sidecar = FakeSidecar()

    accepted = await accept(sidecar, *(said(number, conversation_id=None) for number in range(3)))

    assert counts(accepted) == [0, 0, 0]
    assert not any(":conversation:" in operation for operation in sidecar.operations)


async def test_a_named_conversation_costs_two_operations_more() -> None:
    sidecar = FakeSidecar()

    await Desks(sidecar).reception.accept(said(1))

    assert [operation.split()[0] for operation in sidecar.operations] == [
        *("load", "save"),
        *("load", "save"),
        *("save", "publish"),
    ]
    (key,) = keys_of(sidecar, "conversation")
    assert sidecar.ttls[key] == KEEP_S


async def test_who_answers_in_the_conversation_we_made_up_wrote_once_before() -> None:
    sidecar = FakeSidecar()
    (first,) = await accept(sidecar, said(1, conversation_id=None))

    later = await accept(
        sidecar, *(said(number, conversation_id=first.conversation_id) for number in (2, 3))
    )
    (repeat,) = await accept(sidecar, said(1, conversation_id=first.conversation_id))

    assert counts(later) == [1, 2]
    assert (repeat.message_id, repeat.earlier_messages) == (first.message_id, 0)


async def test_a_repeat_counts_once_and_is_answered_the_same() -> None:
    sidecar = FakeSidecar()
    first = await accept(sidecar, said(1), said(2))
    await asyncio.sleep(0.002)

    repeats = await accept(sidecar, said(1), said(2))

    assert repeats == [one.model_copy(update={"is_duplicate": True}) for one in first]
    assert counts(await accept(sidecar, said(3))) == [2]


async def test_the_same_message_at_two_replicas_at_once_counts_once() -> None:
    sidecar = SlowSidecar()
    replicas = [Desks(sidecar), Desks(sidecar)]
    await replicas[0].reception.accept(said(1))

    accepted = await asyncio.gather(
        *(replicas[number % 2].reception.accept(said(2)) for number in range(6))
    )

    assert {one.earlier_messages for one in accepted} == {1}
    assert counts(await accept(sidecar, said(3))) == [2]


@pytest.mark.parametrize("change", [{"tenant": "other"}, {"customer_id": "mallory"}])
async def test_other_tenants_and_other_customers_count_apart(change: dict[str, str]) -> None:
    sidecar = FakeSidecar()
    await accept(sidecar, said(1), said(2))

    assert counts(await accept(sidecar, said(3, **change), said(4, **change))) == [0, 1]


@pytest.mark.parametrize("operation", [3, 4])
async def test_a_message_that_cannot_be_counted_is_taken_with_0(operation: int) -> None:
    sidecar = FakeSidecar()
    await accept(sidecar, said(1), said(2))
    sidecar.fail_at(operation, DEAD)

    accepted = await accept(sidecar, said(3))
    repeats = await accept(sidecar, said(3))

    assert counts(accepted) == counts(repeats) == [0]
    assert received(sidecar)[-1].message_id == accepted[0].message_id


@pytest.mark.parametrize("operation", range(1, 7))
async def test_a_death_before_any_step_counts_nothing_twice(operation: int) -> None:
    sidecar = FakeSidecar()
    await accept(sidecar, said(1))
    sidecar.fail_at(operation, DEAD)
    try:
        await accept(sidecar, said(2))
    except SidecarUnavailable:
        await accept(sidecar, said(2))

    (third,) = await accept(sidecar, said(3))

    # Where it could not be counted it was taken all the same.
    assert third.earlier_messages == (1 if operation in (3, 4) else 2)


async def test_a_message_queued_later_is_announced_with_its_count() -> None:
    sidecar = FakeSidecar()
    *_, last = await accept(sidecar, said(1), said(2), said(3))

    await Desks(sidecar).reception.queue("demo", last.message_id)

    assert [event.earlier_messages for event in received(sidecar)] == [0, 1, 2, 2]


@pytest.mark.parametrize("names", [{}, {"external_id": "desk-1"}])
async def test_mails_of_a_thread_count_the_mail_that_began_it(names: dict[str, str]) -> None:
    sidecar = FakeSidecar()
    (first,) = await accept(sidecar, mail_message(mail(Message_ID="<1@x>"), **names))
    asked = len(sidecar.operations)

    answers = await accept(
        sidecar,
        mail_message(mail(Message_ID="<2@x>", References="<1@x>")),
        mail_message(mail(Message_ID="<3@x>", References="<1@x> <2@x>")),
    )

    assert counts([first, *answers]) == [0, 1, 2]
    assert not any(":conversation:" in operation for operation in sidecar.operations[:asked])


async def test_forgetting_a_customer_forgets_their_conversations_and_nobody_elses() -> None:
    sidecar = FakeSidecar()
    await accept(sidecar, said(1), said(2), said(3, conversation_id="talk-2"))
    await accept(sidecar, said(4, customer_id="john"), said(5, tenant="other"))

    await forget(sidecar)

    assert len(keys_of(sidecar, "conversation")) == 2
    assert counts(await accept(sidecar, said(6, customer_id="john"))) == [1]
    assert counts(await accept(sidecar, said(7, tenant="other"))) == [1]


@pytest.mark.parametrize("operation", range(1, 9))
async def test_forgetting_that_dies_before_any_step_leaves_no_conversation(operation: int) -> None:
    sidecar = FakeSidecar()
    await accept(sidecar, said(1), said(2))
    sidecar.fail_at(operation, DEAD)
    with pytest.raises(SidecarUnavailable):
        await forget(sidecar)

    await forget(sidecar)

    assert keys_of(sidecar, "conversation") == []


@pytest.mark.parametrize("head_start", range(14))
async def test_a_new_life_begins_at_0_even_if_a_message_was_under_way(head_start: int) -> None:
    sidecar = SlowSidecar()
    await accept(sidecar, said(1), said(2))
    writing = asyncio.create_task(accept(sidecar, said(3)))
    for _ in range(head_start):
        await asyncio.sleep(0)
    await forget(sidecar)
    await asyncio.gather(writing, return_exceptions=True)
    assert not writing.exception() or isinstance(writing.exception(), ServiceError)
    del sidecar.state[keys_of(sidecar, "customer")[0]]

    assert counts(await accept(sidecar, said(4))) == [0]
