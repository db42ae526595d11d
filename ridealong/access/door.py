"""The door of a public route: a good key, its share, its scope. Nothing is read before that."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Protocol

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from ridealong.access.errors import KeyMissing, ScopeMissing
from ridealong.access.keys import KeyRing
from ridealong.access.shares import KeyShares
from ridealong.contracts.gateway import KeyCard, Scope

BEARER = HTTPBearer(auto_error=False, description="`Authorization: Bearer rdl_...`")
HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, description="The same key.")


class Guarded(Protocol):
    """What the deps of a service with a door have."""

    @property
    def keys(self) -> KeyRing:
        """Who may call."""

    @property
    def shares(self) -> KeyShares:
        """How much."""


def door(scope: Scope) -> Callable[..., Awaitable[KeyCard]]:
    """A dependency that lets in keys with this scope, and gives their card."""

    async def enter(
        request: Request,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)],
        header: Annotated[str | None, Security(HEADER)],
    ) -> KeyCard:
        deps: Guarded = request.app.state.deps
        key = bearer.credentials if bearer else header
        if not key:
            challenge = {"www-authenticate": 'Bearer realm="ridealong"'}
            raise KeyMissing("send an API key: `Authorization: Bearer <key>`", challenge)
        card = await deps.keys.find(key)
        await deps.shares.take(card.key_id, card.rate_per_minute)
        require(card, scope)
        return card

    return enter


def require(card: KeyCard, scope: Scope) -> None:
    """Raises `ScopeMissing`."""
    if scope not in card.scopes:
        challenge = f'Bearer realm="ridealong", error="insufficient_scope", scope="{scope}"'
        raise ScopeMissing(f"this API key lacks the scope {scope}", {"www-authenticate": challenge})


Writer = Annotated[KeyCard, Depends(door(Scope.WRITE))]
Reader = Annotated[KeyCard, Depends(door(Scope.READ))]
Forgetter = Annotated[KeyCard, Depends(door(Scope.FORGET))]
Teacher = Annotated[KeyCard, Depends(door(Scope.INTENTS))]
