"""Order, fairness and bounds of the queue, step by step: whatever comes, leaves and runs, in
whatever order.

One slot, whose runs end one by one when the test says so; beside it a plain model of who waits.
"""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ridealong.serving.errors import ServerFull, TenantQueueFull
from ridealong.serving.models.profile import Profile
from ridealong.serving.scheduling.admission import Limits
from ridealong.serving.scheduling.jobs import Job
from ridealong.serving.scheduling.lane import Lane
from ridealong.serving.scheduling.scheduler import Scheduler
from ridealong.serving.tensors import Array

TENANTS = ("a", "b", "c", "d")
MOST_ROWS = 4
MOST_WAITING, MOST_OF_ONE = 8, 4
ENDED_WITHIN_S = 10


class Stepper:
    """Runs that end one at a time. `batches` holds the numbers of the jobs in each."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.is_running = False
        self.started = threading.Event()
        self._may_end = threading.Semaphore(0)

    def run(self, inputs: Mapping[str, Array], outputs: Sequence[str]) -> dict[str, Array]:
        numbers = inputs["x"].ravel().tolist()
        self.batches.append(list(dict.fromkeys(map(int, numbers))))
        self.is_running = True
        self.started.set()
        assert self._may_end.acquire(timeout=ENDED_WITHIN_S)
        self.is_running = False
        return dict.fromkeys(outputs, inputs["x"] * 2)

    def end_one(self) -> None:
        self._may_end.release()

    def end_all(self) -> None:
        """Those to come as well."""
        self._may_end.release(1000)


class Waiting(NamedTuple):
    """A job as the model knows it; `group` stands for the outputs it asks for."""

    number: int
    tenant: str
    group: str
    rows: int


class Queue(RuleBasedStateMachine):
    """The scheduler beside a list of who waits."""

    def __init__(self) -> None:
        super().__init__()
        self.loop: asyncio.AbstractEventLoop
        self.runner = Stepper()
        profile = Profile(batches=True, max_rows=MOST_ROWS, timings={1: 0.001, MOST_ROWS: 0.001})
        self.lane = Lane("step", "1", self.runner, profile)
        self.scheduler = Scheduler(1, Limits(requests=MOST_WAITING, tenant_share=0.5))
        self.tasks: dict[int, asyncio.Task[Job]] = {}
        self.waiting: list[Waiting] = []
        self.passed_over = Counter[str]()
        self.seen = 0

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()

    @rule(
        tenants=st.lists(st.sampled_from(TENANTS), min_size=1, max_size=8),
        group=st.sampled_from("yyz"),
        rows=st.sampled_from([1, 1, 1, 2, 3]),
    )
    def come(self, tenants: list[str], group: str, rows: int) -> None:
        for tenant in tenants:
            self.come_alone(tenant, group, rows)

    def come_alone(self, tenant: str, group: str, rows: int) -> None:
        job = Waiting(len(self.tasks), tenant, group, rows)
        refusal = self.expected_refusal(tenant)
        inputs = {"x": np.full((rows, 1), job.number, dtype=np.float32)}
        asked = self.scheduler.run(self.lane, inputs, (group,), rows, tenant=tenant)
        self.tasks[job.number] = task = self.loop.create_task(asked)
        if refusal is None:
            self.waiting.append(job)
        self.settle()
        if refusal is not None:
            assert isinstance(task.exception(), refusal)

    def expected_refusal(self, tenant: str) -> type[Exception] | None:
        if len(self.waiting) >= MOST_WAITING:
            return ServerFull
        of_tenant = sum(job.tenant == tenant for job in self.waiting)
        return TenantQueueFull if of_tenant >= MOST_OF_ONE else None

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        job = data.draw(st.sampled_from(self.waiting))
        self.waiting.remove(job)
        self.tasks[job.number].cancel()
        self.settle()
        assert self.tasks[job.number].cancelled()

    @precondition(lambda self: self.runner.is_running)
    @rule()
    def end_a_run(self) -> None:
        batch = self.runner.batches[-1]
        self.runner.end_one()
        self.settle(until_done=batch)
        for number in batch:
            assert self.answer_of(number) == {number * 2}

    def answer_of(self, number: int) -> set[float]:
        [array] = self.tasks[number].result().arrays.values()
        return set(array.ravel().tolist())

    @invariant()
    def as_many_wait_as_should(self) -> None:
        assert self.scheduler.waiting == len(self.waiting)

    def settle(self, until_done: Sequence[int] = ()) -> None:
        """Let everything happen that can; look at every batch that began."""

        async def until_quiet() -> None:
            deadline = time.monotonic() + ENDED_WITHIN_S
            for _ in range(3):
                await asyncio.sleep(0)
            while not (
                all(self.tasks[number].done() for number in until_done)
                and (self.runner.is_running or not self.scheduler.waiting)
                and len(self.runner.batches) >= self.begun()
            ):
                assert time.monotonic() < deadline, "somebody waits although the slot is free"
                await asyncio.sleep(0.0005)

        self.loop.run_until_complete(until_quiet())
        for batch in self.runner.batches[self.seen :]:
            self.look_at(batch)
        self.seen = len(self.runner.batches)

    def begun(self) -> int:
        """How many batches there must be by now: nobody is taken from the queue but for one."""
        taken = len(self.waiting) - self.scheduler.waiting
        return self.seen + (taken > 0)

    def look_at(self, numbers: list[int]) -> None:
        by_number = {job.number: job for job in self.waiting}
        batch = [by_number[number] for number in numbers]
        first = next(job for job in self.waiting if job.tenant == batch[0].tenant)
        assert batch[0] == first, "a tenant's own order was not kept"
        assert len({job.group for job in batch}) == 1, "others than companions share a run"
        assert sum(job.rows for job in batch) <= MOST_ROWS
        self.require_order(batch)
        self.require_turns(batch)
        self.require_fairness(batch)
        self.waiting = [job for job in self.waiting if job not in batch]

    def require_order(self, batch: list[Waiting]) -> None:
        """First come, first served, for one tenant and what may run together."""
        for tenant in TENANTS:
            line = [
                job for job in self.waiting if (job.tenant, job.group) == (tenant, batch[0].group)
            ]
            taken = [job for job in batch if job.tenant == tenant]
            assert taken == line[: len(taken)]

    def require_turns(self, batch: list[Waiting]) -> None:
        """Nobody rides twice before all others who could have ridden once."""
        could = {job.tenant for job in self.waiting if job.group == batch[0].group}
        riding: set[str] = set()
        for job in batch:
            assert job.tenant not in riding or riding >= could
            riding.add(job.tenant)

    def require_fairness(self, batch: list[Waiting]) -> None:
        """Whoever waits is in one of as many batches as there are tenants, whatever the flood."""
        served = {job.tenant for job in batch}
        for tenant in TENANTS:
            waits = any(job.tenant == tenant for job in self.waiting)
            self.passed_over[tenant] = (
                self.passed_over[tenant] + 1 if waits and tenant not in served else 0
            )
            assert self.passed_over[tenant] < len(TENANTS)

    def teardown(self) -> None:
        """Every job ends by itself, and nothing is left in the books."""
        self.runner.end_all()

        async def until_all_ended() -> None:
            everybody = asyncio.gather(*self.tasks.values(), return_exceptions=True)
            await asyncio.wait_for(everybody, ENDED_WITHIN_S)

        try:
            self.loop.run_until_complete(until_all_ended())
        finally:
            self.scheduler.close()
            self.loop.close()
        assert self.scheduler.waiting == 0
        assert self.scheduler._lines._admission._by_tenant == {}
        assert self.scheduler._lines.slow._groups == {}


TestQueue = Queue.TestCase
TestQueue.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)


async def test_a_quiet_tenant_rides_in_the_next_batch_whatever_the_flood() -> None:
    """Batches of two, forty jobs of one tenant, then one of another."""
    runner = Stepper()
    profile = Profile(batches=True, max_rows=2, timings={1: 0.001, 2: 0.001})
    lane, scheduler = Lane("step", "1", runner, profile), Scheduler(1)

    def ask(number: int, tenant: str) -> "asyncio.Task[Job]":
        inputs = {"x": np.array([[number]], dtype=np.float32)}
        return asyncio.create_task(scheduler.run(lane, inputs, ("y",), 1, tenant=tenant))

    flood = [ask(number, "flood") for number in range(40)]
    await asyncio.to_thread(runner.started.wait, ENDED_WITHIN_S)
    quiet = ask(40, "quiet")
    await asyncio.sleep(0)
    runner.end_all()
    await asyncio.gather(quiet, *flood)

    assert 40 in runner.batches[1]
    await asyncio.to_thread(scheduler.close)
