"""What handlers of `nlp` get."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from ridealong.chassis.app import injected
from ridealong.own_intents.desk import IntentDesk
from ridealong.own_intents.own_reader import OwnReader
from services.nlp.settings import Settings


@dataclass(frozen=True)
class Deps:
    """What lives as long as the service."""

    settings: Settings
    reader: OwnReader
    intents: IntentDesk


InjectedDeps = Annotated[Deps, Depends(injected(Deps))]
