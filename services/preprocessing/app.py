"""Puts `preprocessing` together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from ridealong.chassis.app import service_app
from ridealong.chassis.sidecar import Sidecar
from ridealong.text.language import LanguageReader
from ridealong.text.suspicion import PlainWords
from services.preprocessing.adapters import (
    InferenceTagger,
    IntakeArchive,
    StateTables,
    read_masking_key,
)
from services.preprocessing.deps import Deps
from services.preprocessing.prepare import Reader, Tagger
from services.preprocessing.routes import router
from services.preprocessing.settings import Settings


def create_app(
    settings: Settings | None = None,
    *,
    languages: LanguageReader | None = None,
    tagger: Tagger | None = None,
    sidecar: Sidecar | None = None,
) -> FastAPI:
    """The service; a test passes its own settings, language model, tagger and sidecar."""
    settings = settings or Settings()

    @asynccontextmanager
    async def open_deps(sidecar: Sidecar) -> AsyncIterator[Deps]:
        key = await read_masking_key(sidecar, settings.masking_key_secret)
        known = languages if languages is not None else await asyncio.to_thread(LanguageReader)
        reader = Reader(
            languages=known,
            plain_words=PlainWords(),
            max_characters=settings.max_characters,
        )
        yield Deps(
            reader=reader,
            tagger=tagger
            or InferenceTagger(
                sidecar, model=settings.tagger_model, timeout_s=settings.tagger_timeout_s
            ),
            tables=StateTables(sidecar, key, settings),
            archive=IntakeArchive(sidecar),
        )

    return service_app(
        "preprocessing",
        open_deps,
        routers=[router],
        sidecar=sidecar,
        description="Clean and masked text, its language, entities and features.",
    )
