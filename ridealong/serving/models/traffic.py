"""Who is inside a model right now: counted by request, waited for before memory is given back."""

import asyncio
from collections.abc import Callable, Iterable
from time import monotonic


class Traffic:
    """The requests inside one loaded model. It holds no part of the model.

    Everything here is called on the event loop that answers requests: `find` and `enter` in one
    step, with nothing awaited between, so that `drained` can miss nobody.
    """

    __slots__ = ("_clock", "_left", "in_flight", "last_used_s")

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._left: asyncio.Event | None = None
        self.in_flight = 0
        self.last_used_s = clock()

    def enter(self) -> None:
        """A request holds the model from now on."""
        self.in_flight += 1

    def leave(self) -> None:
        """The request is over. Idle time counts from here."""
        self.in_flight -= 1
        self.last_used_s = self._clock()
        if self._left is not None and not self.in_flight:
            self._left.set()

    async def drained(self, limit_s: float) -> bool:
        """Wait until nobody is inside; False where that took longer than the limit, in seconds."""
        if not self.in_flight:
            return True
        if self._left is None:
            self._left = asyncio.Event()
        try:
            async with asyncio.timeout(limit_s):
                while self.in_flight:
                    self._left.clear()
                    await self._left.wait()
        except TimeoutError:
            return False
        return True


async def drained(leaving: Iterable[Traffic], limit_s: float) -> bool:
    """Wait for several models at once, `limit_s` seconds in all; True if all are empty."""
    return all(await asyncio.gather(*(traffic.drained(limit_s) for traffic in leaving)))
