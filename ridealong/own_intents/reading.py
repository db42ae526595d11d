"""What examples are read by: `preprocessing` masks them, `inference` makes vectors of them."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from secrets import randbits
from typing import Protocol
from uuid import UUID

import numpy as np

from ridealong.chassis.sidecar import Sidecar
from ridealong.contracts.contract import Channel
from ridealong.contracts.own_intents import NewExample
from ridealong.contracts.preprocessing import PreparedMessage, PrepareMessage
from ridealong.gathering.asking import together
from ridealong.own_intents.errors import EncoderChanged
from ridealong.own_intents.examples import ENGLISH_OR_SHORT, Example, newest_of_each
from ridealong.own_intents.readings import Heads, Reader
from ridealong.own_intents.rivals import find_shared
from ridealong.own_intents.views import Matrix

TEXTS_AT_ONCE = 64
# Of each intent: one says as much as five.
SHOWN_TO_PACKS = 3
VERSION_7, VARIANT = 7 << 76, 2 << 62


class Embedder(Protocol):
    """Whoever makes vectors of texts."""

    async def embed(
        self, model: str, texts: Sequence[str], tenant: str
    ) -> tuple[Sequence[Sequence[float]], str]:
        """One unit vector for each text, and the version of the model that made them."""


class Inference(Reader, Embedder, Protocol):
    """Runs our models."""


async def mask_examples(
    sidecar: Sidecar, tenant: str, examples: Sequence[NewExample]
) -> list[Example]:
    """Cleaned and masked as a customer's message is, each as a conversation of its own."""
    ask = together(sidecar)

    async def mask(example: NewExample) -> Example:
        message_id = new_message_id()
        request = PrepareMessage(
            tenant=tenant,
            message_id=message_id,
            conversation_id=f"own-intents-{message_id}",
            channel=Channel.CHAT,
            text=example.text,
        )
        found = await ask("preprocessing", "/prepare", request, PreparedMessage)
        return Example(found.text, example.label, found.language)

    return await asyncio.gather(*(mask(example) for example in examples))


@dataclass(frozen=True, slots=True)
class Read:
    """One row for each text from both encoders; `versions` of them by name."""

    english: Matrix
    multilingual: Matrix
    versions: dict[str, str]


class Encoders:
    """The English encoder and the one of all languages, and the packs that stand on them."""

    def __init__(
        self,
        inference: Inference,
        *,
        english: str,
        multilingual: str,
        packs_of: Callable[[str], Sequence[str]],
    ) -> None:
        self._inference = inference
        self._packs_of = packs_of
        self.english = english
        self.multilingual = multilingual

    async def read(self, texts: Sequence[str], tenant: str) -> Read:
        """The vectors of both."""
        (english, first), (multilingual, second) = await asyncio.gather(
            self._embed(self.english, texts, tenant), self._embed(self.multilingual, texts, tenant)
        )
        return Read(english, multilingual, {self.english: first, self.multilingual: second})

    async def find_shared(
        self, tenant: str, examples: Sequence[Example]
    ) -> dict[str, dict[str, float]]:
        """By pack and label, how surely a few examples of some own intent show that intent too."""
        packs = self._packs_of(tenant)
        labels: list[str] = []
        rows: list[Heads] = []
        for model, some in self._sort(newest_of_each(examples, SHOWN_TO_PACKS)).items():
            for start in range(0, len(some), TEXTS_AT_ONCE):
                part = some[start : start + TEXTS_AT_ONCE]
                texts = [each.text for each in part]
                reading = await self._inference.read(model, texts, packs, tenant)
                labels += [each.label for each in part]
                rows += [row.heads for row in reading.rows]
        return find_shared(labels, rows, packs)

    def _sort(self, examples: Sequence[Example]) -> dict[str, list[Example]]:
        """By the model that would read them as messages."""
        found: dict[str, list[Example]] = {}
        for each in examples:
            model = self.english if each.language in ENGLISH_OR_SHORT else self.multilingual
            found.setdefault(model, []).append(each)
        return found

    async def _embed(self, model: str, texts: Sequence[str], tenant: str) -> tuple[Matrix, str]:
        rows: list[Sequence[float]] = []
        versions: set[str] = set()
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            some = texts[start : start + TEXTS_AT_ONCE]
            vectors, version = await self._inference.embed(model, some, tenant)
            rows += vectors
            versions.add(version)
        if len(versions) != 1:
            raise EncoderChanged("an encoder was replaced while examples were read")
        return np.array(rows, dtype=np.float32), versions.pop()


def new_message_id() -> str:
    """A UUIDv7 (RFC 9562): examples are prepared as messages are, and those have ids."""
    bits, at_ms = randbits(74), time.time_ns() // 1_000_000
    return str(
        UUID(int=at_ms << 80 | VERSION_7 | bits >> 62 << 64 | VARIANT | bits & (1 << 62) - 1)
    )
