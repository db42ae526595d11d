import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from ridealong.lake.buffer import FULL_TIMES, Buffer
from ridealong.lake.events import RECEIVED, received_row
from ridealong.lake.lake import Lake
from ridealong.lake.table import LakeUnavailable, Row, RowUnfit
from tests.lake.facts import event_ids, received

PATIENCE_S = 10


class SlowLake:
    """Notes commits. Closed gates hold them, faults end them."""

    def __init__(self) -> None:
        self.commits: list[dict[str, list[Row]]] = []
        self.began: list[float] = []
        self.gate = threading.Event()
        self.gate.set()
        self.faults: list[Exception] = []

    def fit(self, table: str, rows: Sequence[Row]) -> None:
        if any(row["event_id"] == "unfit" for row in rows):
            raise RowUnfit("no")

    def commit(self, rows: Mapping[str, Sequence[Row]]) -> None:
        self.began.append(time.monotonic())
        assert self.gate.wait(5)
        if self.faults:
            raise self.faults.pop(0)
        self.commits.append({table: list(some) for table, some in rows.items()})

    def stored(self) -> list[object]:
        return [row["event_id"] for commit in self.commits for row in commit["table"]]


def rows(*event_ids: str) -> list[Row]:
    return [{"event_id": event_id} for event_id in event_ids]


def buffer_of(
    lake: SlowLake, every_s: float = 0.05, most_rows: int = 100, pause_s: float = 0.01
) -> Buffer:
    return Buffer(lake, every_s=every_s, most_rows=most_rows, pause_s=pause_s)


