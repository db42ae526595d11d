"""Where a traced request's time went: a span that names the batch it rode in.

Made after the answer, with times of the past, and only for a request whose own span is recording:
any other pays one look (0.4 µs). Nothing a caller sent stands in a span.
"""

from collections import OrderedDict
from time import perf_counter, time_ns
from typing import Final

from opentelemetry import trace
from opentelemetry.trace import Link, Span, SpanContext, Tracer
from opentelemetry.util.types import Attributes

from ridealong.serving.scheduling.jobs import Batch, Job

RIDE, BATCH = "ride in a batch", "run a batch"
NS: Final = 1_000_000_000
# Riders of one batch are answered in one go, so few batches are ever asked for again.
BATCHES_REMEMBERED: Final = 64


class BatchSpans:
    """Makes one span per ride and one per batch, a batch without recorded riders left out.

    The batch's span lies below the ride of whoever was recorded first; the others link to it. Back
    ends that show no links (Zipkin) find riders by `inference.batch_id`, which is unique within a
    process. One object per server; called on the event loop.
    """

    def __init__(self, tracer: Tracer | None = None) -> None:
        self._tracer = tracer or trace.get_tracer("ridealong.serving")
        self._batches: OrderedDict[int, SpanContext] = OrderedDict()

    def record(self, job: Job, prediction_id: str) -> None:
        """Call it in the request's own context once its job has been answered.

        A job that never ran has no batch and leaves no span.
        """
        if trace.get_current_span().is_recording() and job.batch is not None:
            self._record(job, job.batch, prediction_id)

    def _record(self, job: Job, batch: Batch, prediction_id: str) -> None:
        known = self._batches.get(batch.batch_id)
        now, now_ns = perf_counter(), time_ns()
        ride = self._tracer.start_span(
            RIDE,
            start_time=at_ns(job.asked_at, now, now_ns),
            attributes=describe_ride(job, batch, prediction_id),
            links=None if known is None else [Link(known)],
        )
        if known is None:
            self._remember(batch, self._record_batch(batch, ride, now, now_ns))
        ride.end(now_ns)

    def _record_batch(self, batch: Batch, ride: Span, now: float, now_ns: int) -> SpanContext:
        span = self._tracer.start_span(
            BATCH,
            context=trace.set_span_in_context(ride),
            start_time=at_ns(batch.started_at, now, now_ns),
            attributes=describe_batch(batch),
        )
        span.end(at_ns(batch.started_at + batch.took_s, now, now_ns))
        return span.get_span_context()

    def _remember(self, batch: Batch, context: SpanContext) -> None:
        self._batches[batch.batch_id] = context
        if len(self._batches) > BATCHES_REMEMBERED:
            self._batches.popitem(last=False)


def at_ns(moment: float, now: float, now_ns: int) -> int:
    """A moment of `perf_counter` as nanoseconds since the epoch."""
    return now_ns - round((now - moment) * NS)


def describe_ride(job: Job, batch: Batch, prediction_id: str) -> Attributes:
    """What a ride's span says; `queue_s` is the wait before the batch, `run_s` the model's time."""
    return {
        "inference.model": job.lane.name,
        "inference.version": job.lane.version,
        "inference.prediction_id": prediction_id,
        "inference.rows": job.rows,
        "inference.queue_s": batch.started_at - job.asked_at,
        "inference.run_s": batch.run_s,
        "inference.batch_id": batch.batch_id,
        "inference.batch_rows": batch.rows,
        "inference.batch_requests": batch.requests,
    }


def describe_batch(batch: Batch) -> Attributes:
    """What a batch's span says: joining the inputs, the run, parting the outputs, in seconds."""
    return {
        "inference.model": batch.lane.name,
        "inference.version": batch.lane.version,
        "inference.batch_id": batch.batch_id,
        "inference.batch_rows": batch.rows,
        "inference.batch_requests": batch.requests,
        "inference.input_s": batch.form_s,
        "inference.run_s": batch.run_s,
        "inference.output_s": batch.split_s,
    }
