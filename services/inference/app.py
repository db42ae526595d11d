"""Puts the model server, its protocol and its payload log together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.routing import Mount, Route

from ridealong.chassis.app import service_app
from ridealong.chassis.errors import NotReady
from ridealong.chassis.settings import RuntimeSettings
from ridealong.chassis.sidecar import Sidecar
from ridealong.serving.openapi import describe
from ridealong.serving.rest import RestEdge
from ridealong.serving.server import ModelServer, open_server
from services.inference.payload_log import PayloadLog
from services.inference.settings import Settings

SHUTDOWN_S = 5
NO_LIMIT = 1 << 40


@dataclass(frozen=True)
class Deps:
    """What lives as long as the service."""

    server: ModelServer

    async def check_ready(self) -> None:
        """Models are tried and something serves."""
        if not self.server.is_ready:
            raise NotReady("no model can serve; POST /v2/repository/index says why")


def create_app(
    settings: Settings | None = None,
    *,
    server: ModelServer | None = None,
    sidecar: Sidecar | None = None,
    runtime: RuntimeSettings | None = None,
) -> FastAPI:
    """The service. Models are loaded before the port opens."""
    settings = settings or Settings()
    served = server or open_server(
        settings.models,
        slots=settings.threads,
        queue_limit=settings.queue_limit,
        threads_per_run=settings.threads_per_run,
        policy=settings.versions,
    )
    key = settings.digest_key
    log = PayloadLog(
        share=settings.log_share,
        most_records=settings.log_queue,
        most_bytes=settings.log_queue_bytes,
        key=key.get_secret_value().encode() if key else None,
    )
    served.listen(log.take)

    @asynccontextmanager
    async def open_deps(sidecar: Sidecar) -> AsyncIterator[Deps]:
        await served.load_all()
        publishing = asyncio.create_task(log.run(sidecar))
        try:
            yield Deps(served)
        finally:
            publishing.cancel()
            with suppress(TimeoutError):
                await asyncio.wait_for(log.flush(sidecar), SHUTDOWN_S)
            served.close()

    app = service_app(
        "inference",
        open_deps,
        sidecar=sidecar,
        runtime=limit_left_to_edge(runtime or RuntimeSettings()),
        description="Open Inference Protocol v2 over the models of one folder.",
    )
    mount_edge(app, RestEdge(served, max_body_bytes=settings.max_body_bytes))
    return app


def limit_left_to_edge(runtime: RuntimeSettings) -> RuntimeSettings:
    """The protocol's edge refuses big bodies in its own words; no other route reads one."""
    return runtime.model_copy(update={"ridealong_max_body_bytes": NO_LIMIT})


def mount_edge(app: FastAPI, edge: RestEdge) -> None:
    """Give everything under /v2 to the protocol's edge, and describe it in our OpenAPI page."""
    app.router.routes.extend([Route("/v2", edge, include_in_schema=False), Mount("/v2", edge)])
    own_openapi = app.openapi
    app.openapi = lambda: describe(own_openapi())  # type: ignore[method-assign]
