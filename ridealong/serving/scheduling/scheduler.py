"""Decides what runs next: what is ready when a slot is free runs, together where that is safe.

Nobody waits on a timer for company. All bookkeeping happens on the event loop and needs no lock;
only a batch's run is in a thread, or right here where it was measured to be too short for one.
"""

import asyncio
from collections.abc import Mapping
from itertools import count
from typing import Final

from ridealong.serving.errors import ServingError
from ridealong.serving.metrics import WAITING
from ridealong.serving.scheduling.admission import Limits
from ridealong.serving.scheduling.jobs import Batch, Job, Watch, fitting
from ridealong.serving.scheduling.lane import Lane
from ridealong.serving.scheduling.lines import Lines
from ridealong.serving.scheduling.queue import FairQueue
from ridealong.serving.scheduling.settling import run_alone, run_here, settle
from ridealong.serving.scheduling.threads import Slots
from ridealong.serving.scheduling.watchman import Watchman
from ridealong.serving.tensors import Array

PIPELINED_ROWS: Final = 8
# A quick job with more time than this is served before it could be late, unless many come at once:
# then it joins the queue, which looks at deadlines.
UNHURRIED_S: Final = 0.05
# The rest is for what no model sees: the answer written, sent, and read by the caller.
BEFORE_THE_WAY_BACK: Final = 0.85


