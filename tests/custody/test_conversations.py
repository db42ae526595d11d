"""Messages of a conversation are counted once each, whoever counts and whatever fails."""

import asyncio

import pytest

from ridealong.chassis.errors import SidecarUnavailable, StaleETag
from ridealong.chassis.sidecar import Stored
from ridealong.contracts.contract import Channel
from ridealong.contracts.intake import RawMessage
from ridealong.custody.conversations import KEPT_KEYS, TRIES, Conversations
from ridealong.custody.naming import key_of, message_id, received_at
from tests.custody.sidecars import LossySidecar, SlowSidecar
from tests.fakes import FakeSidecar

NOW_MS = 1_795_000_000_000
KEEP_S = 100


def said(
    bits: int,
    *,
    at_ms: int = NOW_MS,
    tenant: str = "demo",
    customer_hash: str = "c0ffee",
    conversation_id: str = "c1",
) -> RawMessage:
    identity = message_id(bits, at_ms)
    return RawMessage(
        tenant=tenant,
        message_id=identity,
        conversation_id=conversation_id,
        customer_hash=customer_hash,
        channel=Channel.CHAT,
        subject=None,
        text="secret words",
        received_at=received_at(identity),
    )


async def count(sidecar: FakeSidecar, message: RawMessage, opener: str | None = None) -> int:
    """By a replica of its own."""
    return await Conversations(sidecar, keep_s=KEEP_S).count_earlier(message, opener=opener)


async def test_each_message_counts_those_before_it() -> None:
    sidecar = FakeSidecar()

    assert [await count(sidecar, said(bits)) for bits in range(5)] == [0, 1, 2, 3, 4]


async def test_a_repeat_counts_once_and_gets_the_same_count() -> None:
    sidecar = FakeSidecar()
    for bits in (1, 2):
        await count(sidecar, said(bits))

    assert await count(sidecar, said(1, at_ms=NOW_MS + 5000)) == 0
    assert await count(sidecar, said(2)) == 1
    assert await count(sidecar, said(3)) == 2


@pytest.mark.parametrize(
    "elsewhere",
    [
        said(2, tenant="other"),
        said(2, customer_hash="decaf"),
        said(2, conversation_id="c2"),
    ],
    ids=["tenant", "customer", "conversation"],
)
async def test_other_tenants_customers_and_conversations_count_apart(elsewhere: RawMessage) -> None:
    sidecar = FakeSidecar()
    await count(sidecar, said(1))

    assert await count(sidecar, elsewhere) == 0
    assert await count(sidecar, said(3)) == 1


async def test_a_record_stays_small_expires_and_counts_on() -> None:
    sidecar = FakeSidecar()

    counts = [await count(sidecar, said(bits)) for bits in range(KEPT_KEYS + 20)]

    assert counts == list(range(KEPT_KEYS + 20))
    assert await count(sidecar, said(KEPT_KEYS)) == KEPT_KEYS
    ((key, stored),) = sidecar.state.items()
    assert len(stored.value) < 25 * KEPT_KEYS
    assert sidecar.ttls[key] == KEEP_S


async def test_a_record_names_neither_customer_nor_conversation() -> None:
    sidecar = FakeSidecar()

    await count(sidecar, said(1, conversation_id="jane@example.com"))

    everything = str(sidecar.state)
    assert "jane" not in everything
    assert "c0ffee" not in everything
    assert "secret words" not in everything


async def test_the_message_that_began_a_conversation_is_one_before() -> None:
    sidecar = FakeSidecar()
    opener = key_of(said(1).message_id)

    assert await count(sidecar, said(2), opener) == 1
    assert await count(sidecar, said(3), opener) == 2
    assert await count(sidecar, said(1), opener) == 0


async def test_replicas_that_count_at_the_same_time_miss_nobody() -> None:
    sidecar = SlowSidecar()
    replicas = [Conversations(sidecar, keep_s=KEEP_S) for _ in range(2)]

    counts = await asyncio.gather(
        *(replicas[bits % 2].count_earlier(said(bits), opener=None) for bits in range(12))
    )

    assert sorted(counts) == list(range(12))


async def test_messages_of_one_process_cost_two_operations_each_even_at_the_same_time() -> None:
    sidecar = SlowSidecar()
    conversations = Conversations(sidecar, keep_s=KEEP_S)

    await asyncio.gather(
        *(conversations.count_earlier(said(bits), opener=None) for bits in range(8))
    )

    assert len(sidecar.operations) == 16


@pytest.mark.parametrize("operation", [1, 2])
async def test_a_store_that_fails_counts_nothing_and_raises_nothing(operation: int) -> None:
    sidecar = FakeSidecar()
    await count(sidecar, said(1))
    sidecar.fail_at(operation, SidecarUnavailable("gone"))

    assert await count(sidecar, said(2)) == 0
    assert await count(sidecar, said(3)) == 1


async def test_a_lost_reply_to_the_write_counts_once() -> None:
    sidecar = LossySidecar()
    await count(sidecar, said(1))
    sidecar.lose_reply_at(1)

    assert await count(sidecar, said(2)) == 0
    assert await count(sidecar, said(2)) == 1
    assert await count(sidecar, said(3)) == 2


async def test_who_never_gets_to_write_counts_nothing_and_raises_nothing() -> None:
    sidecar = FakeSidecar()
    for attempt in range(TRIES):
        sidecar.fail_at(2 * attempt + 2, StaleETag("somebody else wrote first"))

    assert await count(sidecar, said(1)) == 0
    assert len(sidecar.operations) == 2 * TRIES


async def test_a_record_nobody_can_read_counts_nothing_and_raises_nothing() -> None:
    sidecar = FakeSidecar()
    await count(sidecar, said(1))
    (key,) = sidecar.state
    sidecar.state[key] = Stored(b'{"keys": 7}', "9")

    assert await count(sidecar, said(2)) == 0


async def test_a_forgotten_conversation_begins_anew() -> None:
    sidecar = FakeSidecar()
    for bits in (1, 2):
        await count(sidecar, said(bits))

    for _ in range(2):
        await Conversations(sidecar, keep_s=KEEP_S).forget(said(1))

    assert sidecar.state == {}
    assert await count(sidecar, said(3)) == 0
