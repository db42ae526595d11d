"""Takes examples, fits a head on them, and decides whether it answers from now on."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from secrets import randbelow

from ridealong.chassis.errors import StaleETag
from ridealong.chassis.sidecar import Sidecar
from ridealong.contracts.own_intents import HeadState, OwnIntent, OwnIntents, Taught, TeachIntents
from ridealong.own_intents.book import Book, KeptHead, Record, new_name
from ridealong.own_intents.errors import IntentNotFound, IntentsBusy
from ridealong.own_intents.examples import Admitted, Example, admit, count_by_label
from ridealong.own_intents.lesson import Fitted, compare, learn, learnable
from ridealong.own_intents.packing import pack_head, unpack_head
from ridealong.own_intents.promotion import REASONS, Verdict, decide
from ridealong.own_intents.reading import Encoders, mask_examples
from ridealong.own_intents.shelf import HeadShelf
from ridealong.own_intents.stock import Stock, read_stock, restock

TRIES = 8
HEADS_KEPT = 2
Edit = Callable[[Record, tuple[Example, ...]], tuple[Example, ...]]
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Successor:
    """A head that was just fitted, and what becomes of it. `shared`: with packs, if it answers."""

    fitted: Fitted
    verdict: Verdict
    shared: dict[str, dict[str, float]]


class IntentDesk:
    """One change of one tenant at a time in this replica; between replicas the record's ETag."""

    def __init__(
        self, sidecar: Sidecar, encoders: Encoders, book: Book, shelf: HeadShelf, *, floor: float
    ) -> None:
        self._sidecar = sidecar
        self._encoders = encoders
        self._book = book
        self._shelf = shelf
        self._floor = floor
        # A fit takes a whole core: two at once would only slow each other and the messages.
        self._turn = asyncio.Lock()

    async def teach(self, wish: TeachIntents) -> Taught:
        """Add examples, or replace all. Raises `ExamplesRefused`; then nothing has changed."""
        masked = await mask_examples(self._sidecar, wish.tenant, wish.examples)
        admitted: list[Admitted] = []

        def edit(record: Record, kept: tuple[Example, ...]) -> tuple[Example, ...]:
            new = [replace(example, since=record.revision + 1) for example in masked]
            admitted.append(admit(kept, new, replaces=wish.replace))
            return admitted[-1].examples

        record = await self._change(wish.tenant, edit, is_forced=wish.force)
        came = admitted[-1]
        return Taught(
            **self._tell(record).model_dump(),
            added=came.added,
            repeated=came.repeated,
            unreadable=came.unreadable,
        )

    async def show(self, tenant: str) -> OwnIntents:
        """The intents as they are kept."""
        record, _ = await self._book.read(tenant)
        return self._tell(record)

    async def remove(self, tenant: str, label: str) -> OwnIntents:
        """Unlearn one intent. Raises `IntentNotFound`."""

        def edit(_record: Record, kept: tuple[Example, ...]) -> tuple[Example, ...]:
            left = tuple(example for example in kept if example.label != label)
            if len(left) == len(kept):
                raise IntentNotFound("this tenant has no intent of this label")
            return left

        return self._tell(await self._change(tenant, edit))

    async def refresh(self, tenant: str) -> None:
        """Fit the same examples for the encoders that are in use by now."""
        await self._change(tenant, lambda _record, kept: kept)

    async def _change(self, tenant: str, edit: Edit, *, is_forced: bool = False) -> Record:
        async with self._turn:
            for _ in range(TRIES):
                before, etag = await self._book.read(tenant)
                try:
                    stock = await read_stock(self._book, tenant, before)
                    examples = edit(before, stock.examples)
                    read = await restock(
                        self._encoders, tenant, stock, examples, learnable(examples)
                    )
                    if read.is_like(stock) and not is_forced:
                        return before
                    after, parts = await self._revise(
                        tenant, before, stock, read, is_forced=is_forced
                    )
                    await self._book.write(tenant, after, parts, before=before, etag=etag)
                except StaleETag:
                    await asyncio.sleep(randbelow(50) / 1000)
                    continue
                self._shelf.expire(tenant)
                _log(tenant, after)
                return after
        raise IntentsBusy("others are changing these intents: try again")

    async def _revise(
        self, tenant: str, before: Record, stock: Stock, read: Stock, *, is_forced: bool
    ) -> tuple[Record, dict[str, bytes]]:
        """The record after a change, and the parts that it needs and the one before has not."""
        labels = learnable(read.examples)
        parts, names = read.new_parts(stock, before.examples)
        is_new = read.examples != stock.examples
        after = Record(
            revision=before.revision + is_new,
            changed_at=datetime.now(UTC),
            encoders=read.encoders,
            counts=dict(count_by_label(read.examples)),
            examples=names,
            is_forced=is_forced or (before.is_forced and not is_new),
        )
        if len(labels) < 2:
            return after, parts
        fitted = await asyncio.to_thread(learn, read.examples, labels, read.vectors)
        verdict = await self._judge(tenant, before, after, fitted)
        shared = (
            await self._encoders.find_shared(tenant, fitted.learned) if verdict.is_promoted else {}
        )
        return self._promote(before, after, Successor(fitted, verdict, shared), parts)

    async def _judge(self, tenant: str, before: Record, after: Record, fitted: Fitted) -> Verdict:
        comparison = None
        for kept in before.heads:
            if kept.encoders == after.encoders:
                (packed,) = await self._book.parts(tenant, [kept.part])
                comparison = compare(unpack_head(packed), kept.revision, fitted)
        verdict = decide(fitted.figures.accuracy, comparison, floor=self._floor)
        if after.is_forced and not verdict.is_promoted:
            return replace(verdict, state=HeadState.FORCED)
        return verdict

    def _promote(
        self, before: Record, after: Record, successor: Successor, parts: dict[str, bytes]
    ) -> tuple[Record, dict[str, bytes]]:
        # An intent that was removed must not be answered any more.
        heads = tuple(head for head in before.heads if set(head.labels) <= after.counts.keys())
        fitted, verdict = successor.fitted, successor.verdict
        if verdict.is_promoted:
            new = KeptHead(
                part=new_name(),
                encoders=after.encoders,
                revision=after.revision,
                labels=fitted.head.labels,
                shared=successor.shared,
            )
            others = [
                head
                for head in heads
                if head.revision == new.revision and head.encoders != new.encoders
            ]
            heads = (new, *others[: HEADS_KEPT - 1])
            parts = parts | {new.part: pack_head(fitted.head)}
        told = after.model_copy(
            update={
                "state": verdict.state,
                "heads": heads,
                "figures": fitted.told(),
                "recall": dict(fitted.figures.recall),
                "comparison": verdict.comparison,
            }
        )
        return told, parts

    def _tell(self, record: Record) -> OwnIntents:
        return OwnIntents(
            revision=record.revision,
            active_revision=record.active_revision,
            state=record.state,
            reason=REASONS[record.state],
            floor=self._floor,
            intents=tuple(
                OwnIntent(label=label, examples=count, recall=record.recall.get(label))
                for label, count in sorted(record.counts.items())
            ),
            figures=record.figures,
            comparison=record.comparison,
            encoders=record.encoders,
            changed_at=record.changed_at,
        )


def _log(tenant: str, record: Record) -> None:
    logger.info(
        "own intents changed",
        extra={
            "tenant": tenant,
            "revision": record.revision,
            "intents": len(record.counts),
            "state": record.state,
        },
    )
