"""What is kept of a customer: a pseudonym's key, and the ids of the messages that are theirs.

The record holds the newest ids; older ones move to pages, so that a write stays small however much
one customer writes. It has no TTL: as long as rows stand somewhere under the pseudonym, it must be
possible to say whose they are and to forget them.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from ridealong.chassis.errors import StaleETag
from ridealong.chassis.sidecar import Sidecar, state_key
from ridealong.custody.naming import customer_hash, is_same_message, received_at

PAGE = 64
MessageIds = tuple[str, ...]
PAGES: TypeAdapter[MessageIds] = TypeAdapter(MessageIds)


class Forgetting(BaseModel):
    """The tombstone: since when, under which pseudonym, and whether everything is gone."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    customer_hash: str | None
    is_finished: bool = False


class CustomerRecord(BaseModel):
    """One life of a customer, from the first message to being forgotten."""

    model_config = ConfigDict(frozen=True)

    life: str = Field(default_factory=lambda: token_hex(8))
    pseudonym_key: str = Field(default_factory=lambda: token_hex(32))
    message_ids: MessageIds = ()
    pages: int = 0
    forgotten: Forgetting | None = None

    def entered_as(self, message_id: str, *, keep_s: int) -> str | None:
        """The id under which the same message stands here already, from an earlier attempt."""
        for known in reversed(self.message_ids):
            if is_same_message(known, message_id):
                age_s = (received_at(message_id) - received_at(known)).total_seconds()
                return known if age_s < keep_s else None
        return None


@dataclass(frozen=True)
class Found:
    """A record as it was read, and the ETag that a write must name; None where it is new."""

    record: CustomerRecord
    etag: str | None


class CustomerRecords:
    """Customer records behind the sidecar.

    Every write raises `StaleETag` where another was first.
    """

    def __init__(self, sidecar: Sidecar, *, keep_s: int, tombstone_s: int) -> None:
        self._sidecar = sidecar
        self.keep_s = keep_s
        self._tombstone_s = tombstone_s

    async def find(self, tenant: str, name: str) -> Found:
        """The customer's record, or a new one that nobody has written yet."""
        stored = await self._sidecar.load(_key(tenant, name))
        if stored is None:
            return Found(CustomerRecord(), etag=None)
        return Found(CustomerRecord.model_validate_json(stored.value), stored.etag)

    async def enter(
        self, tenant: str, name: str, found: Found, message_ids: Iterable[str]
    ) -> CustomerRecord:
        """Add ids. A full record turns the page first."""
        record = found.record
        if len(record.message_ids) >= PAGE:
            await self._turn_page(tenant, name, record)
            record = record.model_copy(update={"message_ids": (), "pages": record.pages + 1})
        entered = record.model_copy(update={"message_ids": (*record.message_ids, *message_ids)})
        await self._save(tenant, name, entered, etag=found.etag)
        return entered

    async def bury(
        self, tenant: str, name: str, found: Found, *, customer_id: str, now: datetime
    ) -> CustomerRecord:
        """Put the tombstone, which knows all that is left to delete; the pseudonym's key goes."""
        record = found.record
        known_as = customer_hash(record.pseudonym_key, customer_id) if found.etag else None
        # An id may stand on two pages where two writers met.
        message_ids = (*await self._pages(tenant, name, record), *record.message_ids)
        buried = record.model_copy(
            update={
                "pseudonym_key": "",
                "message_ids": tuple(dict.fromkeys(message_ids)),
                "forgotten": Forgetting(at=now, customer_hash=known_as),
            }
        )
        await self._save(tenant, name, buried, etag=found.etag, ttl_s=self._tombstone_s)
        return buried

    async def finish(self, tenant: str, name: str, found: Found) -> None:
        """Everything is gone; so goes the link to the pseudonym."""
        record = found.record
        assert record.forgotten is not None
        for number in range(record.pages):
            await self._sidecar.delete(_page_key(tenant, name, record, number))
        finished = Forgetting(at=record.forgotten.at, customer_hash=None, is_finished=True)
        done = record.model_copy(update={"forgotten": finished, "pages": 0})
        await self._save(tenant, name, done, etag=found.etag, ttl_s=self._tombstone_s)

    async def _turn_page(self, tenant: str, name: str, record: CustomerRecord) -> None:
        # Whoever else turns this page does it from the same full record, with the same ids.
        with suppress(StaleETag):
            await self._sidecar.save(
                _page_key(tenant, name, record, record.pages),
                PAGES.dump_json(record.message_ids),
                etag=None,
                # A repeat may save a message late, under its first id.
                ttl_s=2 * self.keep_s,
            )

    async def _pages(self, tenant: str, name: str, record: CustomerRecord) -> list[str]:
        keys = (_page_key(tenant, name, record, number) for number in range(record.pages))
        pages = await asyncio.gather(*map(self._sidecar.load, keys))
        # An old page may be gone by its TTL, as are its messages.
        return [known for page in pages if page for known in PAGES.validate_json(page.value)]

    async def _save(
        self,
        tenant: str,
        name: str,
        record: CustomerRecord,
        *,
        etag: str | None,
        ttl_s: int | None = None,
    ) -> None:
        value = record.model_dump_json().encode()
        await self._sidecar.save(_key(tenant, name), value, etag=etag, ttl_s=ttl_s)


def _key(tenant: str, name: str) -> str:
    return state_key(tenant, "customer", name)


def _page_key(tenant: str, name: str, record: CustomerRecord, number: int) -> str:
    return state_key(tenant, "customer-page", f"{name}.{record.life}.{number}")
