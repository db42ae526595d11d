"""Slots: bounded, in order, with deadlines, and never on the event loop."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from ridealong.serving.errors import DeadlinePassed, ServerFull
from ridealong.serving.execution import Slots, default_slots


class Gate:
    """Work that holds its slot until it is let go."""

    def __init__(self) -> None:
        self.started = threading.Event()
        self._open = threading.Event()

    def work(self) -> str:
        self.started.set()
        assert self._open.wait(10)
        return "done"

    def let_go(self) -> None:
        self._open.set()


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.let_go()


@pytest.fixture
def make_slots() -> Iterator[Callable[..., Slots]]:
    made: list[Slots] = []

    def make(slots: int, queue_limit: int | None = None) -> Slots:
        made.append(Slots(slots, queue_limit))
        return made[-1]

    yield make
    for slots in made:
        slots.close()


async def hold(slots: Slots, gate: Gate) -> asyncio.Task[object]:
    task: asyncio.Task[object] = asyncio.create_task(slots.run(gate.work))
    await asyncio.to_thread(gate.started.wait, 10)
    return task


async def test_work_runs_in_another_thread_and_says_how_long(
    make_slots: Callable[..., Slots],
) -> None:
    ran = await make_slots(1).run(threading.get_ident)

    assert ran.result != threading.get_ident()
    assert ran.queued_s >= 0
    assert ran.ran_s >= 0


async def test_a_failure_reaches_its_own_caller_and_the_slot_goes_on(
    make_slots: Callable[..., Slots],
) -> None:
    slots = make_slots(1)

    with pytest.raises(ZeroDivisionError):
        await slots.run(lambda: 1 // 0)
    assert (await slots.run(lambda: 7)).result == 7


async def test_a_full_queue_sheds_at_once(make_slots: Callable[..., Slots], gate: Gate) -> None:
    slots = make_slots(1, 1)
    held = await hold(slots, gate)
    waiting = asyncio.create_task(slots.run(lambda: "second"))
    await asyncio.sleep(0)

    with pytest.raises(ServerFull) as shed:
        await slots.run(lambda: "third")
    assert shed.value.retry_after_s
    gate.let_go()
    await held
    assert (await waiting).result == "second"


async def test_a_deadline_is_kept_in_the_queue(
    make_slots: Callable[..., Slots], gate: Gate
) -> None:
    slots = make_slots(1)
    held = await hold(slots, gate)
    ran: list[str] = []

    with pytest.raises(DeadlinePassed):
        await slots.run(lambda: ran.append("late"), timeout_s=0.02)
    gate.let_go()
    await held
    await slots.run(lambda: None)
    assert ran == []
    assert slots.waiting == 0


async def test_who_leaves_gives_the_place_in_the_queue_back(
    make_slots: Callable[..., Slots], gate: Gate
) -> None:
    slots = make_slots(1, 1)
    held = await hold(slots, gate)
    leaving = asyncio.create_task(slots.run(lambda: "never"))
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.sleep(0)

    staying = asyncio.create_task(slots.run(lambda: "stays"))
    await asyncio.sleep(0)
    gate.let_go()
    await held
    assert (await staying).result == "stays"


async def test_jobs_run_in_order_of_arrival(make_slots: Callable[..., Slots], gate: Gate) -> None:
    slots = make_slots(1)
    held = await hold(slots, gate)
    order: list[int] = []

    waiting = [
        asyncio.create_task(slots.run(partial(order.append, number))) for number in range(10)
    ]
    await asyncio.sleep(0)
    gate.let_go()
    await asyncio.gather(held, *waiting)
    assert order == list(range(10))


@pytest.mark.parametrize(("cores", "slots"), [(1, 1), (2, 2), (4, 2), (16, 4), (64, 16), (256, 16)])
def test_slots_are_sane_on_small_and_big_machines(
    cores: int, slots: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(cores)))

    assert default_slots() == slots
