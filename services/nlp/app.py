"""Puts `nlp` together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from ridealong.chassis.app import service_app
from ridealong.chassis.background import Background
from ridealong.chassis.sidecar import Sidecar
from ridealong.own_intents.book import Book
from ridealong.own_intents.desk import IntentDesk
from ridealong.own_intents.edge import own_router
from ridealong.own_intents.own_reader import OwnReader
from ridealong.own_intents.reading import Encoders
from ridealong.own_intents.refreshing import Refresher
from ridealong.own_intents.shelf import HeadShelf
from services.nlp.adapters import InferenceReader
from services.nlp.deps import Deps
from services.nlp.routes import router
from services.nlp.settings import Settings


def create_app(settings: Settings | None = None, *, sidecar: Sidecar | None = None) -> FastAPI:
    """The service; a test passes its own settings and sidecar."""
    settings = settings or Settings()

    @asynccontextmanager
    async def open_deps(sidecar: Sidecar) -> AsyncIterator[Deps]:
        inference = InferenceReader(sidecar, timeout_s=settings.infer_timeout_s)
        encoders = Encoders(
            inference,
            english=settings.english_model,
            multilingual=settings.multilingual_model,
            packs_of=settings.packs_of,
        )
        book = Book(sidecar)
        shelf = HeadShelf(book, fresh_s=settings.own_fresh_s)
        desk = IntentDesk(sidecar, encoders, book, shelf, floor=settings.own_floor)
        async with Background() as background:
            refresher = Refresher(desk, background)
            reader = OwnReader(inference, shelf, refresher, settings.multilingual_model)
            yield Deps(settings, reader, desk)

    return service_app(
        "nlp",
        open_deps,
        routers=[router, own_router],
        sidecar=sidecar,
        description="Intents, sentiment and urgency of a prepared message.",
    )
