"""Asks another version what was just answered, and compares: after the answer, never before it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final, NamedTuple

from prometheus_client import Counter, Histogram

from ridealong.serving.errors import ServerFull, ServingError
from ridealong.serving.rollout.comparison import Compared, LabelList, compare_all
from ridealong.serving.rollout.report import ShadowReport, Sums
from ridealong.serving.scheduling.jobs import held_by
from ridealong.serving.tensors import Array, InputTensor

# Comparing this much on the event loop takes 0.2 ms; more goes to a thread.
COMPARED_ON_LOOP_BYTES: Final = 150_000
AGREED, DIFFERED, FAILED, BUSY = "agreed", "differed", "failed", "busy"
COMPARISONS = Counter(
    "ridealong_inference_shadow_comparisons",
    "Answers mirrored to a shadow version, by what came of it.",
    ("model", "version", "outcome"),
)
DIFFERENCE = Histogram(
    "ridealong_inference_shadow_difference",
    "Largest difference between two numbers of an answer and its shadow's.",
    ("model", "version"),
    buckets=(0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.05, 0.1, 0.5, 1, 10),
)
logger = logging.getLogger(__name__)


class Mirrored(NamedTuple):
    """A request and its answer by `version`, to be asked of `shadow`. `run_s`: the run's time."""

    model: str
    version: str
    shadow: str
    inputs: tuple[InputTensor, ...]
    arrays: Mapping[str, Array]
    run_s: float


class ShadowAnswer(NamedTuple):
    """What the shadow said, and how long its run took."""

    arrays: Mapping[str, Array]
    run_s: float


class Asked(NamedTuple):
    """What came of one mirrored request."""

    outputs: Mapping[str, Compared]
    run_s: float


# By model, version, inputs and the names of the outputs wanted. Raises a `ServingError`:
# `ServerFull` where the server has no time for it.
RunInBackground = Callable[
    [str, str, tuple[InputTensor, ...], tuple[str, ...]], Awaitable[ShadowAnswer]
]
# The labels of an output, by model, version and its name.
LabelsOf = Callable[[str, str, str], LabelList]


class Shadow:
    """Mirrors, within bounds. Whatever goes wrong is counted, and no caller hears of it."""

    def __init__(
        self,
        run: RunInBackground,
        labels_of: LabelsOf,
        *,
        most_at_once: int = 8,
        most_bytes: int = 32 << 20,
        timeout_s: float = 30,
    ) -> None:
        self._run = run
        self._labels_of = labels_of
        self._most_at_once = most_at_once
        self._most_bytes = most_bytes
        self._timeout_s = timeout_s
        self._asking: set[asyncio.Task[Asked]] = set()
        self._bytes = 0
        self._sums: dict[str, Sums] = {}

    @property
    def in_flight(self) -> int:
        """How many requests are being asked or compared."""
        return len(self._asking)

    def mirror(self, mirrored: Mirrored) -> None:
        """Called on the event loop once the main answer is there: it only ever starts a task."""
        inputs = {tensor.name: tensor.array for tensor in mirrored.inputs}
        size = held_by(inputs) + held_by(mirrored.arrays)
        if len(self._asking) >= self._most_at_once or self._bytes + size > self._most_bytes:
            self._drop(mirrored)
            return
        task = asyncio.create_task(self._ask(mirrored, size))
        self._asking.add(task)
        self._bytes += size
        task.add_done_callback(partial(self._settle, mirrored, size))

    def report(self, model: str, version: str, beside: str) -> ShadowReport | None:
        """Of these two versions; None where nothing was mirrored since they stand together."""
        sums = self._sums.get(model)
        if sums is None or (sums.version, sums.beside) != (version, beside):
            return None
        return sums.read()

    async def close(self) -> None:
        """Ask no further."""
        for task in self._asking:
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)

    async def _ask(self, mirrored: Mirrored, size: int) -> Asked:
        model, shadow = mirrored.model, mirrored.shadow
        async with asyncio.timeout(self._timeout_s):
            answer = await self._run(model, shadow, mirrored.inputs, tuple(mirrored.arrays))
        labels = {
            name: (
                self._labels_of(model, mirrored.version, name),
                self._labels_of(model, shadow, name),
            )
            for name in mirrored.arrays
        }
        if size <= COMPARED_ON_LOOP_BYTES:
            outputs = compare_all(mirrored.arrays, answer.arrays, labels)
        else:
            outputs = await asyncio.to_thread(compare_all, mirrored.arrays, answer.arrays, labels)
        return Asked(outputs, answer.run_s)

    def _settle(self, mirrored: Mirrored, size: int, task: asyncio.Task[Asked]) -> None:
        self._asking.discard(task)
        self._bytes -= size
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            self._compared(mirrored, task.result())
        elif isinstance(error, ServerFull):
            self._drop(mirrored)
        else:
            self._fail(mirrored, error)

    def _compared(self, mirrored: Mirrored, asked: Asked) -> None:
        outputs = asked.outputs
        differences = [one.difference for one in outputs.values() if one.difference is not None]
        if differences:
            DIFFERENCE.labels(mirrored.model, mirrored.shadow).observe(max(differences))
        agrees = all(one.agrees for one in outputs.values())
        self._count(mirrored, AGREED if agrees else DIFFERED)
        self._sums_of(mirrored).add(outputs, asked.run_s, mirrored.run_s)

    def _drop(self, mirrored: Mirrored) -> None:
        self._count(mirrored, BUSY)
        self._sums_of(mirrored).dropped += 1

    def _fail(self, mirrored: Mirrored, error: BaseException) -> None:
        # The message of a foreign error may hold a caller's values: its name must do.
        reason = error.reason if isinstance(error, ServingError) else type(error).__name__
        self._count(mirrored, FAILED)
        self._sums_of(mirrored).fail(reason)
        logger.info(
            "shadow failed",
            extra={"model": mirrored.model, "version": mirrored.shadow, "reason": reason},
        )

    def _count(self, mirrored: Mirrored, outcome: str) -> None:
        COMPARISONS.labels(mirrored.model, mirrored.shadow, outcome).inc()

    def _sums_of(self, mirrored: Mirrored) -> Sums:
        sums = self._sums.get(mirrored.model)
        if sums is None or (sums.version, sums.beside) != (mirrored.shadow, mirrored.version):
            sums = self._sums[mirrored.model] = Sums(mirrored.shadow, mirrored.version)
        return sums
