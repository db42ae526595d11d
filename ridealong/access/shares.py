"""Shares: how much one key may send, and how much one replica takes on at once."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from ridealong.access.errors import ServiceFull, ShareUsedUp


class KeyShares:
    """A rate per key, in the memory of this replica: a call through the sidecar would cost more.

    The window slides by weighted counters: the library's window of single entries moves them
    through a thread at every request, which took three times as long.
    """

    def __init__(self, *, per_minute: int, burst_share: float) -> None:
        self._per_minute = per_minute
        self._burst_share = burst_share
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def take(self, key_id: str, per_minute: int | None) -> None:
        """Count one request. Raises `ShareUsedUp` with the time after which there is room again."""
        for limit in _limits(per_minute or self._per_minute, self._burst_share):
            if not await self._limiter.hit(limit, key_id):
                raise await self._used_up(limit, key_id)

    async def _used_up(self, limit: RateLimitItem, key_id: str) -> ShareUsedUp:
        window = await self._limiter.get_window_stats(limit, key_id)
        wait_s = max(1, math.ceil(window.reset_time - time.time()))
        seconds = limit.get_expiry()
        return ShareUsedUp(
            f"this key may send {limit.amount} requests in {seconds} s",
            {
                "retry-after": str(wait_s),
                "ratelimit-policy": f'"key";q={limit.amount};w={seconds}',
                "ratelimit": f'"key";r={window.remaining};t={wait_s}',
            },
        )


@lru_cache(maxsize=1000)
def _limits(per_minute: int, burst_share: float) -> tuple[RateLimitItem, ...]:
    burst = max(1, math.ceil(per_minute * burst_share))
    return RateLimitItemPerSecond(burst), RateLimitItemPerMinute(per_minute)


class Places:
    """So much work may be under way here at once; more is refused before it begins."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken = 0

    def check(self) -> None:
        """Raises `ServiceFull` where no place is free now."""
        if self._taken >= self._most:
            raise ServiceFull("too much is under way here: try again")

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold a place. Raises `ServiceFull` where none is free."""
        self.check()
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1
