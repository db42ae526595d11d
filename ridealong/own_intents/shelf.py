"""The heads in use, kept in memory; what another replica changed is seen within seconds."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ridealong.chassis.errors import SidecarUnavailable, StaleETag
from ridealong.own_intents.book import Book, KeptHead, Record
from ridealong.own_intents.fitting import OwnHead
from ridealong.own_intents.packing import unpack_head

MOST_TENANTS = 500


@dataclass(frozen=True, slots=True)
class Shelved:
    """A tenant's heads in use by their part, as of a time. `encoders`: of the last fit, whatever
    became of it.
    """

    as_of: float
    encoders: Mapping[str, str]
    kept: tuple[KeptHead, ...]
    heads: Mapping[str, OwnHead]


class HeadShelf:
    """Looks a tenant's record up again after `fresh_s`; a head is read only when it is new.

    While the state store is away, heads that are known go on answering.
    """

    def __init__(
        self, book: Book, *, fresh_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._book = book
        self._fresh_s = fresh_s
        self._clock = clock
        self._shelved: dict[str, Shelved] = {}

    async def is_active(self, tenant: str) -> bool:
        """Whether any head answers for this tenant."""
        return bool((await self._current(tenant)).kept)

    async def find(
        self, tenant: str, encoders: Mapping[str, str]
    ) -> tuple[KeptHead, OwnHead] | None:
        """The head that knows the vectors of these encoders (versions by name), if there is one."""
        shelved = await self._current(tenant)
        for kept in shelved.kept:
            if encoders.items() <= kept.encoders.items():
                return kept, shelved.heads[kept.part]
        return None

    async def is_fitted(self, tenant: str, encoders: Mapping[str, str]) -> bool:
        """Whether the last fit was for these encoders: another would end as it did."""
        return encoders.items() <= (await self._current(tenant)).encoders.items()

    def expire(self, tenant: str) -> None:
        """What was just written is seen by the next look."""
        if known := self._shelved.get(tenant):
            self._shelved[tenant] = replace(known, as_of=float("-inf"))

    async def _current(self, tenant: str) -> Shelved:
        began = self._clock()
        known = self._shelved.get(tenant)
        if known is not None and began - known.as_of < self._fresh_s:
            return known
        try:
            record, _ = await self._book.read(tenant)
            if record.obsolete:
                await self._book.tidy(tenant)
            return await self._shelve(tenant, record, began)
        except (SidecarUnavailable, StaleETag):
            # Replaced between two reads, or the store is away: the next look finds the newer one.
            if known is None:
                raise
            return known

    async def _shelve(self, tenant: str, record: Record, as_of: float) -> Shelved:
        known = self._shelved.get(tenant)
        heads = dict(known.heads) if known else {}
        wanted = [kept.part for kept in record.heads]
        missing = [part for part in wanted if part not in heads]
        packed = await self._book.parts(tenant, missing)
        heads |= {name: unpack_head(part) for name, part in zip(missing, packed, strict=True)}
        if len(self._shelved) >= MOST_TENANTS:
            self._shelved.clear()
        shelved = Shelved(
            as_of, record.encoders, record.heads, {part: heads[part] for part in wanted}
        )
        self._shelved[tenant] = shelved
        return shelved
