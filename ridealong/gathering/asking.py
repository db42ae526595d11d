"""Two ways to ask the same of another service: by oneself, or together with others."""

from functools import partial
from typing import Protocol, TypeVar

from ridealong.chassis.calls import ask
from ridealong.chassis.sidecar import Sidecar
from ridealong.contracts.contract import Contract
from ridealong.gathering.callers import GatheredCalls

ReplyT = TypeVar("ReplyT", bound=Contract)


class Ask(Protocol):
    """A typed call of another service, with the failures of `chassis.calls.ask`."""

    async def __call__(
        self, app_id: str, path: str, request: Contract, reply: type[ReplyT], /
    ) -> ReplyT:
        """POST a request, get the reply of this shape."""


def alone(sidecar: Sidecar) -> Ask:
    """Every call at once and by itself: for a message whose sender waits."""
    return partial(ask, sidecar)


def together(sidecar: Sidecar) -> Ask:
    """Calls share hops, by service and path: for messages that nobody waits for."""
    gathered: dict[tuple[str, str], GatheredCalls] = {}

    async def ask_with_others(
        app_id: str, path: str, request: Contract, reply: type[ReplyT], /
    ) -> ReplyT:
        if (app_id, path) not in gathered:
            gathered[app_id, path] = GatheredCalls(sidecar, app_id, path)
        return await gathered[app_id, path].ask(request, reply)

    return ask_with_others
