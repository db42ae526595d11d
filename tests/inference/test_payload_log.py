"""The payload log: digests only, bounded, counted, and never in the way."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from opentelemetry import propagate
from opentelemetry.context import attach, detach
from prometheus_client import REGISTRY

from ridealong.chassis.errors import SidecarUnavailable
from ridealong.contracts.contract import Event
from ridealong.contracts.inference import PredictionMade
from ridealong.serving.server import PredictionRecord
from services.inference.payload_log import PayloadLog, digest_inputs
from tests.fakes import FakeSidecar

KEY = b"k" * 32


def record(text: str = "my card is 4111", **changes: Any) -> PredictionRecord:
    fields: dict[str, Any] = {
        "prediction_id": "p-1",
        "tenant": "acme",
        "model": "tagger",
        "version": "3",
        "rows": 1,
        "inputs": {"text": np.array([text], dtype=object)},
        "took_s": 0.0125,
        "failure": None,
    }
    return PredictionRecord(**(fields | changes))


def dropped(reason: str) -> float:
    return (
        REGISTRY.get_sample_value("ridealong_inference_log_dropped_total", {"reason": reason}) or 0
    )


def events(sidecar: FakeSidecar) -> list[PredictionMade]:
    return [event for event in sidecar.published if isinstance(event, PredictionMade)]


async def test_a_prediction_is_published_as_a_digest() -> None:
    sidecar, log = FakeSidecar(), PayloadLog(key=KEY)

    log.take(record())
    await log.flush(sidecar)

    [event] = events(sidecar)
    assert (event.tenant, event.prediction_id, event.model, event.model_version) == (
        "acme",
        "p-1",
        "tagger",
        "3",
    )
    assert (event.rows, event.took_ms, event.failure) == (1, 12.5, None)
    assert event.input_digest == digest_inputs(record().inputs, KEY)
    assert "4111" not in event.model_dump_json()


async def test_failures_are_published_too_and_a_nameless_tenant_is_unknown() -> None:
    sidecar, log = FakeSidecar(), PayloadLog(key=KEY)

    log.take(record(failure="deadline", tenant=None))
    await log.flush(sidecar)

    [event] = events(sidecar)
    assert (event.failure, event.tenant) == ("deadline", "unknown")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: PayloadLog(most_records=2), "queue_full"),
        (lambda: PayloadLog(most_bytes=40), "queue_full"),
    ],
)
async def test_what_is_over_the_bounds_is_dropped_and_counted(
    make: Callable[[], PayloadLog], reason: str
) -> None:
    sidecar, log, before = FakeSidecar(), make(), dropped(reason)

    for _ in range(5):
        log.take(record())
    await log.flush(sidecar)

    assert len(events(sidecar)) == 2
    assert dropped(reason) == before + 3


async def test_room_is_given_back_once_published() -> None:
    sidecar, log = FakeSidecar(), PayloadLog(most_records=1)

    for _ in range(3):
        log.take(record())
        await log.flush(sidecar)

    assert len(events(sidecar)) == 3


async def test_a_share_of_nothing_publishes_nothing() -> None:
    sidecar, log, before = FakeSidecar(), PayloadLog(share=0), dropped("not_sampled")

    log.take(record())
    await log.flush(sidecar)

    assert events(sidecar) == []
    assert dropped("not_sampled") == before + 1


async def test_a_dead_sidecar_costs_records_not_answers() -> None:
    sidecar, log, before = FakeSidecar(), PayloadLog(), dropped("publish_failed")
    sidecar.fail_at(1, SidecarUnavailable("gone"))

    for _ in range(3):
        log.take(record())
    await log.flush(sidecar)
    log.take(record(prediction_id="p-2"))
    await log.flush(sidecar)

    assert [event.prediction_id for event in events(sidecar)] == ["p-2"]
    assert dropped("publish_failed") == before + 3


class NotingSidecar(FakeSidecar):
    """Says when something was published."""

    def __init__(self) -> None:
        super().__init__()
        self.noted = asyncio.Event()

    async def publish_all(self, events: Sequence[tuple[Event, str | None]]) -> None:
        await super().publish_all(events)
        self.noted.set()


async def test_records_go_out_while_the_service_runs() -> None:
    sidecar, log = NotingSidecar(), PayloadLog()
    running = asyncio.create_task(log.run(sidecar))

    log.take(record())
    await asyncio.wait_for(sidecar.noted.wait(), 5)

    running.cancel()
    assert [event.prediction_id for event in events(sidecar)] == ["p-1"]


class TracingSidecar(FakeSidecar):
    """Notes the trace of each event."""

    def __init__(self) -> None:
        super().__init__()
        self.traces: list[str | None] = []

    async def publish_all(self, events: Sequence[tuple[Event, str | None]]) -> None:
        self.traces += [traceparent for _, traceparent in events]


async def test_an_event_goes_out_in_the_trace_of_its_request() -> None:
    sidecar, log = TracingSidecar(), PayloadLog()
    traces = [f"00-4bf92f3577b34da6a3ce929d0e0e473{n}-00f067aa0ba902b7-01" for n in (1, 2)]
    for traceparent in traces:
        token = attach(propagate.extract({"traceparent": traceparent}))
        log.take(record())
        detach(token)

    await log.flush(sidecar)

    assert sidecar.traces == traces


def test_equal_inputs_have_equal_digests_and_others_do_not() -> None:
    numbers = np.arange(6, dtype=np.float32)
    variants: list[dict[str, Any]] = [
        {"x": numbers},
        {"y": numbers},
        {"x": numbers.reshape(2, 3)},
        {"x": numbers.astype(np.float64)},
        {"x": np.array(["ab", "c"], dtype=object)},
        {"x": np.array(["a", "bc"], dtype=object)},
    ]

    digests = {digest_inputs(variant, KEY) for variant in variants}

    assert len(digests) == len(variants)
    assert digest_inputs({"x": numbers.copy()}, KEY) in digests
    assert digest_inputs({"x": numbers}, b"another") not in digests
