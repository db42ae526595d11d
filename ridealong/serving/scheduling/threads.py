"""The threads that runs are on."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from ridealong.serving.scheduling.jobs import Batch


class Slots:
    """Threads for runs. One more than there are slots, for the background."""

    def __init__(self, slots: int) -> None:
        self._slots = self.free = slots
        self._loop: asyncio.AbstractEventLoop | None = None
        self._executor = ThreadPoolExecutor(slots + 1, thread_name_prefix="inference")

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The running loop. Asked once: before Python 3.12 each question is a system call."""
        if self._loop is None or self._loop.is_closed():
            self._loop = asyncio.get_running_loop()
        return self._loop

    @property
    def is_idle(self) -> bool:
        """Nothing runs in any slot."""
        return self.free == self._slots

    def start(
        self, loop: asyncio.AbstractEventLoop, batch: Batch, done: Callable[[bool], None]
    ) -> None:
        """Run the batch in a thread, then call `done` on the loop: False where a bug ended it."""

        def finish(running: Future[None]) -> None:
            error = running.exception()
            if error is not None:
                loop.call_exception_handler({"message": "a run failed", "exception": error})
            done(error is None)

        def tell_loop(running: Future[None]) -> None:
            loop.call_soon_threadsafe(finish, running)

        self._executor.submit(batch.run).add_done_callback(tell_loop)

    def close(self) -> None:
        """Wait for what runs."""
        self._executor.shutdown(wait=True, cancel_futures=True)
