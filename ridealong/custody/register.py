"""Enters messages under their customers with as few writes as can be."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from weakref import WeakValueDictionary

from ridealong.chassis.background import Background
from ridealong.chassis.errors import StaleETag
from ridealong.custody.customers import CustomerRecord, CustomerRecords, Found
from ridealong.custody.errors import CustomerBusy, CustomerForgotten
from ridealong.custody.naming import key_of
from ridealong.custody.pausing import pause

TRIES = 12
REMEMBERED = 2000


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
        waiting = self._waiting.setdefault(name, {})
        waiting.setdefault(key_of(message_id), message_id)
        lock = self._locks.setdefault(name, asyncio.Lock())
        try:
            async with lock:
                return await self._enter(tenant, name, message_id)
        finally:
            waiting.pop(key_of(message_id), None)
            if not waiting and self._waiting.get(name) is waiting:
                del self._waiting[name]

    def forget(self, name: str) -> None:
        """Remember nothing of this customer."""
        self._remembered.pop(name, None)

    async def _enter(self, tenant: str, name: str, message_id: str) -> Entry:
        for attempt in range(TRIES):
            known = self._remembered.get(name) or await self._read(tenant, name)
            record = known.found.record
            if record.forgotten:
                raise CustomerForgotten("this customer asked to be forgotten")
            # Whoever had the lock before us may have taken our message along.
            if entered := self._entered_as(record, message_id):
                return Entry(record.pseudonym_key, entered)
            if not known.can_write:
                self.forget(name)
                continue
            try:
                await self._write(tenant, name, known.found, message_id)
            except StaleETag:
                self.forget(name)
                await pause(attempt)
        raise CustomerBusy("too many messages of this customer at once")

    async def _write(self, tenant: str, name: str, found: Found, message_id: str) -> None:
        wanted = {key_of(message_id): message_id} | self._waiting.get(name, {})
        missing = [one for one in wanted.values() if not self._entered_as(found.record, one)]
        entered = await self._records.enter(tenant, name, found, missing)
        self._remember(name, Remembered(Found(entered, found.etag), can_write=False))
        if found.etag is not None:
            # Somebody who writes again may write a third time: learn the new ETag in advance.
            self._background.start(self._learn(tenant, name))

    def _entered_as(self, record: CustomerRecord, message_id: str) -> str | None:
        return record.entered_as(message_id, keep_s=self._records.keep_s)

    async def _read(self, tenant: str, name: str) -> Remembered:
        found = await self._records.find(tenant, name)
        known = Remembered(found, can_write=True)
        # A tombstone expires; a record that nobody wrote yet is no more than a guess.
        if found.etag is not None and not found.record.forgotten:
            self._remember(name, known)
        return known

    async def _learn(self, tenant: str, name: str) -> None:
        await self._read(tenant, name)

    def _remember(self, name: str, known: Remembered) -> None:
        self._remembered[name] = known
        self._remembered.move_to_end(name)
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
