"""One request's work while it waits and runs, and the batch it rides in."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from math import inf
from time import perf_counter
from typing import Final

import numpy as np

from ridealong.serving.errors import CallerGone, DeadlinePassed, ServingError
from ridealong.serving.scheduling.lane import Lane
from ridealong.serving.tensors import Array

Group = tuple[object, ...]
Watch = Callable[["Job"], asyncio.Task[None]]
NO_DEADLINE: Final = inf
MOST_GATHERED: Final = 256
# What a text takes beside its characters: a place in its array, and the head of a Python string.
TEXT_BYTES: Final = 64
TOO_LATE: Final = "the deadline passed, or leaves less time than a run takes"


class Job:
    """Checked inputs on their way through a lane. Times are seconds of `time.perf_counter`.

    `group` is what jobs must have in common to share a run; None: this one runs alone.
    """

    __slots__ = (
        "arrays",
        "asked_at",
        "batch",
        "deadline",
        "error",
        "expected_s",
        "future",
        "group",
        "held",
        "inputs",
        "is_quick",
        "is_waiting",
        "lane",
        "outputs",
        "rows",
        "size",
        "tenant",
        "watch",
        "watcher",
    )

    def __init__(
        self,
        lane: Lane,
        inputs: Mapping[str, Array],
        outputs: tuple[str, ...],
        rows: int,
        *,
        tenant: str = "",
        watch: Watch | None = None,
    ) -> None:
        self.lane = lane
        self.inputs = inputs
        self.outputs = outputs
        self.rows = rows
        self.future: asyncio.Future[None]
        self.tenant = tenant
        self.deadline = NO_DEADLINE
        self.watch = watch
        self.watcher: asyncio.Task[None] | None = None
        self.group = group_of(lane, inputs, outputs, rows) if lane.batches else None
        self.asked_at = perf_counter()
        self.is_waiting = False
        self.size = bytes_of(inputs)
        self.held: int
        self.is_quick = 0 < rows <= lane.inline_rows and self.size <= lane.inline_bytes * rows
        self.expected_s = lane.share_s(rows)
        self.arrays: Mapping[str, Array] = {}
        self.error: ServingError | None = None
        self.batch: Batch | None = None

    def abandon(self) -> None:
        """Nobody waits for it any more."""
        if not self.future.done():
            self.future.set_exception(CallerGone("the caller hung up"))

    def expire(self) -> None:
        """Out of time before it cost anything; one that runs is answered, late or not."""
        if self.is_waiting and not self.future.done():
            self.future.set_exception(DeadlinePassed(TOO_LATE))


class Batch:
    """Jobs that share one run, and where its time went."""

    __slots__ = (
        "batch_id",
        "form_s",
        "jobs",
        "lane",
        "requests",
        "rows",
        "run_s",
        "split_s",
        "started_at",
    )

    def __init__(self, batch_id: int, jobs: list[Job]) -> None:
        self.batch_id = batch_id
        self.jobs = jobs
        self.requests = len(jobs)
        self.lane = jobs[0].lane
        self.rows = sum(job.rows for job in jobs)
        self.started_at = perf_counter()
        self.form_s = self.run_s = self.split_s = 0.0

    @property
    def took_s(self) -> float:
        """All of it: inputs joined, run, answers parted."""
        return self.form_s + self.run_s + self.split_s

    def run(self) -> None:
        """Run all jobs together; where the model refuses one of several, each alone.

        So a caller's bad values fail that caller and nobody else. Called from any thread.
        """
        jobs = self.jobs
        if len(jobs) == 1:
            self._run_alone(jobs[0])
            return
        try:
            is_parted = self._run_together()
        except ServingError:
            is_parted = False
        if not is_parted:
            for job in jobs:
                self._run_alone(job)

    def _run_alone(self, job: Job) -> None:
        began = perf_counter()
        try:
            job.arrays = self.lane.runner.run(job.inputs, job.outputs)
        except ServingError as error:
            job.error = error
        self.run_s += perf_counter() - began

    def _run_together(self) -> bool:
        jobs = self.jobs
        began = perf_counter()
        inputs = {
            name: np.concatenate([job.inputs[name] for job in jobs]) for name in jobs[0].inputs
        }
        formed = perf_counter()
        arrays = self.lane.runner.run(inputs, jobs[0].outputs)
        ran = perf_counter()
        self.form_s, self.run_s = formed - began, ran - formed
        if any(len(array) != self.rows for array in arrays.values()):
            return False
        start = 0
        for job in jobs:
            stop = start + job.rows
            job.arrays = {name: array[start:stop] for name, array in arrays.items()}
            start = stop
        self.split_s = perf_counter() - ran
        return True


def bytes_of(inputs: Mapping[str, Array]) -> int:
    """What a model reads: numbers by their size, texts by their characters."""
    size: int = 0
    for array in inputs.values():
        size += sum(map(len, array.ravel().tolist())) if array.dtype.hasobject else array.nbytes
    return size


def held_by(arrays: Mapping[str, Array], size: int | None = None) -> int:
    """What arrays take in memory, near enough; `size` is what `bytes_of` said, if it was asked.

    A million empty texts are nothing to read, and megabytes to keep.
    """
    held = bytes_of(arrays) if size is None else size
    for array in arrays.values():
        if array.dtype.hasobject:
            held += array.size * TEXT_BYTES
    return held


def group_of(
    lane: Lane, inputs: Mapping[str, Array], outputs: tuple[str, ...], rows: int
) -> Group | None:
    """What a companion must have in common. None: inputs of unequal rows, or enough for a run."""
    if not 0 < rows < lane.max_rows:
        return None
    if len(inputs) > 1 and any(len(array) != rows for array in inputs.values()):
        return None
    if lane.has_fixed_rows:
        return (lane, outputs)
    return (lane, outputs, *((name, array.shape[1:]) for name, array in inputs.items()))


def fitting(arrived: Sequence[Job]) -> int:
    """How many quick jobs, from the first on, run together right here and need no queue.

    All of them where they fit one short run. Of more, as many as fit, if a thread would gain them
    nothing and no tenant could come too late; else none.
    """
    first = arrived[0]
    lane, group = first.lane, first.group
    if len(arrived) == 1:
        return 1
    if group is None or any(job.group != group for job in arrived):
        return 0
    if sum(job.rows for job in arrived) <= lane.inline_rows:
        return len(arrived)
    if lane.inline_rows < lane.max_rows or len(arrived) > MOST_GATHERED:
        return 0
    if any(job.tenant != first.tenant for job in arrived):
        return 0
    ends = accumulate(job.rows for job in arrived)
    return sum(end <= lane.inline_rows for end in ends)
