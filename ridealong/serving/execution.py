"""Runs models off the event loop: some slots, a bounded queue before them, deadlines in it."""

import asyncio
import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any, Generic, TypeVar

from ridealong.serving.errors import DeadlinePassed, ServerFull

ResultT = TypeVar("ResultT")

QUEUE_PER_SLOT = 64
MOST_SLOTS = 16


def default_slots() -> int:
    """All of a small machine's cores, a quarter of a big one's: others live here too."""
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    return min(cores, max(2, cores // 4), MOST_SLOTS)


@dataclass(frozen=True)
class Ran(Generic[ResultT]):
    """A result, and where its time went."""

    result: ResultT
    queued_s: float
    ran_s: float


@dataclass(eq=False)
class Job:
    """Work waiting for a slot."""

    work: Callable[[], Any]
    future: asyncio.Future[Ran[Any]]
    asked_at: float
    started_at: float = 0.0


class Slots:
    """Jobs are taken in order of arrival when a slot is free; nobody waits on a timer.

    All bookkeeping happens on the event loop, so it needs no lock; only `work` runs in a thread.
    """

    def __init__(self, slots: int, queue_limit: int | None = None) -> None:
        self._free = slots
        self._queue_limit = queue_limit if queue_limit is not None else slots * QUEUE_PER_SLOT
        self._waiting: deque[Job] = deque()
        self._executor = ThreadPoolExecutor(slots, thread_name_prefix="inference")

    @property
    def waiting(self) -> int:
        """How many jobs wait for a slot."""
        return len(self._waiting)

    async def run(
        self, work: Callable[[], ResultT], timeout_s: float | None = None
    ) -> Ran[ResultT]:
        """The result of `work`. A caller who leaves, or is out of time, leaves the queue."""
        if not self._free and len(self._waiting) >= self._queue_limit:
            raise ServerFull(f"{len(self._waiting)} requests wait already")
        loop = asyncio.get_running_loop()
        job = Job(work, loop.create_future(), perf_counter())
        self._waiting.append(job)
        self._fill(loop)
        alarm = None if timeout_s is None else loop.call_later(timeout_s, self._expire, job)
        try:
            return await job.future
        finally:
            if alarm is not None:
                alarm.cancel()
            if not job.started_at:
                self._waiting.remove(job)

    def close(self) -> None:
        """Finish what runs, take nothing new."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _expire(self, job: Job) -> None:
        if not job.future.done() and not job.started_at:
            job.future.set_exception(DeadlinePassed("the deadline passed before a slot was free"))

    def _fill(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._free and self._waiting:
            job = self._waiting.popleft()
            job.started_at = perf_counter()
            if job.future.done():
                continue
            self._free -= 1
            running = self._executor.submit(run_timed, job.work, job.asked_at)
            running.add_done_callback(partial(self._tell_loop, loop, job))

    def _tell_loop(
        self, loop: asyncio.AbstractEventLoop, job: Job, running: Future[Ran[Any]]
    ) -> None:
        loop.call_soon_threadsafe(self._finish, loop, job, running)

    def _finish(self, loop: asyncio.AbstractEventLoop, job: Job, running: Future[Ran[Any]]) -> None:
        self._free += 1
        error = running.exception()
        if not job.future.done():
            if error is None:
                job.future.set_result(running.result())
            else:
                job.future.set_exception(error)
        self._fill(loop)


def run_timed(work: Callable[[], ResultT], asked_at: float) -> Ran[ResultT]:
    """In the thread: the work, and where its time went."""
    started_at = perf_counter()
    result = work()
    return Ran(result, started_at - asked_at, perf_counter() - started_at)
