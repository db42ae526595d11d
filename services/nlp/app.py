"""Puts `nlp` together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from ridealong.chassis.app import service_app
from ridealong.chassis.sidecar import Sidecar
from services.nlp.adapters import InferenceReader
from services.nlp.deps import Deps
from services.nlp.routes import router
from services.nlp.settings import Settings


def create_app(settings: Settings | None = None, *, sidecar: Sidecar | None = None) -> FastAPI:
    """The service; a test passes its own settings and sidecar."""
    settings = settings or Settings()

    @asynccontextmanager
    async def open_deps(sidecar: Sidecar) -> AsyncIterator[Deps]:
        yield Deps(settings, InferenceReader(sidecar, timeout_s=settings.infer_timeout_s))

    return service_app(
        "nlp",
        open_deps,
        routers=[router],
        sidecar=sidecar,
        description="Intents, sentiment and urgency of a prepared message.",
    )
