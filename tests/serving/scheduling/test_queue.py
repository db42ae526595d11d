"""Who leaves the queue takes everything along, and the others notice nothing."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from weakref import ref

import pytest

from ridealong.serving.scheduling.jobs import Job
from ridealong.serving.scheduling.queue import FairQueue
from ridealong.serving.scheduling.scheduler import Scheduler
from tests.serving.scheduling.lanes import Array, Doubler, row, slow_lane

Inputs = dict[str, Array]
Leave = Callable[[Scheduler, Inputs], Awaitable[None]]
LANE = slow_lane(Doubler())


def waiting(queue: FairQueue, *tenants: str) -> list[Job]:
    jobs = [Job(LANE, row(1.0), ("y",), 1, tenant=tenant) for tenant in tenants]
    for job in jobs:
        queue.push(job)
    return jobs


@pytest.fixture
async def busy() -> AsyncIterator[Scheduler]:
    """Its slot is taken; one job waits for it, and one in the background."""
    scheduler, runner = Scheduler(1), Doubler()
    runner.hold()
    lane = slow_lane(runner)
    asking = [asyncio.create_task(scheduler.run(lane, row(0.0), ("y",), 1))]
    assert await asyncio.to_thread(runner.started.wait, 10)
    asking.append(asyncio.create_task(scheduler.run(LANE, row(1.0), ("y",), 1)))
    asking.append(asyncio.create_task(scheduler.run_in_background(LANE, row(2.0), ("y",), 1)))
    await asyncio.sleep(0)
    yield scheduler
    runner.let_go()
    await asyncio.gather(*asking)
    await asyncio.to_thread(scheduler.close)


async def be_cancelled(scheduler: Scheduler, inputs: Inputs) -> None:
    async with asyncio.timeout(0.01):
        await scheduler.run(LANE, inputs, ("y",), 1)


async def hang_up(scheduler: Scheduler, inputs: Inputs) -> None:
    async def at_once(job: Job) -> None:
        job.abandon()

    def watch(job: Job) -> "asyncio.Task[None]":
        return asyncio.create_task(at_once(job))

    await scheduler.run(LANE, inputs, ("y",), 1, watch=watch)


async def be_late(scheduler: Scheduler, inputs: Inputs) -> None:
    await scheduler.run(LANE, inputs, ("y",), 1, timeout_s=0.1)


async def give_up_in_the_background(scheduler: Scheduler, inputs: Inputs) -> None:
    async with asyncio.timeout(0.01):
        await scheduler.run_in_background(LANE, inputs, ("y",), 1)


@pytest.mark.parametrize("leave", [be_cancelled, hang_up, be_late, give_up_in_the_background])
async def test_whoever_leaves_while_others_wait_leaves_no_inputs(
    busy: Scheduler, leave: Leave
) -> None:
    async def ask_and_leave() -> "ref[Array]":
        inputs = row(3.0)
        await asyncio.gather(leave(busy, inputs), return_exceptions=True)
        return ref(inputs["x"])

    left = await ask_and_leave()
    await asyncio.sleep(0)
    gc.collect()

    assert left() is None
    assert busy.waiting == 1


def test_turns_are_kept_whoever_leaves() -> None:
    queue = FairQueue()
    first, other, second, third = waiting(queue, "a", "b", "a", "a")

    for job in (first, third):
        queue.leave(job)
    [head, companion] = taken(queue)

    assert (head, companion) == (second, other)
    assert queue.waiting == 0


def test_a_tenant_whose_line_was_empty_comes_after_those_who_wait() -> None:
    queue = FairQueue()
    gone, other = waiting(queue, "a", "b")
    queue.leave(gone)

    [back] = waiting(queue, "a")

    assert taken(queue) == [other, back]


def taken(queue: FairQueue) -> list[Job]:
    head = queue.head()
    assert head is not None
    jobs = []
    for job in queue.take(head, 8):
        queue.leave(job)
        jobs.append(job)
    return jobs
