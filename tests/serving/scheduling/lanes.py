"""Lanes whose runs a test can hold, let go, and look at."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ridealong.serving.errors import RunFailed
from ridealong.serving.models.profile import Profile
from ridealong.serving.scheduling.lane import Lane

Array = np.ndarray[Any, Any]
POISON = 666.0


class Doubler:
    """Doubles `x`; a row of poison fails the whole run. Remembers how many rows each run had."""

    def __init__(self) -> None:
        self.runs: list[list[float]] = []
        self.threads: list[int] = []
        self.started = threading.Event()
        self._may_go = threading.Event()
        self._may_go.set()

    def hold(self) -> None:
        self.started.clear()
        self._may_go.clear()

    def let_go(self) -> None:
        self._may_go.set()

    def run(self, inputs: Mapping[str, Array], outputs: Sequence[str]) -> dict[str, Array]:
        self.started.set()
        assert self._may_go.wait(10)
        self.runs.append(inputs["x"].ravel().tolist())
        self.threads.append(threading.get_ident())
        if POISON in inputs["x"]:
            raise RunFailed("poison")
        return dict.fromkeys(outputs, inputs["x"] * 2)


def slow_lane(
    runner: Doubler, *, max_rows: int = 8, seconds: float = 0.001, name: str = "slow"
) -> Lane:
    """Every run needs a slot."""
    timings = {1: seconds, max_rows: seconds}
    return Lane(name, "1", runner, Profile(batches=True, max_rows=max_rows, timings=timings))


def quick_lane(runner: Doubler, *, inline_rows: int = 4, max_rows: int = 8) -> Lane:
    """Up to `inline_rows` run on the event loop."""
    profile = Profile(
        batches=True,
        max_rows=max_rows,
        inline_rows=inline_rows,
        inline_bytes=64,
        timings={1: 0.0001, max_rows: 0.0004},
    )
    return Lane("quick", "1", runner, profile)


def row(*values: float) -> dict[str, Array]:
    return {"x": np.array([[value] for value in values], dtype=np.float32)}
