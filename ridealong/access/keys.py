"""API keys: shown once, kept as hashes in one record, the same for every replica within seconds."""

import asyncio
import re
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from hmac import compare_digest

from ridealong.access.errors import KeyNotFound, KeyRefused
from ridealong.chassis.errors import StaleETag
from ridealong.chassis.sidecar import Sidecar, state_key
from ridealong.contracts.contract import Contract
from ridealong.contracts.gateway import KeyCard, MintedKey, NewKey

# No tenant can be named `*`, so no tenant's records can meet this one.
ALL_KEYS = state_key("*", "api-keys", "all")
KEY_FORM = re.compile(r"rdl_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")
NO_HASH = "0" * 64
WRITE_TRIES = 8


class KeptKey(KeyCard):
    """A key as it is kept: its hash needs no salt, 256 random bits cannot be guessed."""

    sha256: str

    def is_good(self, now: datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class KeyBook(Contract):
    """The one record of all keys: they are few, and one ETag keeps two writers apart."""

    keys: dict[str, KeptKey] = {}


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


class KeyRing:
    """Finds keys in memory.

    What is in memory is at most `stale_s` old: reading state for every message would cost it more
    than the rest of the gateway, and a revoked key works on for that long at most. From `fresh_s`
    on it is read anew beside the work, so that under load nobody waits for it.
    """

    def __init__(
        self,
        sidecar: Sidecar,
        *,
        fresh_s: float = 1.0,
        stale_s: float = 2.0,
        now: Callable[[], datetime] = utc_now,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sidecar = sidecar
        self._fresh_s = fresh_s
        self._stale_s = stale_s
        self._now = now
        self._clock = clock
        self._book = KeyBook()
        self._as_of = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    async def find(self, key: str) -> KeyCard:
        """The key's card. Raises `KeyRefused` without telling why."""
        book = await self._current()
        form = KEY_FORM.fullmatch(key)
        kept = book.keys.get(form[1]) if form else None
        shown = sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        is_same = compare_digest(kept.sha256 if kept else NO_HASH, shown)
        if kept is None or not is_same or not kept.is_good(self._now()):
            raise KeyRefused(
                "this API key is unknown, revoked or expired",
                {"www-authenticate": 'Bearer realm="ridealong", error="invalid_token"'},
            )
        return kept

    async def mint(self, new: NewKey) -> MintedKey:
        """A new key, which nobody can read again."""
        key_id = secrets.token_hex(6)
        key = f"rdl_{key_id}_{secrets.token_urlsafe(32)}"
        minted = MintedKey(key_id=key_id, key=key, created_at=self._now(), **new.model_dump())
        hashed = sha256(key.encode()).hexdigest()
        kept = KeptKey(**minted.model_dump(exclude={"key"}), sha256=hashed)
        await self._change(lambda keys: keys | {key_id: kept})
        return minted

    async def revoke(self, key_id: str) -> KeyCard:
        """From now on refused; it stays listed. Revoking twice changes nothing."""

        def revoked(keys: dict[str, KeptKey]) -> dict[str, KeptKey]:
            if key_id not in keys:
                raise KeyNotFound("there is no key of this id")
            at = keys[key_id].revoked_at or self._now()
            return keys | {key_id: keys[key_id].model_copy(update={"revoked_at": at})}

        return (await self._change(revoked)).keys[key_id]

    async def cards(self, tenant: str | None) -> list[KeyCard]:
        """All keys, or one tenant's, as they stand in the record."""
        await self._read()
        return [kept for kept in self._book.keys.values() if tenant in (None, kept.tenant)]

    async def _current(self) -> KeyBook:
        age_s = self._clock() - self._as_of
        if age_s >= self._fresh_s:
            reading = self._read_once()
            if age_s >= self._stale_s:
                # Shielded: a caller who leaves must not take the others' answer along.
                await asyncio.shield(reading)
        return self._book

    def _read_once(self) -> asyncio.Task[None]:
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
            self._reading.add_done_callback(_note_failure)
        return self._reading

    async def _read(self) -> None:
        began = self._clock()
        stored = await self._sidecar.load(ALL_KEYS)
        self._book = KeyBook.model_validate_json(stored.value) if stored else KeyBook()
        self._as_of = began

    async def _change(self, change: Callable[[dict[str, KeptKey]], dict[str, KeptKey]]) -> KeyBook:
        for _ in range(WRITE_TRIES):
            stored = await self._sidecar.load(ALL_KEYS)
            book = KeyBook.model_validate_json(stored.value) if stored else KeyBook()
            changed = KeyBook(keys=change(book.keys))
            try:
                await self._sidecar.save(
                    ALL_KEYS,
                    changed.model_dump_json().encode(),
                    etag=stored.etag if stored else None,
                )
            except StaleETag:
                await asyncio.sleep(secrets.randbelow(50) / 1000)
                continue
            self._as_of = float("-inf")
            return changed
        raise StaleETag("the keys are being changed by others: try again")


def _note_failure(reading: asyncio.Task[None]) -> None:
    # Whoever waits for it is told; when nobody does, the next caller reads again.
    if not reading.cancelled():
        reading.exception()
