"""The analytics service, put together."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from prometheus_client import Gauge

from ridealong.chassis.app import service_app
from ridealong.chassis.sidecar import Sidecar
from ridealong.chassis.subscriptions import event_route
from ridealong.lake.buffer import Buffer
from ridealong.lake.events import ANSWERED, JOURNAL, PREDICTED, RECEIVED
from ridealong.lake.lake import Lake
from ridealong.lake.table import LakeUnavailable
from services.analytics.dead_letters import DeadLetterOffice
from services.analytics.deps import Deps
from services.analytics.routes import router
from services.analytics.settings import Settings
from services.analytics.subscriptions import subscriptions

WAITING = Gauge(
    "ridealong_dead_letters_waiting", "Dead letters that nobody has resent with success."
)
logger = logging.getLogger(__name__)


def create_app(settings: Settings | None = None, *, sidecar: Sidecar | None = None) -> FastAPI:
    """The lake is opened, and made where there is none, before the port opens."""
    settings = settings or Settings()

    @asynccontextmanager
    async def open_deps(sidecar: Sidecar) -> AsyncIterator[Deps]:
        lake = await asyncio.to_thread(_open_lake, settings)
        async with Buffer(
            lake, every_s=settings.commit_every_s, most_rows=settings.commit_every_rows
        ) as buffer:
            deps = Deps(lake, buffer, DeadLetterOffice(lake, buffer, sidecar, event_route))
            upkeep = asyncio.create_task(_keep_up(deps, settings.upkeep_every_s))
            try:
                yield deps
            finally:
                upkeep.cancel()
                with suppress(asyncio.CancelledError):
                    await upkeep

    return service_app(
        "analytics",
        open_deps,
        routers=[router],
        subscriptions=subscriptions,
        sidecar=sidecar,
        description=__doc__,
    )


def _open_lake(settings: Settings) -> Lake:
    return Lake(
        settings.lake,
        (RECEIVED, ANSWERED, PREDICTED, JOURNAL),
        history_h=settings.history_h,
        compact_after=settings.compact_after_commits,
        storage_options=settings.storage_options or None,
    )


async def _keep_up(deps: Deps, every_s: float) -> None:
    while True:
        try:
            await asyncio.to_thread(deps.lake.tidy)
            WAITING.set(await deps.office.count_waiting())
        except LakeUnavailable as error:
            logger.warning("upkeep put off", extra={"cause": str(error)})
        await asyncio.sleep(every_s)
