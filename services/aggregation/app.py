"""The aggregation service, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import services.aggregation as passport
from ridealong.chassis.app import service_app
from ridealong.chassis.background import Background, Marks
from ridealong.chassis.sidecar import Sidecar
from ridealong.gathering.asking import alone, together
from services.aggregation.adapters import DaprPeers, Records
from services.aggregation.answer import AnswerDesk
from services.aggregation.routes import router
from services.aggregation.settings import Settings
from services.aggregation.subscriptions import subscriptions

DAY_S = 24 * 3600


def create_app(settings: Settings | None = None, *, sidecar: Sidecar | None = None) -> FastAPI:
    """Production passes nothing; a test passes fakes."""
    settings = settings or Settings()

    @asynccontextmanager
    async def open_desk(sidecar: Sidecar) -> AsyncIterator[AnswerDesk]:
        keep_s = settings.keep_days * DAY_S
        async with Background() as background:
            marks = Marks(sidecar, background, ttl_s=keep_s)
            yield AnswerDesk(
                records=Records(sidecar, marks, lease_s=settings.lease_s, keep_s=keep_s),
                peers=DaprPeers(alone(sidecar)),
                queued_peers=DaprPeers(together(sidecar)),
                announcer=sidecar,
                lease_s=settings.lease_s,
                attempt_s=settings.attempt_s,
            )

    return service_app(
        "aggregation",
        open_desk,
        routers=[router],
        subscriptions=subscriptions,
        sidecar=sidecar,
        description=passport.__doc__ or "",
    )
