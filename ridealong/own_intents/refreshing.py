"""Heads follow the encoders: where another version reads messages, a head is fitted for it."""

import time
from collections.abc import Callable

from ridealong.chassis.background import Background
from ridealong.own_intents.desk import IntentDesk


class Refresher:
    """Asks for a new head beside the messages, at most once in `pause_s` for a tenant."""

    def __init__(
        self,
        desk: IntentDesk,
        background: Background,
        *,
        pause_s: float = 60,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._desk = desk
        self._background = background
        self._pause_s = pause_s
        self._clock = clock
        self._asked: dict[str, float] = {}

    def ask(self, tenant: str) -> None:
        """Soon there is a head for the encoders that are in use now."""
        now = self._clock()
        if now - self._asked.get(tenant, float("-inf")) >= self._pause_s:
            self._asked[tenant] = now
            self._background.start(self._desk.refresh(tenant))
