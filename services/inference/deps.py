"""What lives as long as `inference`."""

from dataclasses import dataclass

from ridealong.chassis.errors import NotReady
from ridealong.serving.server import ModelServer


@dataclass(frozen=True)
class Deps:
    """The model server, and whether it can work."""

    server: ModelServer

    async def check_ready(self) -> None:
        """Models are tried and something serves."""
        if not self.server.is_ready:
            raise NotReady("no model can serve; POST /v2/repository/index says why")
