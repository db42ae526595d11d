"""The app factory: every service is made here, in one shape."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.telemetry import TelemetryConfig
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from ridealong.chassis.dapr_sidecar import open_sidecar
from ridealong.chassis.edge import Gatekeeper
from ridealong.chassis.errors import NotReady
from ridealong.chassis.problems import install_problems
from ridealong.chassis.settings import RuntimeSettings
from ridealong.chassis.sidecar import Sidecar
from ridealong.chassis.subscriptions import Subscriptions
from ridealong.chassis.telemetry import Telemetry

DepsT = TypeVar("DepsT")
# FastAPI's own would trace every request a second time, and log rejected values.
OWN_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
health = APIRouter(include_in_schema=False)


def service_app(
    name: str,
    open_deps: Callable[[Sidecar], AbstractAsyncContextManager[Any]],
    *,
    routers: Sequence[APIRouter] = (),
    subscriptions: Subscriptions | None = None,
    sidecar: Sidecar | None = None,
    runtime: RuntimeSettings | None = None,
    description: str = "",
    open_prefixes: tuple[str, ...] = (),
    body_limits: Mapping[str, int] | None = None,
) -> FastAPI:
    """An app with health, metrics, traces, problems and subscriptions.

    `open_deps` is entered before the port opens, with a sidecar that can already act; what it
    yields is what handlers
    get. If it has a method `check_ready`, `/readyz` awaits it: it raises `NotReady` while the
    service cannot work.
    `body_limits` names paths with a limit of their own.
    """
    runtime = runtime or RuntimeSettings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            app.state.sidecar = sidecar or await stack.enter_async_context(open_sidecar(runtime))
            app.state.deps = await stack.enter_async_context(open_deps(app.state.sidecar))
            yield

    app = FastAPI(
        title=f"Ridealong {name}",
        description=description,
        lifespan=lifespan,
        telemetry=OWN_TELEMETRY,
    )
    for router in (health, *routers):
        app.include_router(router)
    if subscriptions is not None:
        subscriptions.install(app, service=name, pubsub=runtime.ridealong_pubsub)
    install_problems(app)
    token = runtime.app_api_token
    app.add_middleware(
        Gatekeeper,
        token=token.get_secret_value() if token else None,
        max_body_bytes=runtime.ridealong_max_body_bytes,
        open_prefixes=open_prefixes,
        body_limits=body_limits or {},
    )
    app.add_middleware(Telemetry, service=name)
    return app


def injected(deps_type: type[DepsT]) -> Callable[[Request], Awaitable[DepsT]]:
    """For `Annotated[Deps, Depends(injected(Deps))]`: what `open_deps` yielded."""

    async def deps_of(request: Request) -> DepsT:
        deps = request.app.state.deps
        assert isinstance(deps, deps_type)
        return deps

    return deps_of


@health.get("/healthz")
async def is_alive() -> dict[str, str]:
    """What the sidecar asks. It never depends on the sidecar."""
    return {"status": "alive"}


@health.get("/readyz")
async def is_ready(request: Request) -> dict[str, str]:
    """Ready: what the service needs is loaded, and its sidecar can act."""
    check_ready = getattr(request.app.state.deps, "check_ready", None)
    if check_ready is not None:
        await check_ready()
    if not await request.app.state.sidecar.is_reachable():
        raise NotReady("the sidecar does not answer")
    return {"status": "ready"}


@health.get("/metrics")
async def read_metrics() -> Response:
    """Prometheus text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
