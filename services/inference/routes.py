"""HTTP edge of `inference`: rollouts; everything under /v2 is the protocol's own ASGI edge."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from fastapi import APIRouter, FastAPI, Path, Request, Response
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route
from starlette.types import Message

from ridealong.chassis.errors import BodyTooLarge
from ridealong.contracts.inference import (
    ArrangeRollout,
    ModelName,
    PromoteVersion,
    RolloutShown,
    RolloutsShown,
)
from ridealong.serving.protocol.openapi import describe
from ridealong.serving.protocol.rest import RestEdge
from services.inference.deps import InjectedDeps
from services.inference.rollouts import shown, wishes_of

MAX_BODY_BYTES: Final = 16_384


class SmallBodies(APIRoute):
    """A route that reads no more than a rollout needs; elsewhere this service takes big bodies."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """Count while it arrives: a sidecar passes bodies on without their length."""
        answer = super().get_route_handler()

        async def answer_small(request: Request) -> Response:
            body = bytearray()
            async for part in request.stream():
                body += part
                if len(body) > MAX_BODY_BYTES:
                    raise BodyTooLarge(f"the body may have {MAX_BODY_BYTES} bytes at most")

            async def receive() -> Message:
                return {"type": "http.request", "body": bytes(body), "more_body": False}

            return await answer(Request(request.scope, receive))

        return answer_small


Model = Annotated[ModelName, Path()]
router = APIRouter(prefix="/rollouts", route_class=SmallBodies)


@router.get("")
async def list_rollouts(deps: InjectedDeps) -> RolloutsShown:
    """Which rollouts are in force?"""
    return RolloutsShown(rollouts=tuple(map(shown, deps.window.show_all())))


@router.get("/{model}")
async def show_rollout(model: Model, deps: InjectedDeps) -> RolloutShown:
    """Which versions of this model answer whom, and how do they do?"""
    return shown(deps.window.show(model))


@router.put("/{model}")
async def arrange_rollout(
    model: Model, request: ArrangeRollout, deps: InjectedDeps
) -> RolloutShown:
    """Start, adjust or end a canary or a shadow, or pin a version."""
    await deps.desk.arrange(model, wishes_of(request))
    return shown(deps.window.show(model))


@router.post("/{model}/promote")
async def promote_version(
    model: Model, deps: InjectedDeps, request: PromoteVersion | None = None
) -> RolloutShown:
    """Have the canary, or the version named, answer everything."""
    await deps.desk.promote(model, request.version if request else None)
    return shown(deps.window.show(model))


@router.post("/{model}/rollback")
async def roll_back(model: Model, deps: InjectedDeps, revision: int | None = None) -> RolloutShown:
    """End the canary, else return to the version before. With the revision seen, at most once."""
    await deps.desk.roll_back(model, revision)
    return shown(deps.window.show(model))


@router.delete("/{model}")
async def clear_rollout(model: Model, deps: InjectedDeps) -> RolloutShown:
    """Forget the rollout: the version policy decides who answers."""
    await deps.desk.clear(model)
    return shown(deps.window.show(model))


def mount_edge(app: FastAPI, edge: RestEdge) -> None:
    """Hand /v2 to the protocol's edge, and describe it in our OpenAPI page."""
    app.router.routes.extend([Route("/v2", edge, include_in_schema=False), Mount("/v2", edge)])
    own_openapi = app.openapi
    app.openapi = lambda: describe(own_openapi())  # type: ignore[method-assign]
