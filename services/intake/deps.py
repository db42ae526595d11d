"""What the routes are given."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from ridealong.chassis.app import injected
from services.intake.accept import Reception
from services.intake.forget import Farewell


@dataclass(frozen=True)
class Deps:
    """Two desks: one takes messages in, one forgets whose they were."""

    reception: Reception
    farewell: Farewell


InjectedDeps = Annotated[Deps, Depends(injected(Deps))]
