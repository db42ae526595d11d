"""What handlers of `preprocessing` get."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from ridealong.chassis.app import injected
from services.preprocessing.adapters import IntakeArchive
from services.preprocessing.prepare import Reader, Tables, Tagger


@dataclass(frozen=True)
class Deps:
    """What lives as long as the service."""

    reader: Reader
    tagger: Tagger
    tables: Tables
    archive: IntakeArchive


InjectedDeps = Annotated[Deps, Depends(injected(Deps))]
