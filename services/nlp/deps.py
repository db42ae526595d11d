"""What handlers of `nlp` get."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from ridealong.chassis.app import injected
from services.nlp.analyse import Reader
from services.nlp.settings import Settings


@dataclass(frozen=True)
class Deps:
    """What lives as long as the service."""

    settings: Settings
    reader: Reader


InjectedDeps = Annotated[Deps, Depends(injected(Deps))]
