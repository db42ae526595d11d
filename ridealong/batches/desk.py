"""A batch: handed to `intake` in chunks, the results of each kept before anything is told."""

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime

from ridealong.access.refusals import TOLD_STATUSES, known_code, known_detail
from ridealong.access.repeats import Outcome, Repeats, bare
from ridealong.batches.errors import BatchEmpty
from ridealong.batches.kept import BatchRecord, BatchShelf
from ridealong.batches.lines import Hashed, Judged, Limits, Ready, read_chunks, refused
from ridealong.chassis.calls import ask, read_reply
from ridealong.chassis.errors import CallFailed, CallRefused, StaleETag
from ridealong.chassis.sidecar import Sidecar
from ridealong.contracts.aggregation import AskStatuses, ShortStatus, Statuses
from ridealong.contracts.contract import Contract
from ridealong.contracts.gateway import (
    BatchStatus,
    BatchSummary,
    LineOutcome,
    LineResult,
    LineStatus,
    Progress,
)
from ridealong.contracts.intake import BatchAccepted, BatchLine

ASKED_AT_ONCE = 500
CALLS_AT_ONCE = 4
DONE = frozenset({Progress.ANSWERED.value, LineOutcome.REFUSED.value})


class BatchDesk:
    """Takes batches and tells how far they are."""

    def __init__(
        self,
        sidecar: Sidecar,
        repeats: Repeats,
        limits: Limits,
        *,
        timeout_s: float,
        lease_s: float,
        kept_s: int,
    ) -> None:
        self._sidecar = sidecar
        self._repeats = repeats
        self._lease_s = lease_s
        self._limits = limits
        self._timeout_s = timeout_s
        self._shelf = BatchShelf(sidecar, kept_s=kept_s)
        self._at_once = asyncio.Semaphore(CALLS_AT_ONCE)

    async def take_once(
        self, tenant: str, pieces: Hashed, idempotency_key: str | None
    ) -> tuple[str, bool]:
        """The batch's id, and whether it was taken before with this key.

        The body's hash is known only once the body is read, so a repeat is read too, and dropped.
        """
        if idempotency_key is None:
            batch_id = await self.take(tenant, pieces, None)
            await pieces.digest()
            return batch_id, False
        async with self._repeats.turn(
            tenant, "batches", idempotency_key, lease_s=self._lease_s
        ) as turn:
            if turn.earlier:
                turn.check(await pieces.digest())
                return turn.earlier.about, True
            batch_id = await self.take(tenant, pieces, bare(idempotency_key))
            turn.check(await pieces.digest())
            turn.outcome = Outcome(status=202, about=batch_id)
        return batch_id, False

    async def take(self, tenant: str, pieces: Hashed, idempotency_key: str | None) -> str:
        """Queue every line that can be; returns the batch's id once all results are kept."""
        batch_id = secrets.token_hex(16)
        prefix = f"batch/{idempotency_key or batch_id}"
        last_lines: list[int] = []
        outcomes: Counter[LineOutcome] = Counter()
        async for chunk in read_chunks(pieces, tenant, prefix, self._limits):
            results = await self._hand_over(tenant, chunk)
            await self._shelf.keep_results(tenant, batch_id, len(last_lines), results)
            last_lines.append(chunk[-1].line)
            outcomes.update(result.outcome for result in results)
        if not last_lines:
            raise BatchEmpty("there is no line: send one JSON object a line")
        record = BatchRecord(
            batch_id=batch_id,
            created_at=datetime.now(UTC),
            last_lines=tuple(last_lines),
            outcomes=dict(outcomes),
        )
        await self._shelf.keep(tenant, record, etag=None)
        return batch_id

    async def report(self, tenant: str, batch_id: str) -> AsyncIterator[Contract]:
        """Every line's result as it is kept, then the summary."""
        record, _ = await self._shelf.record(tenant, batch_id)
        for index in range(len(record.last_lines)):
            for result in await self._shelf.results(tenant, batch_id, index):
                yield result
        counts = {outcome.value: record.outcomes.get(outcome, 0) for outcome in LineOutcome}
        yield BatchSummary(batch_id=batch_id, lines=sum(counts.values()), **counts)

    async def status(self, tenant: str, batch_id: str, *, after: int, limit: int) -> BatchStatus:
        """How far the whole batch is, and `limit` lines behind line `after`."""
        record, etag = await self._shelf.record(tenant, batch_id)
        asked = [n for n in range(len(record.last_lines)) if n not in record.settled]
        shown = _chunks_of_page(record.last_lines, after, limit)
        chunks = await self._statuses(tenant, batch_id, sorted({*asked, *shown}))
        counts = {n: _counted(chunks[n]) for n in asked}
        if done := {n: count for n, count in counts.items() if count.keys() <= DONE}:
            await self._settle(tenant, record, done, etag)
        page = [line for n in shown for line in chunks[n] if line.line > after][:limit]
        is_last = not page or page[-1].line >= record.last_lines[-1]
        total = sum((Counter(c) for c in (*record.settled.values(), *counts.values())), Counter())
        return BatchStatus(
            batch_id=batch_id,
            created_at=record.created_at,
            lines=total.total(),
            counts=dict(total),
            results=tuple(page),
            next=None if is_last else f"/v1/batches/{batch_id}?after={page[-1].line}&limit={limit}",
        )

    async def _hand_over(self, tenant: str, chunk: Sequence[Judged]) -> list[LineResult]:
        """A chunk that `intake` cannot take now is refused line by line; the others go on."""
        ready = [line for line in chunk if isinstance(line, Ready)]
        results = [line for line in chunk if isinstance(line, LineResult)]
        if ready:
            try:
                results += await self._accept(tenant, ready)
            except CallFailed as error:
                detail = "not accepted now: send this line again"
                results += [refused(line.line, 503, error.code, detail) for line in ready]
            except CallRefused as error:
                detail = known_detail(error.problem.get("detail"))
                code = known_code(error.problem.get("type"))
                status = error.upstream_status if error.upstream_status in TOLD_STATUSES else 502
                results += [refused(line.line, status, code, detail) for line in ready]
        return sorted(results, key=lambda result: result.line)

    async def _accept(self, tenant: str, ready: Sequence[Ready]) -> list[LineResult]:
        messages = b",".join(line.message for line in ready)
        body = b'{"tenant":"%s","messages":[%s]}' % (tenant.encode(), messages)
        reply = await self._sidecar.call(
            "intake", "/messages/batch", body, timeout_s=self._timeout_s
        )
        accepted = read_reply("intake", reply, BatchAccepted)
        if len(accepted.lines) != len(ready):
            raise CallFailed("intake answered for other lines than it was given")
        return [_result(one.line, found) for one, found in zip(ready, accepted.lines, strict=True)]

    async def _statuses(
        self, tenant: str, batch_id: str, indexes: Iterable[int]
    ) -> dict[int, list[LineStatus]]:
        numbers = list(indexes)
        chunks = await asyncio.gather(*(self._results(tenant, batch_id, n) for n in numbers))
        ids = [line.message_id for chunk in chunks for line in chunk if line.message_id]
        parts = [ids[start : start + ASKED_AT_ONCE] for start in range(0, len(ids), ASKED_AT_ONCE)]
        replies = await asyncio.gather(*(self._ask(tenant, tuple(part)) for part in parts))
        found = {status.message_id: status for reply in replies for status in reply.statuses}
        return {
            n: [_line_status(line, found) for line in chunk]
            for n, chunk in zip(numbers, chunks, strict=True)
        }

    async def _ask(self, tenant: str, message_ids: tuple[str, ...]) -> Statuses:
        request = AskStatuses(tenant=tenant, message_ids=message_ids)
        async with self._at_once:
            return await ask(self._sidecar, "aggregation", "/answers/status", request, Statuses)

    async def _settle(
        self, tenant: str, record: BatchRecord, done: dict[int, dict[str, int]], etag: str
    ) -> None:
        settled = record.model_copy(update={"settled": record.settled | done})
        try:
            await self._shelf.keep(tenant, settled, etag=etag)
        except StaleETag:
            # Another reader settled something too; the next one counts the rest again.
            return

    async def _results(self, tenant: str, batch_id: str, index: int) -> tuple[LineResult, ...]:
        async with self._at_once:
            return await self._shelf.results(tenant, batch_id, index)


def _chunks_of_page(last_lines: Sequence[int], after: int, limit: int) -> list[int]:
    """Enough chunks for a page. Blank lines have no results, so a page may be shorter."""
    shown, lines = list[int](), 0
    for number, last in enumerate(last_lines):
        if last > after and lines < limit:
            shown.append(number)
            lines += last - max(after, last_lines[number - 1] if number else 0)
    return shown


def _result(number: int, line: BatchLine) -> LineResult:
    return LineResult(
        line=number,
        outcome=LineOutcome(line.outcome),
        status=line.status,
        message_id=line.message_id,
        problem=line.problem and known_code(f"urn:ridealong:{line.problem}"),
        detail=line.detail and known_detail(line.detail),
    )


def _line_status(line: LineResult, found: dict[str, ShortStatus]) -> LineStatus:
    status = found.get(line.message_id or "")
    return LineStatus(
        **line.model_dump(),
        progress=Progress.after(status.step if status else None) if line.message_id else None,
        decision=status.decision if status else None,
    )


def _counted(lines: Iterable[LineStatus]) -> dict[str, int]:
    return dict(Counter(line.progress or line.outcome.value for line in lines))
