"""Sidecars that are as awkward as real ones: slow, or losing replies."""

import asyncio

from ridealong.chassis.errors import SidecarUnavailable
from ridealong.chassis.sidecar import Stored
from ridealong.contracts.contract import Event
from tests.fakes import FakeSidecar


class LossySidecar(FakeSidecar):
    """`lose_reply_at(n)`: the n-th write from now is done, and its writer is told it failed."""

    def __init__(self) -> None:
        super().__init__()
        self._writes = 0
        self._lost_at = 0

    def lose_reply_at(self, write: int) -> None:
        self._lost_at = self._writes + write

    def _done(self) -> None:
        self._writes += 1
        if self._writes == self._lost_at:
            raise SidecarUnavailable("the reply was lost")

    async def save(
        self, key: str, value: bytes, *, etag: str | None, ttl_s: int | None = None
    ) -> None:
        await super().save(key, value, etag=etag, ttl_s=ttl_s)
        self._done()

    async def delete(self, key: str, *, etag: str | None = None) -> None:
        await super().delete(key, etag=etag)
        self._done()

    async def publish(self, event: Event) -> None:
        await super().publish(event)
        self._done()


class SlowSidecar(FakeSidecar):
    """Lets everybody else run before and after each operation, so that they interleave."""

    async def load(self, key: str) -> Stored | None:
        await asyncio.sleep(0)
        found = await super().load(key)
        await asyncio.sleep(0)
        return found

    async def save(
        self, key: str, value: bytes, *, etag: str | None, ttl_s: int | None = None
    ) -> None:
        await asyncio.sleep(0)
        await super().save(key, value, etag=etag, ttl_s=ttl_s)
        await asyncio.sleep(0)
