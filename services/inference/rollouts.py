"""Rollouts as this service keeps, takes and shows them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final, Protocol

from pydantic import TypeAdapter, ValidationError

from ridealong.chassis.errors import ServiceError
from ridealong.chassis.sidecar import Stored, state_key
from ridealong.contracts.inference import ArrangeRollout, RolloutShown
from ridealong.serving.rollout.choice import Rollout
from ridealong.serving.rollout.shelf import Kept
from ridealong.serving.rollout.transitions import Wishes
from ridealong.serving.rollout.view import RolloutView

# One record for all models: small, read in one go, and no query of the store is needed.
KEY: Final = state_key("inference", "rollouts", "all")
RECORD: Final = TypeAdapter(dict[str, Rollout])


class RecordUnreadable(ServiceError):
    """The record of all rollouts is none of ours, or of a version we do not know."""

    status = 503


class State(Protocol):
    """What the record needs of a sidecar."""

    async def load(self, key: str) -> Stored | None: ...

    async def save(
        self, key: str, value: bytes, *, etag: str | None, ttl_s: int | None = None
    ) -> None: ...


class StateShelf:
    """All rollouts in the state store, first writer wins."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def read(self) -> Kept:
        """All of them; none where nothing was ever kept."""
        stored = await self._state.load(KEY)
        if stored is None:
            return Kept({}, None)
        try:
            return Kept(RECORD.validate_json(stored.value), stored.etag)
        except ValidationError as error:
            raise RecordUnreadable("the record of all rollouts cannot be read") from error

    async def write(self, rollouts: Mapping[str, Rollout], tag: str | None) -> None:
        """Replace all."""
        await self._state.save(KEY, RECORD.dump_json(dict(rollouts)), etag=tag)


def wishes_of(request: ArrangeRollout) -> Wishes:
    """What a caller wants changed. Only a canary and a shadow can be taken away with null."""
    wishes = Wishes()
    if request.stable is not None:
        wishes["stable"] = request.stable
    if request.weight is not None:
        wishes["weight"] = request.weight
    if "canary" in request.model_fields_set:
        wishes["canary"] = request.canary
    if "shadow" in request.model_fields_set:
        wishes["shadow"] = request.shadow
    return wishes


def shown(view: RolloutView) -> RolloutShown:
    """As callers see it."""
    fields = asdict(view)
    return RolloutShown.model_validate(fields.pop("rollout") | fields)
