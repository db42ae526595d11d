"""Many deliveries, few commits: each delivery waits for the commit that holds its rows."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Protocol, Self

from prometheus_client import Gauge

from ridealong.lake.table import EVENT_ID, LakeUnavailable, Row

WAITING = Gauge("ridealong_lake_buffered_rows", "Rows that wait for a commit.")
FULL_TIMES = 20
logger = logging.getLogger(__name__)


class Commits(Protocol):
    """What the buffer needs of a lake."""

    def fit(self, table: str, rows: Sequence[Row]) -> None:
        """Raise for rows that could never be committed."""

    def commit(self, rows: Mapping[str, Sequence[Row]]) -> None:
        """Store all of these rows, each once, or raise `LakeUnavailable`."""


class _Batch:
    def __init__(self) -> None:
        self.rows: dict[str, dict[object, Row]] = {}
        self.committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # Whoever waited may be gone, its request cancelled: nobody has to see a failure then.
        self.committed.add_done_callback(lambda done: done.cancelled() or done.exception())

    @property
    def size(self) -> int:
        return sum(len(rows) for rows in self.rows.values())

    def add(self, table: str, rows: Sequence[Row]) -> None:
        self.rows.setdefault(table, {}).update({row[EVENT_ID]: row for row in rows})


class Buffer:
    """Commits what has come in, at most once in `every_s` unless `most_rows` wait.

    While the lake is out, deliveries are held rather than refused: their broker keeps them and
    gives them again after its own time, and nothing becomes a dead letter for which there is no
    lake either.
    """

    def __init__(
        self, lake: Commits, *, every_s: float, most_rows: int, pause_s: float = 1
    ) -> None:
        self._lake = lake
        self._every_s = every_s
        self._most_rows = most_rows
        self._pause_s = pause_s
        self._filling = _Batch()
        self._changed = asyncio.Event()
        self._is_closing = asyncio.Event()
        self.is_stuck = False

    async def store(self, table: str, rows: Sequence[Row]) -> None:
        """Return once the rows are committed; `LakeUnavailable` asks for another delivery."""
        self._lake.fit(table, rows)
        batch = self._filling
        if self._is_closing.is_set() or batch.size + len(rows) > FULL_TIMES * self._most_rows:
            raise LakeUnavailable("no more rows are taken now")
        batch.add(table, rows)
        WAITING.set(batch.size)
        self._changed.set()
        await asyncio.shield(batch.committed)

    async def __aenter__(self) -> Self:
        self._committing = asyncio.create_task(self._commit_batches())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Commit what waits, then end."""
        self._is_closing.set()
        self._changed.set()
        await self._committing

    async def _commit_batches(self) -> None:
        began = -self._every_s
        while await self._has_rows():
            await self._wait_for_company(began + self._every_s)
            began = time.monotonic()
            batch, self._filling = self._filling, _Batch()
            self._changed.clear()
            WAITING.set(0)
            await self._commit(batch)

    async def _has_rows(self) -> bool:
        while not self._filling.size and not self._is_closing.is_set():
            await self._changed.wait()
            self._changed.clear()
        return bool(self._filling.size)

    async def _wait_for_company(self, until: float) -> None:
        """After a quiet time commit at once; under load there is one commit in `every_s`."""
        while self._filling.size < self._most_rows and not self._is_closing.is_set():
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), until - time.monotonic())
            except TimeoutError:
                return

    async def _commit(self, batch: _Batch) -> None:
        rows = {table: list(by_event.values()) for table, by_event in batch.rows.items()}
        failure = await self._try_commit(rows)
        while isinstance(failure, LakeUnavailable) and not self._is_closing.is_set():
            self.is_stuck = True
            logger.error("commit failed", extra={"rows": batch.size, "cause": str(failure)})
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_closing.wait(), self._pause_s)
            failure = await self._try_commit(rows)
        self.is_stuck = False
        if failure is None:
            batch.committed.set_result(None)
        else:
            batch.committed.set_exception(failure)

    async def _try_commit(self, rows: Mapping[str, Sequence[Row]]) -> BaseException | None:
        """The failure, for those who wait: a bug in one commit must not end the loop."""
        work = asyncio.create_task(asyncio.to_thread(self._lake.commit, rows))
        await asyncio.wait({work})
        return work.exception()
