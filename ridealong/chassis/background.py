"""Work that may end after the reply: tracked, logged when it fails, waited for at shutdown."""

import asyncio
import logging
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

from ridealong.chassis.sidecar import Sidecar

logger = logging.getLogger(__name__)


class Background:
    """A set of tasks. Only what is harmless to lose in a crash may be given to it."""

    def __init__(self, shutdown_s: float = 10) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._shutdown_s = shutdown_s

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin now, in the current trace."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._settle)

    def _settle(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.warning("background work failed", extra={"error": type(error).__name__})

    async def wait(self) -> None:
        """Until nothing is left, or the time is up."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=self._shutdown_s)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.wait()
        for task in set(self._tasks):
            task.cancel()


class Marks:
    """Notes that may come late, or be lost in a crash: gathered, then written in one call."""

    def __init__(
        self, sidecar: Sidecar, background: Background, *, ttl_s: int, gather_s: float = 0.25
    ) -> None:
        self._sidecar = sidecar
        self._background = background
        self._ttl_s = ttl_s
        self._gather_s = gather_s
        self._waiting: dict[str, bytes] = {}

    def add(self, key: str, value: bytes) -> None:
        """Have this written soon."""
        if not self._waiting:
            self._background.start(self._write_soon())
        self._waiting[key] = value

    async def _write_soon(self) -> None:
        await asyncio.sleep(self._gather_s)
        gathered, self._waiting = self._waiting, {}
        await self._sidecar.save_all(gathered, ttl_s=self._ttl_s)
