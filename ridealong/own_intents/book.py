"""How a tenant's intents are kept: parts that never change, and one record that names them.

A change writes new parts, then the record under its ETag. The record names what was replaced too,
until that is removed: at once, or by whoever looks next. A crash leaves the old record or the new
one, each whole; of two who write at the same time one begins again.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from secrets import token_hex
from typing import Final

from pydantic import AwareDatetime

from ridealong.chassis.errors import SidecarUnavailable, StaleETag
from ridealong.chassis.sidecar import Sidecar, state_key
from ridealong.contracts.contract import Contract
from ridealong.contracts.own_intents import Comparison, HeadFigures, HeadState

KIND: Final = "own-intents"
RECORD: Final = "record"
logger = logging.getLogger(__name__)


class KeptHead(Contract):
    """A head in use: its part, the encoders whose vectors it knows, and what it learned from.

    `shared`: by pack and label, how surely examples of some own intent show that one too.
    """

    part: str
    encoders: dict[str, str]
    revision: int
    labels: tuple[str, ...]
    shared: dict[str, dict[str, float]] = {}


class Record(Contract):
    """All but the examples and the heads themselves. `heads`: the newest first, one per encoders
    in use, all of one revision. `is_forced`: whether a head of these examples answers whatever its
    figures say. `obsolete`: parts of records before that are still to be removed.
    """

    revision: int = 0
    state: HeadState = HeadState.TOO_FEW_INTENTS
    changed_at: AwareDatetime | None = None
    encoders: dict[str, str] = {}
    counts: dict[str, int] = {}
    examples: tuple[str, ...] = ()
    heads: tuple[KeptHead, ...] = ()
    figures: HeadFigures | None = None
    recall: dict[str, float] = {}
    comparison: Comparison | None = None
    is_forced: bool = False
    obsolete: tuple[str, ...] = ()

    @property
    def active_revision(self) -> int | None:
        """Whose head answers where the encoders read that read the examples last, if one does."""
        return next((head.revision for head in self.heads if head.encoders == self.encoders), None)

    def parts(self) -> set[str]:
        """Everything that this record needs."""
        return {*self.examples, *(head.part for head in self.heads)}


class Book:
    """Reads and writes them."""

    def __init__(self, sidecar: Sidecar) -> None:
        self._sidecar = sidecar

    async def read(self, tenant: str) -> tuple[Record, str | None]:
        """The record and its ETag; an empty one where the tenant has no intents."""
        stored = await self._sidecar.load(state_key(tenant, KIND, RECORD))
        if stored is None:
            return Record(), None
        return Record.model_validate_json(stored.value), stored.etag

    async def parts(self, tenant: str, names: Iterable[str]) -> list[bytes]:
        """In the order of their names. Raises `StaleETag` where a newer record replaced them."""
        keys = [state_key(tenant, KIND, name) for name in names]
        found = await asyncio.gather(*(self._sidecar.load(key) for key in keys))
        if any(part is None for part in found):
            raise StaleETag("somebody else changed these intents meanwhile")
        return [part.value for part in found if part is not None]

    async def write(
        self,
        tenant: str,
        record: Record,
        parts: Mapping[str, bytes],
        *,
        before: Record,
        etag: str | None,
    ) -> None:
        """All of it or nothing. Raises `StaleETag` where somebody else wrote first."""
        obsolete = {*before.parts(), *before.obsolete} - record.parts()
        try:
            for name, part in parts.items():
                await self._sidecar.save(state_key(tenant, KIND, name), part, etag=None)
            await self._save(tenant, record, obsolete, etag)
        except StaleETag:
            await self._remove(tenant, parts)
            raise
        await self.tidy(tenant)

    async def tidy(self, tenant: str) -> None:
        """Remove what no record needs; what cannot be removed now stays named for the next try."""
        try:
            record, etag = await self.read(tenant)
            if record.obsolete:
                await self._remove(tenant, record.obsolete)
                await self._save(tenant, record, (), etag)
        except (SidecarUnavailable, StaleETag) as error:
            logger.warning(
                "own intents to be tidied later", extra={"tenant": tenant, "error": error.code}
            )

    async def _save(
        self, tenant: str, record: Record, obsolete: Iterable[str], etag: str | None
    ) -> None:
        named = record.model_copy(update={"obsolete": tuple(obsolete)})
        key = state_key(tenant, KIND, RECORD)
        await self._sidecar.save(key, named.model_dump_json().encode(), etag=etag)

    async def _remove(self, tenant: str, names: Iterable[str]) -> None:
        for name in names:
            await self._sidecar.delete(state_key(tenant, KIND, name))


def new_name() -> str:
    """Of a part; nobody else's is called so."""
    return token_hex(12)
