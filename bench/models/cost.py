"""CPU that a message costs, by part: reading rules, the models and their rules, the tagger.

Everything runs in this process, on one core: the verbs of `preprocessing` and `nlp`, and the model
server below them, so that sidecars, JSON and HTTP cost nothing here.
"""

import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

import numpy as np

from ridealong.contracts.nlp import AnalyseText
from ridealong.contracts.preprocessing import TextFeatures
from ridealong.own_intents.readings import Reading, Row
from ridealong.serving.protocol.requests import InferRequest
from ridealong.serving.server import ModelServer, open_server
from ridealong.serving.tensors import Array, InputTensor
from ridealong.text.excerpts import excerpts
from ridealong.text.language import LanguageReader
from ridealong.text.masking import Reading as RulesReading
from ridealong.text.suspicion import PlainWords
from ridealong.text.traits import Traits, describe
from services.nlp.analyse import Rules, analyse_text
from services.nlp.settings import Settings
from services.preprocessing.prepare import RawText, Reader

TENANT: Final = "demo"
MESSAGE_ID: Final = str(UUID("01890000-0000-7000-8000-000000000000"))
TAGGER: Final = "pii-tagger"
EMBEDDING: Final = "embedding"
MOST_CHARACTERS: Final = 50_000
WARM_UP: Final = 20


@dataclass(frozen=True)
class Engines:
    """All that reads a message."""

    server: ModelServer
    reader: Reader
    plain_words: PlainWords
    rules: Rules


@dataclass(frozen=True)
class Cost:
    """Milliseconds of CPU, one for each message read.

    `models`: the whole verb of `nlp`, which reads a long message's sentences too. `whole_text`:
    encoders and heads over the message as one text, once more, to compare.
    """

    reading: list[float]
    models: list[float]
    whole_text: list[float]
    tagger: list[float]

    def sum_up(self) -> list[float]:
        """Without the tagger."""
        return [first + second for first, second in zip(self.reading, self.models, strict=True)]


class EngineReader:
    """`services.nlp.analyse.Reader` without a wire."""

    def __init__(self, server: ModelServer) -> None:
        self._server = server

    async def read(
        self, model: str, texts: Sequence[str], packs: Sequence[str], tenant: str
    ) -> Reading:
        """All heads that the verb reads."""
        heads = ("scope", "sentiment", "emotion", *packs)
        answer = await self._server.infer(
            model, None, InferRequest((as_rows(texts),), (EMBEDDING, *heads), tenant=tenant)
        )
        labels = {spec.name: spec.labels or () for spec in answer.specs}
        rows = [
            Row(
                answer.arrays[EMBEDDING][place].tolist(),
                {
                    head: dict(zip(labels[head], answer.arrays[head][place].tolist(), strict=True))
                    for head in heads
                },
            )
            for place in range(len(texts))
        ]
        return Reading(answer.prediction_id, answer.model, answer.version, rows)


@asynccontextmanager
async def open_engines(store: Path) -> AsyncIterator[Engines]:
    """Models loaded, one slot."""
    server = open_server(store, slots=1)
    settings = Settings()
    rules = Rules(
        packs=settings.packs,
        english_model=settings.english_model,
        multilingual_model=settings.multilingual_model,
        top_intents=settings.top_intents,
        reject_above=settings.reject_above,
        error_rate=settings.error_rate,
    )
    for name in (settings.english_model, TAGGER):
        await server.load(name)
    words = PlainWords()
    try:
        yield Engines(server, Reader(LanguageReader(), words, MOST_CHARACTERS), words, rules)
    finally:
        await server.close()


async def measure(engines: Engines, messages: Sequence[str], rounds: int) -> Cost:
    """Every message so many times, after a warm-up."""
    cost = Cost([], [], [], [])
    for turn in range(WARM_UP + rounds):
        for text in messages:
            spent = await read_one(engines, text)
            if turn >= WARM_UP:
                for values, value in zip(vars(cost).values(), spent, strict=True):
                    values.append(value)
    return cost


async def read_one(engines: Engines, text: str) -> tuple[float, float, float, float]:
    """What one message costs in each part of `Cost`."""
    raw = RawText(TENANT, "c", is_mail=False, subject=None, text=text)
    began = time.process_time()
    language, readings = engines.reader.read(raw)
    traits = describe(readings[0].text)
    reading = time.process_time() - began
    asked = as_asked(text, language.code, traits)
    models = EngineReader(engines.server)
    verb = await timed(lambda: analyse_text(asked, engines.rules, models))
    rules = engines.rules
    text_alone = await timed(lambda: models.read(rules.english_model, [text], rules.packs, TENANT))
    tagger = await timed(lambda: tag(engines, readings[0], language.code))
    return reading * 1e3, verb, text_alone, tagger


def as_asked(text: str, language: str, traits: Traits) -> AnalyseText:
    """As `preprocessing` hands it on."""
    return AnalyseText(
        tenant=TENANT,
        message_id=MESSAGE_ID,
        text=text,
        language=language,
        features=TextFeatures(**asdict(traits)),
    )


async def tag(engines: Engines, reading: RulesReading, language: str) -> None:
    """As preprocessing asks the tagger: what may hold a name, if anything."""
    ranges = engines.plain_words.suspicious_ranges(reading, language)
    shown = [excerpt.text for excerpt in excerpts(reading, ranges)]
    if shown:
        await engines.server.infer(TAGGER, None, InferRequest((as_rows(shown),)))


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds of CPU of all threads."""
    began = time.process_time()
    await work()
    return (time.process_time() - began) * 1e3


def as_rows(texts: Sequence[str]) -> InputTensor:
    """Texts as the protocol's tensor."""
    rows: Array = np.array(texts, dtype=object)
    return InputTensor("text", "BYTES", rows)


def keep_to_one_core() -> None:
    """Where the system lets us: the one that runs us now stays ours."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
