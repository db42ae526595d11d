"""What the routes are given."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from ridealong.access.intents import IntentTeacher
from ridealong.access.keys import KeyRing
from ridealong.access.shares import KeyShares, Places
from ridealong.batches.desk import BatchDesk
from ridealong.chassis.app import injected
from services.gateway.answers import AnswerReader
from services.gateway.deliver import MessageDesk


@dataclass(frozen=True)
class Deps:
    """Keys and shares at the door, desks behind it."""

    keys: KeyRing
    shares: KeyShares
    live: Places
    streams: Places
    batch_places: Places
    desk: MessageDesk
    reader: AnswerReader
    batches: BatchDesk
    intents: IntentTeacher
    patience_s: float
    heartbeat_s: float


InjectedDeps = Annotated[Deps, Depends(injected(Deps))]
