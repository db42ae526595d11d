"""No message escapes its customer's record, however many arrive at once, in however many places."""

import asyncio

import pytest

from ridealong.chassis.background import Background, Marks
from ridealong.chassis.errors import SidecarUnavailable, StaleETag
from ridealong.custody.conversations import Conversations
from ridealong.custody.customers import PAGE, CustomerRecords
from ridealong.custody.errors import CustomerBusy
from ridealong.custody.forgetting import Forgetter
from ridealong.custody.messages import MessageRecords
from ridealong.custody.naming import message_id
from ridealong.custody.register import REMEMBERED, TRIES, Register
from tests.custody.sidecars import SlowSidecar
from tests.fakes import FakeSidecar

NOW_MS = 1_795_000_000_000
DAY_MS = 24 * 3600 * 1000
KEEP_S = 90 * 24 * 3600


def records(sidecar: FakeSidecar) -> CustomerRecords:
    return CustomerRecords(sidecar, keep_s=KEEP_S, tombstone_s=1000)


def register(sidecar: FakeSidecar) -> Register:
    return Register(records(sidecar), Background())


def ids(count: int) -> list[str]:
    return [message_id(bits, NOW_MS + bits) for bits in range(count)]


async def entered(sidecar: FakeSidecar) -> list[str]:
    """Everything in the customer's record and its pages, as forgetting finds it."""
    marks = Marks(sidecar, Background(), ttl_s=KEEP_S, gather_s=0)
    messages = MessageRecords(sidecar, marks, Conversations(sidecar, keep_s=KEEP_S), keep_s=KEEP_S)
    forgetter = Forgetter(records(sidecar), messages, sidecar.publish)
    return list((await forgetter.forget("demo", "jane", "jane@x")).message_ids)


@pytest.mark.parametrize("count", [1, 2, PAGE, PAGE + 1, 5 * PAGE])
async def test_messages_one_after_the_other_are_all_entered_in_order(count: int) -> None:
    sidecar = FakeSidecar()
    book = register(sidecar)

    for one in ids(count):
        await book.enter("demo", "jane", one)

    assert await entered(sidecar) == ids(count)


@pytest.mark.parametrize("replicas", [1, 2, 3])
async def test_messages_at_once_are_all_entered(replicas: int) -> None:
    sidecar = SlowSidecar()
    books = [register(sidecar) for _ in range(replicas)]
    expected = ids(300)

    entries = await asyncio.gather(
        *(books[n % replicas].enter("demo", "jane", one) for n, one in enumerate(expected))
    )

    assert [entry.message_id for entry in entries] == expected
    assert len({entry.pseudonym_key for entry in entries}) == 1
    assert sorted(await entered(sidecar)) == expected


async def test_messages_at_once_share_one_write() -> None:
    sidecar = SlowSidecar()
    book = register(sidecar)

    await asyncio.gather(*(book.enter("demo", "jane", one) for one in ids(50)))

    assert sum(operation.startswith("save") for operation in sidecar.operations) == 1


async def test_a_write_stays_small_however_much_one_customer_writes() -> None:
    sidecar = FakeSidecar()
    book = register(sidecar)

    for one in ids(4 * PAGE):
        await book.enter("demo", "jane", one)

    assert max(len(stored.value) for stored in sidecar.state.values()) < 50 * PAGE


async def test_a_message_entered_before_keeps_its_first_id() -> None:
    sidecar = FakeSidecar()
    first, again = message_id(7, NOW_MS), message_id(7, NOW_MS + DAY_MS)
    await register(sidecar).enter("demo", "jane", first)

    entry = await register(sidecar).enter("demo", "jane", again)

    assert entry.message_id == first


async def test_an_id_older_than_what_is_kept_is_not_given_again() -> None:
    sidecar = FakeSidecar()
    first, again = message_id(7, NOW_MS), message_id(7, NOW_MS + 91 * DAY_MS)
    await register(sidecar).enter("demo", "jane", first)

    entry = await register(sidecar).enter("demo", "jane", again)

    assert entry.message_id == again


async def test_a_page_turned_by_someone_who_died_is_turned_again_without_loss() -> None:
    sidecar = FakeSidecar()
    book = register(sidecar)
    for one in ids(PAGE):
        await book.enter("demo", "jane", one)
    sidecar.fail_at(3, SidecarUnavailable("died after turning the page"))
    with pytest.raises(SidecarUnavailable):
        await register(sidecar).enter("demo", "jane", ids(PAGE + 1)[-1])

    await register(sidecar).enter("demo", "jane", ids(PAGE + 1)[-1])

    assert await entered(sidecar) == ids(PAGE + 1)


async def test_who_never_gets_a_turn_is_told_to_come_back() -> None:
    sidecar = FakeSidecar()
    for turn in range(TRIES):
        sidecar.fail_at(2 * (turn + 1), StaleETag("somebody else wrote first"))

    with pytest.raises(CustomerBusy) as busy:
        await register(sidecar).enter("demo", "jane", ids(1)[0])

    assert (busy.value.status, busy.value.retriable) == (503, True)


async def test_memory_is_bounded() -> None:
    book = register(FakeSidecar())

    for number in range(REMEMBERED + 10):
        await book.enter("demo", f"customer-{number}", ids(1)[0])

    assert len(book._remembered) == REMEMBERED
    assert (len(book._waiting), len(book._locks)) == (0, 0)
