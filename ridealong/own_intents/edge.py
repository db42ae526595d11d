"""The routes of own intents, which `nlp` mounts beside its own."""

from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Request

from ridealong.contracts.contract import Tenant
from ridealong.contracts.own_intents import OwnIntents, Taught, TeachIntents
from ridealong.own_intents.desk import IntentDesk

own_router = APIRouter(prefix="/intents")


class TakesIntents(Protocol):
    """What the deps of a service with these routes have."""

    @property
    def intents(self) -> IntentDesk:
        """Takes them."""


async def _desk(request: Request) -> IntentDesk:
    deps: TakesIntents = request.app.state.deps
    return deps.intents


Desk = Annotated[IntentDesk, Depends(_desk)]


@own_router.post("")
async def teach_intents(wish: TeachIntents, desk: Desk) -> Taught:
    """Learn from examples; the reply says how well it went and whether it is used."""
    return await desk.teach(wish)


@own_router.get("")
async def show_intents(tenant: Tenant, desk: Desk) -> OwnIntents:
    """A tenant's intents, and how well they are known."""
    return await desk.show(tenant)


@own_router.delete("/{label}")
async def remove_intent(label: str, tenant: Tenant, desk: Desk) -> OwnIntents:
    """Unlearn one intent."""
    return await desk.remove(tenant, label)
