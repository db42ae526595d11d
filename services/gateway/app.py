"""The gateway, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from ridealong.access.edge import key_router
from ridealong.access.intents import IntentTeacher, intent_router
from ridealong.access.keys import KeyRing
from ridealong.access.refusals import install_refusals
from ridealong.access.repeats import Repeats
from ridealong.access.shares import KeyShares, Places
from ridealong.batches.desk import BatchDesk
from ridealong.batches.edge import BATCH_PATH, batch_router
from ridealong.batches.lines import Limits
from ridealong.chassis.app import service_app
from ridealong.chassis.sidecar import Sidecar
from services.gateway.answers import AnswerReader, Pace
from services.gateway.deliver import MessageDesk
from services.gateway.deps import Deps
from services.gateway.openapi import DESCRIPTION
from services.gateway.routes import router
from services.gateway.settings import Settings

DAY_S = 24 * 3600


def create_app(settings: Settings | None = None, *, sidecar: Sidecar | None = None) -> FastAPI:
    """Production passes nothing; a test passes fakes."""
    settings = settings or Settings()
    app = service_app(
        "gateway",
        partial(open_deps, settings),
        routers=[batch_router, router, intent_router, key_router],
        sidecar=sidecar,
        description=DESCRIPTION,
        open_prefixes=("/v1/", "/docs", "/redoc", "/openapi.json"),
        body_limits={BATCH_PATH: settings.max_batch_bytes},
    )
    install_refusals(app)
    return app


@asynccontextmanager
async def open_deps(settings: Settings, sidecar: Sidecar) -> AsyncIterator[Deps]:
    """Everyone to everyone else."""
    repeats = Repeats(sidecar)
    pace = Pace(settings.poll_first_s, settings.poll_longest_s, settings.follow_s)
    limits = Limits(settings.max_batch_lines, settings.max_line_bytes, settings.batch_chunk_lines)
    yield Deps(
        keys=KeyRing(sidecar),
        shares=KeyShares(per_minute=settings.rate_per_minute, burst_share=settings.burst_share),
        live=Places(settings.max_live),
        streams=Places(settings.max_streams),
        batch_places=Places(settings.max_batches),
        desk=MessageDesk(
            sidecar, repeats, live_timeout_s=settings.live_timeout_s, lease_s=settings.lease_s
        ),
        reader=AnswerReader(sidecar, pace),
        batches=BatchDesk(
            sidecar,
            repeats,
            limits,
            timeout_s=settings.batch_timeout_s,
            lease_s=settings.batch_lease_s,
            kept_s=settings.batch_kept_days * DAY_S,
        ),
        intents=IntentTeacher(sidecar, timeout_s=settings.batch_timeout_s * 2),
        patience_s=settings.patience_s,
        heartbeat_s=settings.heartbeat_s,
    )
