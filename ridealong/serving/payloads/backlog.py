"""The predictions that wait to be logged: taken at once or not at all, bounded, and counted."""

from collections import deque
from collections.abc import Sequence
from itertools import islice
from time import time
from typing import Final, NamedTuple

from opentelemetry import context
from prometheus_client import Counter

from ridealong.serving.payloads.sampling import Sampler, is_drawn
from ridealong.serving.payloads.showing import keep_labelled
from ridealong.serving.predictions import PredictionRecord
from ridealong.serving.scheduling.jobs import held_by

DROPPED: Final = Counter(
    "ridealong_inference_log_dropped",
    "Predictions left out of the log, by reason and by the rule that applied.",
    ("reason", "rule"),
)
PUBLISHED: Final = Counter(
    "ridealong_inference_log_published", "Predictions in the log, by rule.", ("rule",)
)


class RuleCounts:
    """The series of one rule, looked up once."""

    __slots__ = ("full", "published", "unpublished", "unsampled", "unusable")

    def __init__(self, rule: str) -> None:
        self.unsampled = DROPPED.labels("not_sampled", rule)
        self.full = DROPPED.labels("queue_full", rule)
        self.unpublished = DROPPED.labels("publish_failed", rule)
        self.unusable = DROPPED.labels("unusable", rule)
        self.published = PUBLISHED.labels(rule)


class Waiting(NamedTuple):
    """A record on its way out, the counts of its rule, and the context (trace) of its request."""

    record: PredictionRecord
    counts: RuleCounts
    occurred_at_s: float
    size: int
    request: context.Context


class Backlog:
    """Takes what the rules say and the bounds allow. On the event loop only."""

    def __init__(self, sampler: Sampler, *, most_records: int, most_bytes: int) -> None:
        self._sampler = sampler
        self._counts = {rule: RuleCounts(rule) for rule in sampler.names}
        self._most_records = most_records
        self._most_bytes = most_bytes
        self._waiting: deque[Waiting] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def take(self, record: PredictionRecord) -> bool:
        """Between a model's run and its answer: it only ever appends. False: left out, and why is
        counted.
        """
        rule, share = self._sampler.find(record)
        if not is_drawn(share):
            self._counts[rule].unsampled.inc()
            return False
        if len(self._waiting) >= self._most_records:
            self._counts[rule].full.inc()
            return False
        record.outputs = keep_labelled(record.manifest, record.outputs)
        size = size_of(record)
        if self._bytes + size > self._most_bytes:
            self._counts[rule].full.inc()
            return False
        counts = self._counts[rule]
        self._waiting.append(Waiting(record, counts, time(), size, context.get_current()))
        self._bytes += size
        return True

    def oldest(self, most: int) -> Sequence[Waiting]:
        """The first in line. They stay in it until `drop`, so that a stop in between loses none."""
        return list(islice(self._waiting, most))

    def drop(self, count: int) -> None:
        """So many of the oldest wait no longer."""
        for _ in range(count):
            self._bytes -= self._waiting.popleft().size


def size_of(record: PredictionRecord) -> int:
    """Bytes held by a record, near enough."""
    inputs = held_by(record.inputs, record.input_bytes)
    return inputs + sum(array.nbytes for array in record.outputs.values())
