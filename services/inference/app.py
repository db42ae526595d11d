"""Puts the model server, its protocol and its payload log together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from ridealong.chassis.app import service_app
from ridealong.chassis.settings import RuntimeSettings
from ridealong.chassis.sidecar import Sidecar
from ridealong.serving.interpreter import tune
from ridealong.serving.models.memory import MemoryLimit
from ridealong.serving.protocol.rest import RestEdge
from ridealong.serving.rollout.desk import RolloutDesk, following
from ridealong.serving.rollout.loading import StoreVersions
from ridealong.serving.rollout.view import RolloutWindow
from ridealong.serving.server import open_server
from services.inference.deps import Deps
from services.inference.payload_log import PayloadLog, open_log
from services.inference.rollouts import StateShelf
from services.inference.routes import mount_edge, router
from services.inference.rpc import rpc_port
from services.inference.settings import Settings
from services.inference.subscriptions import subscriptions

FLUSH_S = 5
NO_LIMIT = 1 << 40


def create_app(settings: Settings | None = None, *, sidecar: Sidecar | None = None) -> FastAPI:
    """The service. Models are loaded before the port opens."""
    settings = settings or Settings()
    server = open_server(
        settings.models,
        slots=settings.threads,
        queue_limit=settings.queue_limit,
        tenant_share=settings.tenant_share,
        threads_per_run=settings.threads_per_run,
        policy=settings.versions,
        memory=MemoryLimit(settings.memory_bytes),
    )
    log = open_log(settings)
    server.listen(log.take)

    @asynccontextmanager
    async def open_deps(sidecar: Sidecar) -> AsyncIterator[Deps]:
        tune()
        await server.load_all()
        versions = StoreVersions(server.store)
        desk = RolloutDesk(server.rollouts, versions, StateShelf(sidecar))
        window = RolloutWindow(server.rollouts, versions, server.shadow)
        async with (
            publishing(log, sidecar),
            following(desk, settings.rollouts_every_s),
            rpc_port(server, settings, runtime),
        ):
            yield Deps(server, desk, window)
        await server.close()

    # The protocol's edge refuses big bodies in its own words; routes of our own take small ones.
    runtime = RuntimeSettings().model_copy(update={"ridealong_max_body_bytes": NO_LIMIT})
    about = "Open Inference Protocol v2 over the models of one folder."
    app = service_app(
        "inference",
        open_deps,
        routers=[router],
        subscriptions=subscriptions,
        sidecar=sidecar,
        runtime=runtime,
        description=about,
    )
    mount_edge(app, RestEdge(server, max_body_bytes=settings.max_body_bytes))
    return app


@asynccontextmanager
async def publishing(log: PayloadLog, sidecar: Sidecar) -> AsyncIterator[None]:
    """The payload log goes out while the service runs, and what is left of it at the end."""
    running = asyncio.create_task(log.run(sidecar))
    try:
        yield
    finally:
        running.cancel()
        with suppress(TimeoutError):
            await asyncio.wait_for(log.flush(sidecar), FLUSH_S)
