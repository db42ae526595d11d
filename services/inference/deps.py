"""What lives as long as `inference`."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from ridealong.chassis.app import injected
from ridealong.chassis.errors import NotReady
from ridealong.serving.rollout.desk import RolloutDesk
from ridealong.serving.rollout.view import RolloutWindow
from ridealong.serving.server import ModelServer


@dataclass(frozen=True)
class Deps:
    """The model server, whether it can work, and where its rollouts are changed and shown."""

    server: ModelServer
    desk: RolloutDesk
    window: RolloutWindow

    async def check_ready(self) -> None:
        """Models are tried and something serves."""
        if not self.server.is_ready:
            raise NotReady("no model can serve; POST /v2/repository/index says why")


InjectedDeps = Annotated[Deps, Depends(injected(Deps))]
