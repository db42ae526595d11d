"""The keys' own routes, for the sidecar only: never mount them under an open path."""

import logging
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from ridealong.access.keys import KeyRing
from ridealong.contracts.contract import Tenant
from ridealong.contracts.gateway import KeyCard, KeyCards, MintedKey, NewKey

logger = logging.getLogger(__name__)
key_router = APIRouter(prefix="/keys", include_in_schema=False)


async def _keys(request: Request) -> KeyRing:
    ring = request.app.state.deps.keys
    assert isinstance(ring, KeyRing)
    return ring


Keys = Annotated[KeyRing, Depends(_keys)]


@key_router.post("", status_code=201)
async def create_key(new: NewKey, keys: Keys) -> MintedKey:
    """A new API key, shown this once."""
    minted = await keys.mint(new)
    logger.info("key created", extra={"key_id": minted.key_id, "tenant": minted.tenant})
    return minted


@key_router.get("")
async def list_keys(keys: Keys, tenant: Tenant | None = None) -> KeyCards:
    """All keys, revoked ones too."""
    return KeyCards(keys=tuple(await keys.cards(tenant)))


@key_router.delete("/{key_id}")
async def revoke_key(key_id: str, keys: Keys) -> KeyCard:
    """Refused from now on, at other replicas within two seconds."""
    card = await keys.revoke(key_id)
    logger.info("key revoked", extra={"key_id": card.key_id, "tenant": card.tenant})
    return card
