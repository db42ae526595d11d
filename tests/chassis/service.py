"""A small service of the house's shape, for tests of what every service stands on."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, FastAPI

from ridealong.chassis.app import injected, service_app
from ridealong.chassis.errors import NotReady, ServiceError
from ridealong.chassis.settings import RuntimeSettings
from ridealong.chassis.sidecar import Sidecar
from ridealong.chassis.subscriptions import Bulk, DeadLetter, Subscriptions
from ridealong.contracts.contract import Event, Request
from tests.fakes import FakeSidecar


class ParcelLost(ServiceError):
    """Nothing will bring it back."""

    status = 410
    field = "parcel"


class CourierBusy(ServiceError):
    """Later, perhaps."""

    status = 503
    retriable = True
    retry_after_s = 3.4


class ParcelSent(Event):
    """Somebody sent something."""

    topic: ClassVar[str] = "parcels.sent.v1"
    heard_by: ClassVar[tuple[str, ...]] = ("courier",)

    parcel: str

    @property
    def event_id(self) -> str:
        return f"{self.parcel}.sent"


class ParcelWeighed(ParcelSent):
    """Heard in bulk."""

    topic: ClassVar[str] = "parcels.weighed.v1"


class SendParcel(Request):
    """What a caller may send."""

    parcel: str
    weight: int = 1


@dataclass
class Deps:
    """What was heard, and what to do about it."""

    heard: list[str] = field(default_factory=list)
    failure: Exception | None = None
    is_ready: bool = True

    async def check_ready(self) -> None:
        if not self.is_ready:
            raise NotReady("still tying knots")


router = APIRouter()
subscriptions = Subscriptions()
InjectedDeps = Annotated[Deps, Depends(injected(Deps))]


@router.post("/parcels")
async def send_parcel(request: SendParcel, deps: InjectedDeps) -> dict[str, str]:
    """Raises whatever the test wants."""
    if deps.failure:
        raise deps.failure
    return {"parcel": request.parcel}


@subscriptions.on(ParcelSent)
async def hear_one(event: ParcelSent, deps: Deps) -> None:
    """Note it, or fail."""
    if deps.failure:
        raise deps.failure
    deps.heard.append(event.parcel)


@subscriptions.on_bulk(ParcelWeighed, Bulk(max_messages=7, max_await_ms=50))
async def hear_many(events: Sequence[ParcelWeighed], deps: Deps) -> None:
    """Note them, or fail."""
    if deps.failure:
        raise deps.failure
    deps.heard += [event.parcel for event in events]


@subscriptions.on_dead_letter(ParcelSent, "postman")
async def hear_dead(letter: DeadLetter, deps: Deps) -> None:
    """Note its id, or fail."""
    if deps.failure:
        raise deps.failure
    deps.heard.append(f"{letter.topic} {letter.app_id} {letter.event_id}")


def courier(deps: Deps, **runtime: object) -> FastAPI:
    """The service."""

    @asynccontextmanager
    async def open_deps(_: Sidecar) -> AsyncIterator[Deps]:
        yield deps

    return service_app(
        "courier",
        open_deps,
        routers=[router],
        subscriptions=subscriptions,
        sidecar=FakeSidecar(),
        runtime=RuntimeSettings(**runtime),  # type: ignore[arg-type]
        open_prefixes=("/open",),
        body_limits={"/parcels/many": 10_000},
    )
