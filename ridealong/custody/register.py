"""Enters messages under their customers with as few writes as can be."""

import asyncio
import random
from collections import OrderedDict
from dataclasses import dataclass
from weakref import WeakValueDictionary

from ridealong.chassis.background import Background
from ridealong.chassis.errors import StaleETag
from ridealong.custody.customers import CustomerRecord, CustomerRecords, Found
from ridealong.custody.errors import CustomerBusy, CustomerForgotten
from ridealong.custody.naming import key_of

TRIES = 12
REMEMBERED = 2000
LONGEST_PAUSE_S = 0.2


@dataclass(frozen=True)
class Entry:
    """Where a message stands: under this pseudonym's key, with this id."""

    pseudonym_key: str
    message_id: str


@dataclass(frozen=True)
class Remembered:
    """A record as last seen. After a write of our own its ETag is unknown: `can_write` is False."""

    found: Found
    can_write: bool


class Register:
    """Messages of one customer that arrive at the same time share one write.

    A remembered record saves the read before it: a record that somebody else wrote since is
    refused by its ETag, and read again.
    """

    def __init__(self, records: CustomerRecords, background: Background) -> None:
        self._records = records
        self._background = background
        self._remembered: OrderedDict[str, Remembered] = OrderedDict()
        self._waiting: dict[str, dict[str, str]] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def enter(self, tenant: str, name: str, message_id: str) -> Entry:
        """Note whose message this is. What was entered before keeps its first id."""
        self._waiting.setdefault(name, {}).setdefault(key_of(message_id), message_id)
        lock = self._locks.setdefault(name, asyncio.Lock())
        async with lock:
            # Whoever had the lock before us may have taken our message along.
            wanted = self._waiting.pop(name, {})
            wanted.setdefault(key_of(message_id), message_id)
            record = await self._enter_all(tenant, name, wanted)
        entered = self._entered_as(record, message_id)
        assert entered is not None
        return Entry(record.pseudonym_key, entered)

    def forget(self, name: str) -> None:
        """Remember nothing of this customer."""
        self._remembered.pop(name, None)

    async def _enter_all(self, tenant: str, name: str, wanted: dict[str, str]) -> CustomerRecord:
        for _ in range(TRIES):
            known = self._remembered.get(name) or await self._read(tenant, name)
            record = known.found.record
            if record.forgotten:
                raise CustomerForgotten("this customer asked to be forgotten")
            missing = [one for one in wanted.values() if self._entered_as(record, one) is None]
            if not missing:
                return record
            if not known.can_write:
                self.forget(name)
                continue
            try:
                entered = await self._records.enter(tenant, name, known.found, missing)
            except StaleETag:
                self.forget(name)
                await asyncio.sleep(random.uniform(0, LONGEST_PAUSE_S))  # noqa: S311
                continue
            self._wrote(tenant, name, known.found, entered)
            return entered
        raise CustomerBusy("too many messages of this customer at once")

    def _entered_as(self, record: CustomerRecord, message_id: str) -> str | None:
        return record.entered_as(message_id, keep_s=self._records.keep_s)

    async def _read(self, tenant: str, name: str) -> Remembered:
        found = await self._records.find(tenant, name)
        known = Remembered(found, can_write=True)
        # A tombstone expires; a record that nobody wrote yet is no more than a guess.
        if found.etag is not None and not found.record.forgotten:
            self._remember(name, known)
        return known

    def _wrote(self, tenant: str, name: str, before: Found, entered: CustomerRecord) -> None:
        self._remember(name, Remembered(Found(entered, before.etag), can_write=False))
        if before.etag is not None:
            # Somebody who writes again may write a third time: learn the new ETag in advance.
            self._background.start(self._learn(tenant, name))

    async def _learn(self, tenant: str, name: str) -> None:
        await self._read(tenant, name)

    def _remember(self, name: str, known: Remembered) -> None:
        self._remembered[name] = known
        self._remembered.move_to_end(name)
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
