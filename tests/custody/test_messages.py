"""Messages are kept once, and what is wiped stays wiped."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ridealong.chassis.background import Background, Marks
from ridealong.contracts.contract import Channel, Route
from ridealong.custody.conversations import Conversations
from ridealong.custody.errors import MessageConflicts, MessageForgotten, MessageNotFound
from ridealong.custody.messages import MessageRecord, MessageRecords
from ridealong.custody.naming import message_id
from tests.fakes import FakeSidecar

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FIRST_ID, LATER_ID = message_id(7, 1_795_000_000_000), message_id(7, 1_795_000_009_000)


def record(**changes: Any) -> MessageRecord:
    fields: dict[str, Any] = {
        "tenant": "demo",
        "message_id": FIRST_ID,
        "conversation_id": "c1",
        "customer": "jane-record",
        "customer_hash": "c0ffee",
        "channel": Channel.CHAT,
        "route": Route.LIVE,
        "subject": None,
        "text": "secret words",
        "received_at": NOW,
    }
    return MessageRecord(**fields | changes)


BACKGROUND = Background()


def messages(sidecar: FakeSidecar | None = None) -> MessageRecords:
    sidecar = sidecar or FakeSidecar()
    marks = Marks(sidecar, BACKGROUND, ttl_s=100, gather_s=0)
    return MessageRecords(sidecar, marks, Conversations(sidecar, keep_s=100), keep_s=100)


async def test_a_message_is_created_once_and_found_by_a_later_repeat() -> None:
    kept = messages()

    assert await kept.create(record())
    assert not await kept.create(record(message_id=LATER_ID))
    assert await kept.find_first(record(message_id=LATER_ID)) == record()


async def test_a_repeat_with_another_content_conflicts() -> None:
    kept = messages()
    await kept.create(record())

    with pytest.raises(MessageConflicts):
        await kept.find_first(record(text="other words"))


async def test_a_message_is_read_by_its_whole_id_and_tenant_only() -> None:
    kept = messages()
    await kept.create(record())

    assert await kept.read("demo", FIRST_ID) == record()
    for tenant, wrong_id in [("demo", LATER_ID), ("other", FIRST_ID), ("demo", message_id(8, 1))]:
        with pytest.raises(MessageNotFound):
            await kept.read(tenant, wrong_id)


async def test_a_wiped_message_is_gone_and_can_not_come_back() -> None:
    sidecar = FakeSidecar()
    kept = messages(sidecar)
    await kept.create(record())

    for _ in range(2):
        await kept.wipe("demo", FIRST_ID, customer="jane-record", now=NOW)

    assert b"secret words" not in b"".join(stored.value for stored in sidecar.state.values())
    assert not await kept.create(record())
    for read in (kept.read("demo", FIRST_ID), kept.find_first(record())):
        with pytest.raises(MessageForgotten):
            await read


async def test_a_message_wiped_before_it_is_saved_can_not_be_saved() -> None:
    kept = messages()

    await kept.wipe("demo", FIRST_ID, customer="jane-record", now=NOW)

    assert not await kept.create(record())


async def test_another_customers_message_is_not_wiped() -> None:
    kept = messages()
    await kept.create(record())

    await kept.wipe("demo", FIRST_ID, customer="johns-record", now=NOW)

    assert await kept.read("demo", FIRST_ID) == record()


async def test_a_mark_belongs_to_one_route_and_may_be_set_twice() -> None:
    kept = messages()

    for _ in range(2):
        kept.mark_announced("demo", FIRST_ID, Route.LIVE)
    await BACKGROUND.wait()

    assert await kept.is_announced("demo", FIRST_ID, Route.LIVE)
    assert not await kept.is_announced("demo", FIRST_ID, Route.QUEUED)
