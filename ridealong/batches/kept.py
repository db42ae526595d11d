"""What is kept of a batch: the results of its lines in chunks, and a record over them. No text."""

from pydantic import AwareDatetime

from ridealong.batches.errors import BatchNotFound
from ridealong.chassis.sidecar import Sidecar, state_key
from ridealong.contracts.contract import Contract
from ridealong.contracts.gateway import LineOutcome, LineResult


class Chunk(Contract):
    """The results of some lines in a row, under a key of their own."""

    results: tuple[LineResult, ...]


class BatchRecord(Contract):
    """Written last: a batch that has it is whole.

    `settled` holds the final counts of chunks that need no more asking.
    """

    batch_id: str
    created_at: AwareDatetime
    last_lines: tuple[int, ...]
    outcomes: dict[LineOutcome, int]
    settled: dict[int, dict[str, int]] = {}


class BatchShelf:
    """Reads and writes them, under the tenant's keys."""

    def __init__(self, sidecar: Sidecar, *, kept_s: int) -> None:
        self._sidecar = sidecar
        self._kept_s = kept_s

    async def keep_results(
        self, tenant: str, batch_id: str, index: int, results: list[LineResult]
    ) -> None:
        """One chunk, once."""
        await self._save(
            _chunk_place(tenant, batch_id, index), Chunk(results=tuple(results)), etag=None
        )

    async def results(self, tenant: str, batch_id: str, index: int) -> tuple[LineResult, ...]:
        """One chunk. Raises `BatchNotFound` where it is no longer kept."""
        stored = await self._sidecar.load(_chunk_place(tenant, batch_id, index))
        if stored is None:
            raise BatchNotFound("this batch is no longer kept")
        return Chunk.model_validate_json(stored.value).results

    async def keep(self, tenant: str, record: BatchRecord, *, etag: str | None) -> None:
        """The record over the chunks. Raises `StaleETag` where another was faster."""
        await self._save(state_key(tenant, "batch", record.batch_id), record, etag=etag)

    async def record(self, tenant: str, batch_id: str) -> tuple[BatchRecord, str]:
        """The record and its ETag. Raises `BatchNotFound` for what this tenant does not have."""
        stored = await self._sidecar.load(state_key(tenant, "batch", batch_id))
        if stored is None:
            raise BatchNotFound("there is no such batch")
        return BatchRecord.model_validate_json(stored.value), stored.etag

    async def _save(self, place: str, record: Contract, *, etag: str | None) -> None:
        value = record.model_dump_json(exclude_none=True).encode()
        await self._sidecar.save(place, value, etag=etag, ttl_s=self._kept_s)


def _chunk_place(tenant: str, batch_id: str, index: int) -> str:
    return state_key(tenant, "batch-lines", f"{batch_id}/{index}")