async def comes_true(holds: Callable[[], bool]) -> bool:
    """Whether it does, in a time that is enough for a commit's thread."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds() and time.monotonic() < deadline:  # noqa: ASYNC110 - no event tells of it
        await asyncio.sleep(0.01)
    return holds()


async def test_a_delivery_waits_for_its_commit() -> None:
    lake = SlowLake()
    lake.gate.clear()
    async with buffer_of(lake) as buffer:
        delivery = asyncio.create_task(buffer.store("table", rows("a")))
        await asyncio.sleep(0.1)
        waited = not delivery.done()
        lake.gate.set()
        await delivery

    assert waited
    assert lake.stored() == ["a"]


async def test_deliveries_that_come_together_share_a_commit() -> None:
    lake = SlowLake()
    async with buffer_of(lake) as buffer:
        await buffer.store("table", rows("first"))
        await asyncio.gather(*(buffer.store("table", rows(f"{n}a", f"{n}b")) for n in range(5)))

    assert [len(commit["table"]) for commit in lake.commits] == [1, 10]


async def test_one_event_after_a_quiet_time_is_committed_at_once() -> None:
    async with buffer_of(SlowLake(), every_s=30) as buffer:
        async with asyncio.timeout(1):
            await buffer.store("table", rows("a"))


async def test_commits_keep_their_distance() -> None:
    lake = SlowLake()
    # Not `began[0]`: the thread of the first commit may come late to note it.
    opened = time.monotonic()
    async with buffer_of(lake, every_s=0.2) as buffer:
        for number in range(3):
            await buffer.store("table", rows(str(number)))

    assert lake.began[2] - opened >= 0.39


async def test_many_rows_do_not_wait() -> None:
    lake = SlowLake()
    async with buffer_of(lake, every_s=30, most_rows=3) as buffer:
        await buffer.store("table", rows("first"))
        async with asyncio.timeout(1):
            await buffer.store("table", rows("a", "b", "c"))

    assert len(lake.commits) == 2


async def test_the_same_event_in_two_deliveries_is_one_row() -> None:
    lake = SlowLake()
    async with buffer_of(lake) as buffer:
        await buffer.store("table", rows("first"))
        await asyncio.gather(*(buffer.store("table", rows("a", "b")) for _ in range(3)))

    assert lake.stored() == ["first", "a", "b"]


async def test_while_the_lake_is_out_deliveries_are_held_and_then_stored() -> None:
    lake = SlowLake()
    lake.faults = [LakeUnavailable("out")] * 3
    async with buffer_of(lake) as buffer:
        await buffer.store("table", rows("a"))
        stuck = buffer.is_stuck

    assert lake.stored() == ["a"]
    assert not stuck


async def test_a_lake_that_is_out_shows_as_stuck() -> None:
    lake = SlowLake()
    lake.faults = [LakeUnavailable("out")]
    async with buffer_of(lake, pause_s=30) as buffer:
        delivery = asyncio.create_task(buffer.store("table", rows("a")))
        stuck = await comes_true(lambda: buffer.is_stuck)

    await delivery
    assert stuck
    assert lake.stored() == ["a"]


async def test_a_bug_in_a_commit_reaches_its_deliveries_and_no_others() -> None:
    lake = SlowLake()
    lake.faults = [ZeroDivisionError()]
    async with buffer_of(lake) as buffer:
        with pytest.raises(ZeroDivisionError):
            await buffer.store("table", rows("a"))
        await buffer.store("table", rows("b"))

    assert lake.stored() == ["b"]


async def test_a_row_that_can_never_be_stored_spoils_no_commit() -> None:
    lake = SlowLake()
    async with buffer_of(lake) as buffer:
        with pytest.raises(RowUnfit):
            await buffer.store("table", rows("unfit"))
        await buffer.store("table", rows("a"))

    assert lake.stored() == ["a"]


async def test_what_waits_at_shutdown_is_committed_before_the_end() -> None:
    lake = SlowLake()
    async with buffer_of(lake, every_s=30) as buffer:
        await buffer.store("table", rows("a"))
        delivery = asyncio.create_task(buffer.store("table", rows("b")))
        await asyncio.sleep(0)

    await delivery
    assert lake.stored() == ["a", "b"]


async def test_shutdown_with_the_lake_out_asks_for_another_delivery() -> None:
    lake = SlowLake()
    lake.faults = [LakeUnavailable("out")] * 100
    async with buffer_of(lake, pause_s=30) as buffer:
        delivery = asyncio.create_task(buffer.store("table", rows("a")))
        await asyncio.sleep(0.05)

    with pytest.raises(LakeUnavailable):
        await delivery
    assert lake.stored() == []


async def test_after_the_end_nothing_is_taken() -> None:
    async with buffer_of(SlowLake()) as buffer:
        pass

    with pytest.raises(LakeUnavailable):
        await buffer.store("table", rows("a"))


async def test_a_full_buffer_takes_no_more() -> None:
    lake = SlowLake()
    lake.gate.clear()
    async with buffer_of(lake, most_rows=2) as buffer:
        held = [asyncio.create_task(buffer.store("table", rows("in commit")))]
        assert await comes_true(lambda: bool(lake.began))
        crowd = rows(*map(str, range(2 * FULL_TIMES)))
        held.append(asyncio.create_task(buffer.store("table", crowd)))
        await asyncio.sleep(0)
        with pytest.raises(LakeUnavailable):
            await buffer.store("table", rows("one more"))
        lake.gate.set()
        await asyncio.gather(*held)

    assert len(lake.stored()) == 1 + 2 * FULL_TIMES


async def test_a_caller_that_leaves_takes_nobody_with_it() -> None:
    lake = SlowLake()
    async with buffer_of(lake) as buffer:
        await buffer.store("table", rows("first"))
        leaving = asyncio.create_task(buffer.store("table", rows("a")))
        staying = asyncio.create_task(buffer.store("table", rows("b")))
        await asyncio.sleep(0)
        leaving.cancel()
        await staying

    assert lake.stored() == ["first", "a", "b"]


async def test_a_real_lake_holds_what_was_acknowledged(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path), (RECEIVED,))
    async with Buffer(lake, every_s=0.05, most_rows=50) as buffer:
        deliveries = [
            buffer.store(RECEIVED.name, [received_row(received(n)), received_row(received(n + 1))])
            for n in range(30)
        ]
        await asyncio.gather(*deliveries)

        assert len(event_ids(lake, RECEIVED.name)) == 31
