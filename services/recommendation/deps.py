"""What the routes are given."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from ridealong.chassis.app import injected
from ridealong.chassis.errors import NotReady
from ridealong.knowledge.deciding import Policies
from ridealong.knowledge.risk import Calibrations
from ridealong.knowledge.shelf import Shelf
from services.recommendation.adapters import ArticleVectors
from services.recommendation.settings import Settings


@dataclass(frozen=True)
class Deps:
    """The articles, their vectors, and the rules."""

    shelf: Shelf
    vectors: ArticleVectors
    settings: Settings
    calibrations: Calibrations

    def policies_of(self, tenant: str) -> Policies:
        """How this tenant's replies may leave."""
        return Policies(
            may_automate=tenant in self.settings.automating_tenants,
            risk=self.settings.risk_of(tenant),
            calibrations=self.calibrations,
            rules=self.settings.rules,
        )

    async def check_ready(self) -> None:
        """Ready once the vectors are there, or once it no longer pays to wait for them."""
        if self.vectors.is_waited_for:
            raise NotReady("waiting for inference to read the articles")


InjectedDeps = Annotated[Deps, Depends(injected(Deps))]
