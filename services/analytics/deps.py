"""What the routes and handlers are given."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from ridealong.chassis.app import injected
from ridealong.chassis.errors import NotReady
from ridealong.lake.buffer import Buffer
from ridealong.lake.lake import Lake
from services.analytics.dead_letters import DeadLetterOffice


@dataclass(frozen=True)
class Deps:
    """The lake, the buffer in front of it, and the dead letters in it."""

    lake: Lake
    buffer: Buffer
    office: DeadLetterOffice

    async def check_ready(self) -> None:
        """Not while commits fail: what is heard then is held, not stored."""
        if self.buffer.is_stuck:
            raise NotReady("the lake takes no commits")


InjectedDeps = Annotated[Deps, Depends(injected(Deps))]
