"""How much memory models hold, and who leaves when there is not enough of it.

A part's size is reckoned from its files, since room must be made before it is opened, and since
what a process holds changes for other reasons all the time. Measured (2 cores, ONNX Runtime 1.32,
private memory after `give_back`): graphs of 18 to 86 MB held 1.01 to 1.11 times their file, those
under 2 MB up to 1.25 times; a WordPiece tokenizer 21 times its JSON, a sentencepiece one 7 times.
"""

import ctypes
from collections import Counter
from collections.abc import Callable, Sequence
from enum import StrEnum
from math import ceil
from time import monotonic
from typing import Final

from ridealong.serving.errors import ModelUnusable, NoRoomForModel
from ridealong.serving.models.runner import LoadedModel, Weights

GRAPH_FACTOR: Final = 1.1
# A model that was loaded on demand, or used, stays this many times as long as it took to load (and
# a second at least): models that take turns spend a tenth of the time on loading at most.
STAYS_LOADS: Final = 10
STAYS_AT_LEAST_S: Final = 1.0
MIB: Final = 1 << 20


class Urgency(StrEnum):
    """Who may be sent away for a model: nobody at the start, where all come in turn anyway; those
    long idle where a request asks; everybody idle where an operator orders it.
    """

    START = "start"
    DEMAND = "demand"
    ORDER = "order"


class MemoryLimit:
    """Decides who leaves. None: there is no limit."""

    def __init__(
        self, limit_bytes: int | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        self._limit = limit_bytes
        self._clock = clock

    def choose_leaving(
        self,
        wanted: Weights,
        loaded: Sequence[LoadedModel],
        alive: Weights,
        urgency: Urgency,
        keep: Sequence[LoadedModel] = (),
    ) -> Sequence[LoadedModel]:
        """The least recently used of `loaded` that must leave before `wanted` fits.

        `alive` are all parts in memory, also of models that serve no more and still answer. Nobody
        is sent away in vain: either enough of them leave, or none does and `NoRoomForModel` rises.
        """
        if self._limit is None:
            return ()
        if (alone := sum(wanted.values())) > self._limit:
            raise ModelUnusable(
                f"it needs {in_mib(alone)}, more than the limit of {in_mib(self._limit)} for all"
            )
        leaving: list[LoadedModel] = []
        holders = Counter(key for model in loaded for key in model.weights)
        total = sum({**alive, **wanted}.values())
        for model in self._may_leave(loaded, keep, urgency):
            if total <= self._limit:
                break
            leaving.append(model)
            holders.subtract(model.weights.keys())
            total -= sum(
                size
                for key, size in model.weights.items()
                if not holders[key] and key not in wanted
            )
        if total > self._limit:
            raise self._no_room(alone, loaded, urgency)
        return leaving

    def _may_leave(
        self, loaded: Sequence[LoadedModel], keep: Sequence[LoadedModel], urgency: Urgency
    ) -> Sequence[LoadedModel]:
        candidates = [
            model
            for model in loaded
            if not (model.is_pinned or model.traffic.in_flight or model in keep)
            and self._patience(model, urgency) <= 0
        ]
        return sorted(candidates, key=lambda model: model.traffic.last_used_s)

    def _patience(self, model: LoadedModel, urgency: Urgency) -> float:
        """Seconds until this model has been idle for long enough."""
        if urgency is Urgency.ORDER:
            return 0
        if urgency is Urgency.START:
            return 1
        stays_s = max(STAYS_AT_LEAST_S, STAYS_LOADS * model.load_s)
        return model.traffic.last_used_s + stays_s - self._clock()

    def _no_room(
        self, alone: int, loaded: Sequence[LoadedModel], urgency: Urgency
    ) -> NoRoomForModel:
        assert self._limit is not None
        error = NoRoomForModel(
            f"no room: it needs {in_mib(alone)} of {in_mib(self._limit)} in all, "
            "and the models in memory are in use or pinned"
        )
        waits = [self._patience(model, urgency) for model in loaded if not model.is_pinned]
        error.retry_after_s = ceil(max(1.0, min(waits, default=STAYS_AT_LEAST_S)))
        return error


def in_mib(size: int) -> str:
    """Bytes for people."""
    return f"{size / MIB:.1f} MiB"


def give_back() -> None:
    """Return freed pages to the system, where the C library (glibc) can.

    Without it a third of a closed model's memory stays with the process, and about as much is left
    behind by every load: 13 to 34 MB were measured, and 3 ms for the call.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
