"""Writes down what became of each request: counters, spans, rollouts, and whoever listens."""

from time import perf_counter

from ridealong.serving.predictions import Listener, PredictionRecord
from ridealong.serving.rollout.rollouts import Rollouts
from ridealong.serving.scheduling.jobs import Batch, Job
from ridealong.serving.scheduling.lane import Lane
from ridealong.serving.spans import BatchSpans


class Ledger:
    """Called on the event loop, once for each request that fitted its model."""

    def __init__(self, rollouts: Rollouts) -> None:
        self.listeners: list[Listener] = []
        self._rollouts = rollouts
        self._spans = BatchSpans()

    def answer(self, record: PredictionRecord, job: Job) -> Batch:
        """It was answered. Returns the batch it rode in."""
        batch = job.batch
        assert batch is not None
        record.took_s = perf_counter() - record.asked_at
        record.queued_s = batch.started_at - job.asked_at
        job.lane.answered(record.rows, record.queued_s, record.took_s)
        self._spans.record(job, record.prediction_id)
        if record.route is None and not self.listeners:
            return batch
        record.batch_rows = batch.rows
        record.batch_requests = batch.requests
        record.outputs = job.arrays
        record.input_bytes = job.size
        self._tell(record)
        return batch

    def fail(self, record: PredictionRecord, lane: Lane, reason: str) -> None:
        """It was not."""
        record.took_s = perf_counter() - record.asked_at
        record.failure = reason
        lane.statistics.failed(record.took_s)
        self._tell(record)

    def _tell(self, record: PredictionRecord) -> None:
        if record.route is not None:
            self._rollouts.saw(record)
        for listener in self.listeners:
            listener(record)
