"""The recommendation service, put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from ridealong.chassis.app import service_app
from ridealong.chassis.sidecar import Sidecar
from ridealong.knowledge.articles import read_articles
from ridealong.knowledge.risk import read_calibrations
from ridealong.knowledge.shelf import Shelf
from services.recommendation.adapters import ArticleVectors
from services.recommendation.deps import Deps
from services.recommendation.routes import router
from services.recommendation.settings import Settings


def create_app(settings: Settings | None = None, *, sidecar: Sidecar | None = None) -> FastAPI:
    """Articles and the calibration are read here: with a broken one there is no app.

    The articles' vectors come later.
    """
    settings = settings or Settings()
    shelf = Shelf(read_articles(settings.knowledge_folder))
    calibrations = read_calibrations(settings.calibration)

    @asynccontextmanager
    async def open_deps(sidecar: Sidecar) -> AsyncIterator[Deps]:
        vectors = ArticleVectors(shelf, sidecar, settings)
        # In the background: inference may start after us, and must not have to start before us.
        learning = asyncio.create_task(vectors.keep_fresh())
        try:
            yield Deps(shelf=shelf, vectors=vectors, settings=settings, calibrations=calibrations)
        finally:
            learning.cancel()
            with suppress(asyncio.CancelledError):
                await learning

    return service_app(
        "recommendation", open_deps, routers=[router], sidecar=sidecar, description=__doc__
    )
