"""Has the callers of jobs that wait long watched: those who hang up leave the queue."""

import asyncio
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Final

from ridealong.serving.scheduling.jobs import Job

WATCHED_AFTER_S: Final = 0.02


class Watchman:
    """Looks around now and then while anybody waits: a watch for each request would cost more than
    most requests do.
    """

    def __init__(self, waiting: Callable[[], Iterable[Job]]) -> None:
        self._waiting = waiting
        self._next_look: asyncio.TimerHandle | None = None

    def look_later(self, loop: asyncio.AbstractEventLoop) -> None:
        """Somebody joined the queue."""
        if self._next_look is None:
            self._next_look = loop.call_later(WATCHED_AFTER_S, self._look, loop)

    def close(self) -> None:
        """Look no more."""
        if self._next_look is not None:
            self._next_look.cancel()

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._next_look = None
        long_ago = perf_counter() - WATCHED_AFTER_S
        for job in self._waiting():
            self.look_later(loop)
            if job.watcher is None and job.watch is not None and job.asked_at < long_ago:
                job.watcher = job.watch(job)
