"""Spans of rides: told apart, tied to one batch, and none where nobody records."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON

from ridealong.serving.scheduling.jobs import Job
from ridealong.serving.scheduling.lane import Lane
from ridealong.serving.scheduling.scheduler import Scheduler
from ridealong.serving.spans import BATCH, BATCHES_REMEMBERED, RIDE, BatchSpans
from tests.serving.scheduling.lanes import Doubler, row, slow_lane


class Traced:
    """A scheduler of one slot whose callers each have a request span, recorded or not."""

    def __init__(self, sampler: Any = ALWAYS_ON) -> None:
        self.exporter = InMemorySpanExporter()
        provider = TracerProvider(sampler=sampler)
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracer = provider.get_tracer("test")
        self.spans = BatchSpans(self.tracer)
        self.runner = Doubler()
        self.lane = slow_lane(self.runner)
        self.scheduler = Scheduler(1)

    async def ask(self, name: str, *values: float, lane: Lane | None = None) -> Job:
        with self.tracer.start_as_current_span(name):
            inputs = row(*values)
            lane = lane or self.lane
            job = await self.scheduler.run(lane, inputs, ("y",), len(values), tenant="secret-words")
            self.spans.record(job, f"prediction-{name}")
            return job

    async def ask_together(self, *names: str) -> None:
        """One batch for all of them: they wait behind a run of somebody whom nobody records."""
        self.runner.hold()
        first = asyncio.create_task(
            self.scheduler.run(slow_lane(self.runner, name="first"), row(0), ("y",), 1)
        )
        await asyncio.to_thread(self.runner.started.wait, 10)
        riders = [asyncio.create_task(self.ask(name, 1.0, 2.0)) for name in names]
        await asyncio.sleep(0)
        self.runner.let_go()
        await asyncio.gather(first, *riders)

    def finished(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.exporter.get_finished_spans() if span.name == name]


@pytest.fixture
def traced() -> Iterator[Traced]:
    traced = Traced()
    yield traced
    traced.scheduler.close()


def attributes(span: ReadableSpan) -> dict[str, Any]:
    assert span.attributes is not None
    return {key.removeprefix("inference."): value for key, value in span.attributes.items()}


def context_of(span: ReadableSpan) -> trace.SpanContext:
    context = span.get_span_context()
    assert context is not None
    return context


async def test_a_ride_names_its_model_its_batch_and_where_the_time_went(traced: Traced) -> None:
    job = await traced.ask("one", 1.0, 2.0, 3.0)

    [ride] = traced.finished(RIDE)
    assert job.batch is not None
    assert attributes(ride) == {
        "model": "slow",
        "version": "1",
        "prediction_id": "prediction-one",
        "rows": 3,
        "queue_s": pytest.approx(job.batch.started_at - job.asked_at),
        "run_s": job.batch.run_s,
        "batch_id": job.batch.batch_id,
        "batch_rows": 3,
        "batch_requests": 1,
    }


async def test_spans_lie_one_inside_the_other(traced: Traced) -> None:
    await traced.ask("one", 1.0)

    [request], [ride], [batch] = (traced.finished(name) for name in ("one", RIDE, BATCH))
    assert (ride.parent, batch.parent) == (context_of(request), context_of(ride))
    for outer, inner in ((request, ride), (ride, batch)):
        assert outer.start_time is not None
        assert inner.start_time is not None
        assert inner.end_time is not None
        assert outer.end_time is not None
        # The two clocks are read one after the other.
        slack_ns = 5_000_000
        assert outer.start_time - slack_ns <= inner.start_time <= inner.end_time
        assert inner.end_time <= outer.end_time + slack_ns


async def test_riders_of_one_batch_share_one_span_of_it(traced: Traced) -> None:
    await traced.ask_together("one", "two", "three")

    [batch] = traced.finished(BATCH)
    rides = traced.finished(RIDE)
    assert (attributes(batch)["batch_rows"], attributes(batch)["batch_requests"]) == (6, 3)
    assert {attributes(ride)["batch_id"] for ride in rides} == {attributes(batch)["batch_id"]}
    linked = [[link.context for link in ride.links] for ride in rides]
    assert linked == [[], [context_of(batch)], [context_of(batch)]]
    assert batch.parent == context_of(rides[0])


async def test_batches_do_not_share_a_span(traced: Traced) -> None:
    await traced.ask("one", 1.0)
    await traced.ask("two", 1.0)

    batches = [attributes(span)["batch_id"] for span in traced.finished(BATCH)]
    assert len(set(batches)) == 2
    assert [len(ride.links) for ride in traced.finished(RIDE)] == [0, 0]


async def test_nothing_is_recorded_for_a_request_that_is_not_sampled() -> None:
    traced = Traced(ALWAYS_OFF)

    await traced.ask("one", 1.0)
    traced.scheduler.close()

    assert traced.exporter.get_finished_spans() == ()


async def test_nothing_is_recorded_outside_of_a_request(traced: Traced) -> None:
    job = await traced.scheduler.run(traced.lane, row(1), ("y",), 1)

    traced.spans.record(job, "p")

    assert traced.exporter.get_finished_spans() == ()


async def test_a_caller_who_is_not_recorded_rides_beside_one_who_is(traced: Traced) -> None:
    traced.runner.hold()
    first = asyncio.create_task(traced.scheduler.run(traced.lane, row(0), ("y",), 1))
    await asyncio.to_thread(traced.runner.started.wait, 10)
    quiet = asyncio.create_task(traced.scheduler.run(traced.lane, row(1), ("y",), 1))
    told = asyncio.create_task(traced.ask("told", 2.0))
    await asyncio.sleep(0)
    traced.runner.let_go()
    await asyncio.gather(first, quiet, told)

    [ride] = traced.finished(RIDE)
    assert attributes(ride)["batch_requests"] == 2


async def test_no_value_of_a_caller_stands_in_a_span(traced: Traced) -> None:
    await traced.ask("one", 12345.0)

    spans = traced.finished(RIDE) + traced.finished(BATCH)
    values = [value for span in spans for value in attributes(span).values()]
    words = {value for value in values if isinstance(value, str)}
    assert words == {"slow", "1", "prediction-one"}
    assert not {12345.0, 24690.0} & set(values)
    assert [list(span.events) for span in spans] == [[], []]


async def test_few_batches_are_remembered(traced: Traced) -> None:
    for _ in range(BATCHES_REMEMBERED + 5):
        await traced.ask("one", 1.0)

    assert len(traced.spans._batches) == BATCHES_REMEMBERED