class Scheduler:
    """Runs jobs on `slots` threads, tenants taking turns.

    `quick` jobs are short enough for the event loop; many of one lane take a slot together, one for
    each lane, and the next gather meanwhile. `slow` jobs need a slot. Those in the background run
    only while nothing else does, on a thread of their own.
    """

    def __init__(self, slots: int, limits: Limits | None = None) -> None:
        self._slots = Slots(slots)
        self._lines = Lines(limits or Limits(), slots)
        self._watchman = Watchman(self._lines.jobs)
        self._ids = count(1)
        self._arrived: list[Job] = []
        self._is_sparse, self._at_once = True, 0
        self._is_due = self._slow_is_next = self._in_background = False
        WAITING.set_function(lambda: self.waiting)

    @property
    def waiting(self) -> int:
        """How many jobs wait, those in the background left out."""
        return self._lines.waiting

    async def run(
        self,
        lane: Lane,
        inputs: Mapping[str, Array],
        outputs: tuple[str, ...],
        rows: int,
        *,
        tenant: str = "",
        timeout_s: float | None = None,
        watch: Watch | None = None,
    ) -> Job:
        """The job, answered. A caller who leaves, or is out of time, leaves the queue.

        `watch` is called for a job that waits long: its task shall abandon it when the caller is
        gone. Raises `TenantQueueFull`, `ServerFull`, `DeadlinePassed`, or what the model raised.
        """
        loop = self._slots.loop
        job = Job(lane, inputs, outputs, rows, tenant=tenant, watch=watch)
        if timeout_s is not None:
            job.deadline = job.asked_at + timeout_s * BEFORE_THE_WAY_BACK
        if job.is_quick and (timeout_s is None or timeout_s > UNHURRIED_S):
            if self._is_sparse and not self._at_once and self._is_open(lane):
                return self._run_at_once(loop, job)
            job.future = loop.create_future()
            self._arrived.append(job)
        else:
            job.future = loop.create_future()
            self._lines.join(job)
        self._look_soon(loop)
        alarm = None if timeout_s is None else loop.call_later(timeout_s, job.expire)
        try:
            await job.future
        finally:
            if alarm is not None:
                alarm.cancel()
            if job.is_waiting:
                self._lines.withdraw(job)
            if job.watcher is not None:
                job.watcher.cancel()
        return job

    async def run_in_background(
        self, lane: Lane, inputs: Mapping[str, Array], outputs: tuple[str, ...], rows: int
    ) -> Job:
        """As `run`, once nothing else waits or runs. Raises `ServerFull` where many wait."""
        loop = self._slots.loop
        job = Job(lane, inputs, outputs, rows)
        job.future = loop.create_future()
        self._lines.join_background(job)
        self._look_soon(loop)
        try:
            await job.future
        finally:
            if job.is_waiting:
                self._lines.leave(self._lines.background, job)
        return job

    def close(self) -> None:
        """Finish what runs, take nothing new."""
        self._watchman.close()
        self._slots.close()

    def _look_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look for work once everything that is ready by now has arrived."""
        if not self._is_due:
            self._is_due = True
            loop.call_soon(self._look, loop)
        self._watchman.look_later(loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._is_due = False
        if came := self._at_once + len(self._arrived):
            self._is_sparse, self._at_once = came == 1, 0
        if self._slow_is_next:
            self._serve_slow(loop)
        if not (self._arrived and self._serve_arrived()):
            self._serve_quick(loop)
        while self._slots.free and self._lines.slow.waiting:
            self._serve_slow(loop)
        self._serve_background(loop)

    def _is_open(self, lane: Lane) -> bool:
        """Nobody quick waits, and nobody of this kind runs."""
        return not (self._lines.quick or lane.has_slot)

    def _run_at_once(self, loop: asyncio.AbstractEventLoop, job: Job) -> Job:
        """While quick jobs come one by one, there is nobody to wait for. A second one, before the
        loop comes round again, is gathered, and so are the next.
        """
        self._at_once = 1
        self._look_soon(loop)
        return run_alone(Batch(next(self._ids), [job]))

    def _serve_arrived(self) -> bool:
        """What came since the last look and needs no queue runs here; what does joins it."""
        arrived, self._arrived = self._arrived, []
        now = fitting(arrived) if self._is_open(arrived[0].lane) else 0
        if not now:
            for job in arrived:
                self._join_late(job)
            return False
        self._arrived = arrived[now:]
        if self._arrived or self.waiting:
            self._look_soon(self._slots.loop)
        jobs = [job for job in arrived[:now] if not job.future.done()]
        if jobs:
            run_here(Batch(next(self._ids), jobs))
        return True

    def _join_late(self, job: Job) -> None:
        if not job.future.done():
            try:
                self._lines.join(job)
            except ServingError as error:
                job.future.set_exception(error)

    def _serve_slow(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._slots.free and self._lines.slow.waiting:
            self._slow_is_next = False
            self._start(loop, self._form(self._lines.slow))

    def _serve_quick(self, loop: asyncio.AbstractEventLoop) -> None:
        """Much of a lane in a slot, or a little of one right here, so that the loop breathes."""
        for lane, queue in list(self._lines.quick.items()):
            if lane.has_slot:
                continue
            ready = queue.rows_ready()
            if self._slots.free and lane.inline_rows < min(lane.max_rows, ready):
                self._slow_is_next = True
                # Half of what is ready, or eight: while they run, the others come and go. All at
                # once would have every caller wait for the run, and the run for every caller.
                most = min(lane.max_rows, max(PIPELINED_ROWS, ready // 2))
                self._start(loop, self._form(queue, most), lane)
                continue
            batch = self._form(queue, lane.inline_rows)
            if batch is not None:
                self._lines.to_the_end(lane)
                if self.waiting:
                    self._look_soon(loop)
                run_here(batch)
                return

    def _serve_background(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._in_background or not (self._lines.background.waiting and self._slots.is_idle):
            return
        batch = self._form(self._lines.background)
        if batch is None:
            return

        def done(is_done: bool) -> None:
            self._in_background = False
            settle(batch, is_done=is_done)
            self._look(loop)

        self._in_background = True
        self._slots.start(loop, batch, done)

    def _form(self, queue: FairQueue, most_rows: int | None = None) -> Batch | None:
        jobs = self._lines.take(queue, most_rows)
        if not jobs and queue.waiting:
            # All of this turn had left; the others must not wait for somebody new to come.
            self._look_soon(self._slots.loop)
        return Batch(next(self._ids), jobs) if jobs else None

    def _start(
        self, loop: asyncio.AbstractEventLoop, batch: Batch | None, lane: Lane | None = None
    ) -> None:
        """Run in a slot; `lane` is the one whose only slot this is."""
        if batch is None:
            return

        def done(is_done: bool) -> None:
            self._slots.free += 1
            if lane is not None:
                lane.has_slot = False
            settle(batch, is_done=is_done)
            self._look(loop)

        self._slots.free -= 1
        if lane is not None:
            lane.has_slot = True
        self._slots.start(loop, batch, done)
