"""The lines in which jobs wait: one for each quick lane, one for slow jobs, one behind them."""

from collections.abc import Iterator
from itertools import chain
from time import perf_counter

from ridealong.serving.errors import ServerFull
from ridealong.serving.scheduling.admission import Admission, Limits
from ridealong.serving.scheduling.jobs import NO_DEADLINE, Job
from ridealong.serving.scheduling.lane import Lane
from ridealong.serving.scheduling.queue import FairQueue

MOST_IN_BACKGROUND = 32


class Lines:
    """Who joins is admitted first; those in the background stand outside of the books."""

    def __init__(self, limits: Limits, slots: int) -> None:
        self.quick: dict[Lane, FairQueue] = {}
        self.slow = FairQueue()
        self.background = FairQueue()
        self._admission = Admission(limits, slots)

    @property
    def waiting(self) -> int:
        """How many jobs wait, those in the background left out."""
        return self._admission.waiting

    def jobs(self) -> Iterator[Job]:
        """They, in no particular order."""
        return chain(self.slow.waiting_jobs(), *map(FairQueue.waiting_jobs, self.quick.values()))

    def join(self, job: Job) -> None:
        """Raises `TenantQueueFull`, `ServerFull` or `DeadlinePassed`."""
        self._admission.admit(job)
        self._line_of(job).push(job)

    def join_background(self, job: Job) -> None:
        """Raises `ServerFull`."""
        if self.background.waiting >= MOST_IN_BACKGROUND:
            raise ServerFull("too many requests wait in the background")
        self.background.push(job)

    def leave(self, queue: FairQueue, job: Job) -> None:
        """It runs now, or nobody waits for it any more."""
        queue.leave(job)
        if queue is self.background:
            return
        self._admission.release(job)
        if queue is not self.slow and not queue.waiting:
            del self.quick[job.lane]

    def take(self, queue: FairQueue, most_rows: int | None = None) -> list[Job]:
        """Those that run together next. Who left meanwhile, or is late, leaves the line as well."""
        head = queue.head()
        if head is None:
            return []
        lane, now = head.lane, perf_counter()
        # Careful while others wait; when nobody does, trying costs nobody anything.
        expect_s = lane.expect_s if self.waiting > 1 else lane.least_s
        jobs: list[Job] = []
        rows, size, tightest = 0, 0, NO_DEADLINE
        for job in queue.take(head, most_rows or lane.max_rows):
            if job.future.done():
                self.leave(queue, job)
                continue
            if jobs and size + job.size > lane.max_bytes:
                break
            tightest = min(tightest, job.deadline)
            if tightest != NO_DEADLINE and now + expect_s(rows + job.rows) > tightest:
                if jobs:
                    break
                tightest = NO_DEADLINE
                job.expire()
                self.leave(queue, job)
                continue
            self.leave(queue, job)
            rows += job.rows
            size += job.size
            jobs.append(job)
        return jobs

    def withdraw(self, job: Job) -> None:
        """Its caller has gone."""
        self.leave(self._line_of(job), job)

    def to_the_end(self, lane: Lane) -> None:
        """It was served: other quick lanes come first."""
        if lane in self.quick:
            self.quick[lane] = self.quick.pop(lane)

    def _line_of(self, job: Job) -> FairQueue:
        if not job.is_quick:
            return self.slow
        return self.quick.get(job.lane) or self.quick.setdefault(job.lane, FairQueue())
