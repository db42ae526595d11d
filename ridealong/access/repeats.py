"""Idempotency keys: a repeated request gets the first one's outcome, and its effects happen once.

Follows the IETF draft `httpapi-idempotency-key-header`, with 409 for a key with another body.
"""

import logging
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from pydantic import AwareDatetime

from ridealong.access.errors import (
    IdempotencyKeyMalformed,
    IdempotencyKeyReused,
    RequestUnderWay,
)
from ridealong.chassis.errors import ServiceError, StaleETag
from ridealong.chassis.sidecar import Sidecar, state_key
from ridealong.contracts.contract import Contract

KEPT_S = 24 * 3600
UNDER_WAY = "the first request with this key is not done yet"
PRINTABLE = re.compile(r"[\x21-\x7e]{1,255}")
logger = logging.getLogger(__name__)


class Outcome(Contract):
    """What came of a request: the status, and what it was about.

    The body is read again from its own record when it is repeated: an answer is kept in one place,
    and a forgotten customer's is gone from there.
    """

    status: int
    about: str


class RepeatRecord(Contract):
    """Written before the work (`outcome` None: under way until the lease ends) and after it."""

    owner: str
    lease_until: AwareDatetime
    digest: str | None = None
    outcome: Outcome | None = None


@dataclass
class Turn:
    """One request under a key. `earlier` is the outcome of the first; else set `outcome`."""

    place: str
    owner: str
    digest: str | None = None
    earlier: Outcome | None = None
    earlier_digest: str | None = None
    outcome: Outcome | None = None

    def check(self, digest: str) -> None:
        """The body must be the first one's. Raises `IdempotencyKeyReused`."""
        self.digest = digest
        if self.earlier_digest not in (None, digest):
            raise IdempotencyKeyReused("this key came with another body before: use a new one")


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def digest_of(body: bytes) -> str:
    """What tells two bodies apart."""
    return sha256(body).hexdigest()


class Repeats:
    """The records of requests that came with an Idempotency-Key, by tenant and route."""

    def __init__(self, sidecar: Sidecar, *, now: Callable[[], datetime] = utc_now) -> None:
        self._sidecar = sidecar
        self._now = now

    @asynccontextmanager
    async def turn(
        self, tenant: str, route: str, key: str, *, lease_s: float, digest: str | None = None
    ) -> AsyncIterator[Turn]:
        """Hold the key while the work is done, then keep its outcome; a failure frees the key.

        A crash in between blocks the key until the lease ends, no longer.
        """
        place = state_key(tenant, "idempotency", f"{route}/{bare(key)}")
        turn = await self._begin(place, digest, lease_s)
        if digest is not None:
            turn.check(digest)
        if turn.earlier:
            yield turn
            return
        try:
            yield turn
        except BaseException:
            await self._settle(turn, None)
            raise
        await self._settle(turn, turn.outcome)

    async def _begin(self, place: str, digest: str | None, lease_s: float) -> Turn:
        mine = RepeatRecord(
            owner=secrets.token_hex(8),
            lease_until=self._now() + timedelta(seconds=lease_s),
            digest=digest,
        )
        stored = await self._sidecar.load(place)
        if stored:
            earlier = RepeatRecord.model_validate_json(stored.value)
            turn = Turn(place, earlier.owner, digest, earlier.outcome, earlier.digest)
            if earlier.outcome:
                return turn
            if digest is not None:
                turn.check(digest)
            if self._now() < earlier.lease_until:
                raise RequestUnderWay(UNDER_WAY)
        try:
            await self._save(place, mine, stored.etag if stored else None)
        except StaleETag as error:
            raise RequestUnderWay(UNDER_WAY) from error
        return Turn(place, mine.owner, digest)

    async def _settle(self, turn: Turn, outcome: Outcome | None) -> None:
        try:
            stored = await self._sidecar.load(turn.place)
            record = RepeatRecord.model_validate_json(stored.value) if stored else None
            if stored is None or record is None or record.owner != turn.owner:
                return
            if outcome is None:
                await self._sidecar.delete(turn.place, etag=stored.etag)
                return
            done = record.model_copy(update={"outcome": outcome, "digest": turn.digest})
            await self._save(turn.place, done, stored.etag)
        except ServiceError as error:
            # The reply stands. A repeat after the lease does the work again, and `intake` knows
            # the message by the same key: none is accepted twice.
            logger.warning("idempotency record not written", extra={"problem": error.code})

    async def _save(self, place: str, record: RepeatRecord, etag: str | None) -> None:
        value = record.model_dump_json().encode()
        await self._sidecar.save(place, value, etag=etag, ttl_s=KEPT_S)


def bare(key: str) -> str:
    """The key without the quotes that the draft asks for and many leave out."""
    found = key[1:-1] if len(key) > 1 and key[0] == key[-1] == '"' else key
    if not PRINTABLE.fullmatch(found):
        raise IdempotencyKeyMalformed("give 1 to 255 printable ASCII characters")
    return found
