"""Whatever happens on the way: kept once, announced at least once, answered the same."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest

from ridealong.chassis.errors import SidecarUnavailable
from ridealong.contracts.contract import Channel, Route
from ridealong.custody.errors import MessageConflicts, MessageNotFound
from tests.custody.sidecars import LossySidecar, SlowSidecar
from tests.fakes import FakeSidecar
from tests.intake.desks import KEEP_S, TEXT, Desks, keys_of, mail_message, message, received
from tests.mail.mails import mail

DEAD = SidecarUnavailable("the sidecar is gone")


async def test_an_accepted_message_is_kept_and_announced_without_its_text() -> None:
    sidecar = FakeSidecar()

    accepted = await Desks(sidecar).reception.accept(message())

    (event,) = received(sidecar)
    assert (event.message_id, event.route) == (accepted.message_id, Route.LIVE)
    assert event.customer_hash == accepted.customer_hash
    assert TEXT not in event.model_dump_json()
    assert "jane" not in event.model_dump_json()
    assert TEXT in sidecar.state[keys_of(sidecar, "message")[0]].value.decode()


async def test_raw_text_lies_under_one_key_and_expires() -> None:
    sidecar = FakeSidecar()

    await Desks(sidecar).reception.accept(message())

    (key,) = [key for key, stored in sidecar.state.items() if TEXT.encode() in stored.value]
    assert sidecar.ttls[key] == KEEP_S


async def test_a_live_message_costs_four_operations_and_a_mark_after_the_reply() -> None:
    sidecar = FakeSidecar()
    desks = Desks(sidecar)

    await desks.reception.accept(message())
    before_reply = [operation.split(":")[0] for operation in sidecar.operations]
    await desks.background.wait()

    assert before_reply == ["load demo", "save demo", "save demo", "publish messages.received.v1"]
    assert len(keys_of(sidecar, "announced-live")) == 1


async def test_a_known_customers_next_message_costs_three_operations() -> None:
    sidecar = FakeSidecar()
    desks = Desks(sidecar)
    for number in (1, 2):
        await desks.reception.accept(message(external_id=f"message-{number}"))
        await desks.background.wait()
    done = len(sidecar.operations)

    await desks.reception.accept(message(external_id="message-3"))

    assert [operation.split()[0] for operation in sidecar.operations[done:]] == [
        "save",
        "save",
        "publish",
    ]


async def test_a_message_id_is_a_uuid_7_of_the_present() -> None:
    accepted = await Desks(FakeSidecar()).reception.accept(message())

    number = UUID(accepted.message_id)
    sent = datetime.fromtimestamp((number.int >> 80) / 1000, UTC)
    assert number.version == 7
    assert abs((datetime.now(UTC) - sent).total_seconds()) < 5
    assert accepted.received_at == sent


async def test_a_repeat_is_answered_the_same_and_not_announced_again() -> None:
    sidecar = FakeSidecar()
    desks = Desks(sidecar)
    first = await desks.reception.accept(message())
    await desks.background.wait()
    await asyncio.sleep(0.002)

    repeat = await Desks(sidecar).reception.accept(message())

    assert repeat == first.model_copy(update={"is_duplicate": True})
    assert len(received(sidecar)) == 1


async def test_a_repeat_whose_mark_was_lost_is_announced_again_under_the_same_event_id() -> None:
    sidecar = FakeSidecar()
    desks = Desks(sidecar)
    sidecar.fail_at(5, DEAD)
    await desks.reception.accept(message())
    await desks.background.wait()

    await Desks(sidecar).reception.accept(message())

    assert len(received(sidecar)) == 2
    assert len({event.event_id for event in received(sidecar)}) == 1


@pytest.mark.parametrize("operation", [1, 2, 3, 4])
async def test_a_death_before_any_step_loses_and_doubles_nothing(operation: int) -> None:
    sidecar = FakeSidecar()
    sidecar.fail_at(operation, DEAD)
    with pytest.raises(SidecarUnavailable):
        await Desks(sidecar).reception.accept(message())

    accepted = await Desks(sidecar).reception.accept(message())

    assert len(keys_of(sidecar, "message")) == 1
    assert [event.message_id for event in received(sidecar)] == [accepted.message_id]
    assert accepted.message_id in str(sidecar.state[keys_of(sidecar, "customer")[0]].value)


@pytest.mark.parametrize("write", [1, 2, 3])
@pytest.mark.parametrize("is_restarted", [True, False])
async def test_a_lost_reply_to_any_write_loses_and_doubles_nothing(
    write: int, is_restarted: bool
) -> None:
    sidecar = LossySidecar()
    desks = Desks(sidecar)
    sidecar.lose_reply_at(write)
    with pytest.raises(SidecarUnavailable):
        await desks.reception.accept(message())
    await asyncio.sleep(0.002)

    accepted = await (Desks(sidecar) if is_restarted else desks).reception.accept(message())

    assert len(keys_of(sidecar, "message")) == 1
    assert {event.message_id for event in received(sidecar)} == {accepted.message_id}
    assert accepted.message_id in str(sidecar.state[keys_of(sidecar, "customer")[0]].value)


async def test_the_same_message_sent_ten_times_at_once_is_kept_once() -> None:
    sidecar = SlowSidecar()
    replicas = [Desks(sidecar), Desks(sidecar)]

    accepted = await asyncio.gather(
        *(replicas[number % 2].reception.accept(message()) for number in range(10))
    )

    assert len({one.message_id for one in accepted}) == 1
    assert sum(not one.is_duplicate for one in accepted) == 1
    assert len(keys_of(sidecar, "message")) == 1


@pytest.mark.parametrize(
    "change",
    [{"text": "something else"}, {"customer_id": "john"}, {"subject": "new"}]
    + [{"channel": Channel.EMAIL}, {"conversation_id": "another"}],
    ids=lambda change: next(iter(change)),
)
async def test_the_same_external_id_with_another_content_conflicts(
    change: dict[str, object],
) -> None:
    desks = Desks(FakeSidecar())
    await desks.reception.accept(message())

    with pytest.raises(MessageConflicts):
        await desks.reception.accept(message(**change))


@pytest.mark.parametrize(
    "change",
    [{"tenant": "other"}, {"external_id": "2"}, {"external_id": None}]
    + [{"external_id": None, "idempotency_key": "message-1"}],
)
async def test_other_names_and_other_tenants_are_other_messages(change: dict[str, object]) -> None:
    sidecar = FakeSidecar()
    desks = Desks(sidecar)
    first = await desks.reception.accept(message())

    second = await desks.reception.accept(message(**change))

    assert not second.is_duplicate
    assert second.message_id[15:] != first.message_id[15:]


async def test_without_any_name_the_same_text_is_another_message_each_time() -> None:
    desks = Desks(FakeSidecar())

    accepted = [await desks.reception.accept(message(external_id=None)) for _ in range(3)]

    assert len({one.message_id[15:] for one in accepted}) == 3


async def test_an_idempotency_key_names_a_message_too() -> None:
    desks = Desks(FakeSidecar())
    named = message(external_id=None, idempotency_key="try-1")
    first = await desks.reception.accept(named)

    repeat = await desks.reception.accept(named)

    assert (repeat.message_id, repeat.is_duplicate) == (first.message_id, True)


async def test_a_mail_is_named_by_its_message_id_and_its_sender() -> None:
    sidecar = FakeSidecar()
    desks = Desks(sidecar)
    first = await desks.reception.accept(mail_message(mail(Message_ID="<1@x>")))

    again = mail(Message_ID="<1@x>", Received="by another way")
    repeat = await desks.reception.accept(mail_message(again))
    chat = await desks.reception.accept(message())

    assert repeat.is_duplicate
    assert repeat.message_id == first.message_id
    assert first.customer_hash == chat.customer_hash
    assert (first.channel, first.subject) == (Channel.EMAIL, "Order")


async def test_a_mail_and_its_answer_are_one_conversation_of_that_customer_only() -> None:
    desks = Desks(FakeSidecar())
    first = await desks.reception.accept(mail_message(mail(Message_ID="<1@x>")))
    answer = mail(Message_ID="<2@x>", References="<1@x>")

    reply = await desks.reception.accept(mail_message(answer))
    stranger = await desks.reception.accept(
        mail_message(answer, external_id="3", customer_id="mallory@example.com")
    )

    assert reply.conversation_id == first.conversation_id
    assert stranger.conversation_id != first.conversation_id


async def test_a_message_without_a_customer_is_known_by_its_conversation() -> None:
    sidecar = FakeSidecar()
    desks = Desks(sidecar)

    one, two, other = [
        await desks.reception.accept(
            message(customer_id=None, external_id=str(number), conversation_id=conversation)
        )
        for number, conversation in enumerate(["c1", "c1", None])
    ]

    assert one.customer_hash == two.customer_hash != other.customer_hash
    assert keys_of(sidecar, "customer") == []


async def test_a_live_message_can_be_queued_and_twice_is_once() -> None:
    sidecar = FakeSidecar()
    desks = Desks(sidecar)
    accepted = await desks.reception.accept(message())

    for _ in range(2):
        await desks.reception.queue("demo", accepted.message_id)
        await desks.background.wait()

    assert [event.route for event in received(sidecar)] == [Route.LIVE, Route.QUEUED]
    assert len({event.event_id for event in received(sidecar)}) == 2


async def test_another_tenants_message_cannot_be_queued() -> None:
    desks = Desks(FakeSidecar())
    accepted = await desks.reception.accept(message())

    with pytest.raises(MessageNotFound):
        await desks.reception.queue("other", accepted.message_id)


async def test_a_repeat_that_asks_for_the_queue_is_queued() -> None:
    sidecar = FakeSidecar()
    desks = Desks(sidecar)
    await desks.reception.accept(message())
    await desks.background.wait()

    await desks.reception.accept(message(route=Route.QUEUED))

    assert [event.route for event in received(sidecar)] == [Route.LIVE, Route.QUEUED]


async def test_a_live_repeat_of_a_queued_message_stays_queued() -> None:
    sidecar = FakeSidecar()
    desks = Desks(sidecar)
    await desks.reception.accept(message(route=Route.QUEUED))
    await desks.background.wait()

    await desks.reception.accept(message())

    assert [event.route for event in received(sidecar)] == [Route.QUEUED]


async def test_a_large_mail_is_read_off_the_loop_and_accepted() -> None:
    raw = mail("word " * 15_000, Message_ID="<1@x>")

    accepted = await Desks(FakeSidecar()).reception.accept(mail_message(raw))

    assert len(accepted.text) == 15_000 * 5 - 1
