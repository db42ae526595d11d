"""Reads messages with a tenant's own head too: one more pack beside those of the models."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ridealong.contracts.own_intents import OWN_PACK
from ridealong.own_intents.fitting import OwnHead
from ridealong.own_intents.reading import Inference
from ridealong.own_intents.readings import SCOPE, Reading, Row
from ridealong.own_intents.refreshing import Refresher
from ridealong.own_intents.rivals import find_rival, yield_to
from ridealong.own_intents.shelf import HeadShelf
from ridealong.own_intents.views import Views

Vectors = Sequence[Sequence[float]]


@dataclass(frozen=True)
class OwnReader:
    """`Reader` for tenants with intents of their own, and for all others as before."""

    inference: Inference
    shelf: HeadShelf
    refresher: Refresher
    multilingual: str

    async def with_own(self, tenant: str, packs: Sequence[str]) -> tuple[str, ...]:
        """The packs of a tenant, its own intents before them where a head answers."""
        return (OWN_PACK, *packs) if await self.shelf.is_active(tenant) else tuple(packs)

    async def read(
        self, model: str, texts: Sequence[str], packs: Sequence[str], tenant: str
    ) -> Reading:
        """An English message is read by both encoders, side by side."""
        if OWN_PACK not in packs:
            return await self.inference.read(model, texts, packs, tenant)
        others = [pack for pack in packs if pack != OWN_PACK]
        if model == self.multilingual:
            reading = await self.inference.read(model, texts, others, tenant)
            return await self._add(reading, texts, tenant, None)
        reading, (vectors, version) = await asyncio.gather(
            self.inference.read(model, texts, others, tenant),
            self.inference.embed(self.multilingual, texts, tenant),
        )
        return await self._add(reading, texts, tenant, (vectors, {self.multilingual: version}))

    async def _add(
        self,
        reading: Reading,
        texts: Sequence[str],
        tenant: str,
        second: tuple[Vectors, dict[str, str]] | None,
    ) -> Reading:
        """Where no head knows these encoders, this message does without, and one is fitted."""
        vectors, versions = second or ([row.embedding for row in reading.rows], {})
        encoders = {reading.model: reading.model_version, **versions}
        found = await self.shelf.find(tenant, encoders)
        if found is None:
            if not await self.shelf.is_fitted(tenant, encoders):
                self.refresher.ask(tenant)
            return replace(reading, rows=[join(row, {}, 0.0) for row in reading.rows])
        kept, head = found
        first = [row.embedding for row in reading.rows]
        views = Views.of(texts, np.array(first, np.float32), np.array(vectors, np.float32))
        probabilities, known = head.score(views, is_english=second is not None)
        rows = [
            join(
                row,
                dict(zip(head.labels, map(float, scores), strict=True)),
                yield_to(find_rival(row.heads, kept.shared), float(share)),
            )
            for row, scores, share in zip(reading.rows, probabilities, known, strict=True)
        ]
        label_set = f"{reading.label_set or 'packs'}+{OWN_PACK}-{kept.revision}"
        return replace(reading, rows=rows, label_set=label_set, thresholds=limit(reading, head))


def join(row: Row, own: dict[str, float], share: float) -> Row:
    """Own intents as one pack more; what all packs share is what they leave over."""
    scope = {pack: score * (1 - share) for pack, score in row.heads[SCOPE].items()}
    return replace(row, heads={**row.heads, OWN_PACK: own, SCOPE: {**scope, OWN_PACK: share}})


def limit(reading: Reading, head: OwnHead) -> dict[str, dict[str, float]]:
    """The thresholds of conformal sets, those of the own head among them."""
    return {
        rate: {**reading.thresholds.get(rate, {}), OWN_PACK: threshold}
        for rate, threshold in head.thresholds.items()
    }
