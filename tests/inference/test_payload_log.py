"""The payload log: digests unless more is allowed, bounded, counted, and never in the way."""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from opentelemetry import propagate
from opentelemetry.context import attach, detach
from prometheus_client import REGISTRY

from ridealong.chassis.errors import SidecarUnavailable
from ridealong.contracts.contract import Event
from ridealong.contracts.inference import PredictionMade, PredictionRoute
from ridealong.serving.payloads.sampling import Rule, Sampler
from ridealong.serving.payloads.showing import digest_inputs
from services.inference.payload_log import MADE_AT_ONCE, MOST_A_ROUND, PayloadLog
from tests.fakes import FakeSidecar
from tests.serving.payloads.records import SCORES, manifest, record

KEY = b"k" * 32
VALUES_ALLOWED = {"inputs": "values"}


def count_of(name: str, **labels: str) -> float:
    full = f"ridealong_inference_log_{name}_total"
    return REGISTRY.get_sample_value(full, {"rule": "rest"} | labels) or 0


def dropped(reason: str, rule: str = "rest") -> float:
    return count_of("dropped", reason=reason, rule=rule)


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


async def test_an_event_says_what_analysis_needs() -> None:
    sidecar, log = FakeSidecar(), PayloadLog()

    log.take(
        record(
            route="canary",
            queued_s=0.0021234,
            batch_rows=7,
            batch_requests=3,
            outputs={"intent": SCORES, "embedding": np.full((2, 4), 0.777)},
        )
    )
    await log.flush(sidecar)

    [event] = events(sidecar)
    assert (event.route, event.queued_ms) == (PredictionRoute.CANARY, 2.123)
    assert (event.batch_rows, event.batch_requests) == (7, 3)
    [intent] = event.outputs
    assert [(row.label, row.probability) for row in intent.labels] == [
        ("refund", 0.912),
        ("other", 0.7),
    ]
    assert "0.777" not in event.model_dump_json()


async def test_values_go_out_where_the_manifest_allows_them_and_no_further_than_the_bound() -> None:
    sidecar, log = FakeSidecar(), PayloadLog(most_value_bytes=20)

    log.take(record("short", about=manifest(payload_log=VALUES_ALLOWED)))
    log.take(record("long " * 99, about=manifest(payload_log=VALUES_ALLOWED)))
    await log.flush(sidecar)

    [short], [long] = (event.inputs for event in events(sidecar))
    assert (short.values, short.is_truncated) == (("short",), False)
    assert (long.values, long.is_truncated) == (("long long long lo",), True)
    assert all(event.input_digest for event in events(sidecar))


async def test_an_event_with_everything_survives_the_wire() -> None:
    sidecar, log = FakeSidecar(), PayloadLog()
    about = manifest(payload_log=VALUES_ALLOWED)
    inputs = {
        "text": np.array(["é", b"\xff", "\ud800"], dtype=object),
        "x": np.array([1.5, np.nan, -np.inf]),
        "n": np.array([[2**62]], dtype=np.int64),
        "b": np.array([True]),
    }

    log.take(record(about=about, inputs=inputs, outputs={"intent": SCORES}, route="shadow"))
    await log.flush(sidecar)

    [event] = events(sidecar)
    assert PredictionMade.model_validate_json(event.model_dump_json()) == event
    assert [tensor.values for tensor in event.inputs] == [
        ("é", "\\xff", "\\ud800"),
        (1.5, "NaN", "-Infinity"),
        (2**62,),
        (True,),
    ]
    json.loads(event.model_dump_json())


async def test_failures_are_published_too_and_a_nameless_tenant_is_unknown() -> None:
    sidecar, log = FakeSidecar(), PayloadLog(sampler=Sampler(share=0), key=KEY)

    log.take(record(failure="deadline", tenant=None))
    await log.flush(sidecar)

    [event] = events(sidecar)
    assert (event.failure, event.tenant) == ("deadline", "unknown")


@pytest.mark.parametrize(
    "make", [lambda: PayloadLog(most_records=2), lambda: PayloadLog(most_bytes=170)]
)
async def test_what_is_over_the_bounds_is_dropped_and_counted(
    make: Callable[[], PayloadLog],
) -> None:
    sidecar, log, before = FakeSidecar(), make(), dropped("queue_full")

    for _ in range(5):
        log.take(record())
    await log.flush(sidecar)

    assert len(events(sidecar)) == 2
    assert dropped("queue_full") == before + 3


async def test_room_is_given_back_once_published() -> None:
    sidecar, log = FakeSidecar(), PayloadLog(most_records=1)

    for _ in range(3):
        log.take(record())
        await log.flush(sidecar)

    assert len(events(sidecar)) == 3


async def test_rules_decide_what_is_published() -> None:
    rules = (Rule(name="loud", tenant="acme", share=1), Rule(tenant="*", share=0, outcome="answer"))
    sidecar, log = FakeSidecar(), PayloadLog(sampler=Sampler(rules))
    before = count_of("published", rule="loud"), dropped("not_sampled", "rule-2")

    log.take(record(prediction_id="p-1"))
    log.take(record(prediction_id="p-2", tenant="bank"))
    log.take(record(prediction_id="p-3", tenant="bank", failure="full"))
    await log.flush(sidecar)

    assert [event.prediction_id for event in events(sidecar)] == ["p-1", "p-3"]
    after = count_of("published", rule="loud"), dropped("not_sampled", "rule-2")
    assert after == (before[0] + 1, before[1] + 1)


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


async def test_a_record_that_fits_no_event_takes_no_other_with_it() -> None:
    sidecar, log, before = FakeSidecar(), PayloadLog(), dropped("unusable")

    log.take(record(tenant="Not A Tenant"))
    log.take(record(prediction_id="p-2"))
    await log.flush(sidecar)

    assert [event.prediction_id for event in events(sidecar)] == ["p-2"]
    assert dropped("unusable") == before + 1


async def test_what_was_wrong_is_logged_by_field_not_by_value(
    caplog: pytest.LogCaptureFixture,
) -> None:
    log = PayloadLog()

    log.take(record(tenant="Secret Words"))
    await log.flush(FakeSidecar())

    [line] = caplog.records
    assert line.__dict__["fields"] == ["tenant"]
    assert "Secret Words" not in str(line.__dict__)


async def test_many_records_go_out_in_rounds_and_in_order() -> None:
    sidecar, log = FakeSidecar(), PayloadLog()
    names = [f"p-{place}" for place in range(MOST_A_ROUND + MADE_AT_ONCE + 3)]

    for name in names:
        log.take(record(prediction_id=name))
    await log.flush(sidecar)

    assert [event.prediction_id for event in events(sidecar)] == names
    assert len(sidecar.operations) == 2


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
    sidecar.noted.clear()
    log.take(record(prediction_id="p-2"))
    await asyncio.wait_for(sidecar.noted.wait(), 5)

    running.cancel()
    assert [event.prediction_id for event in events(sidecar)] == ["p-1", "p-2"]


async def test_the_log_goes_on_until_nothing_waits() -> None:
    sidecar, log = NotingSidecar(), PayloadLog()
    for _ in range(MOST_A_ROUND + 1):
        log.take(record())
    running = asyncio.create_task(log.run(sidecar))

    for _ in range(2):
        await asyncio.wait_for(sidecar.noted.wait(), 5)
        sidecar.noted.clear()

    running.cancel()
    assert len(events(sidecar)) == MOST_A_ROUND + 1


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


def test_the_key_of_digests_lasts_as_long_as_the_log_unless_one_is_given() -> None:
    async def digest(log: PayloadLog) -> str:
        sidecar: Any = FakeSidecar()
        log.take(record())
        await log.flush(sidecar)
        return events(sidecar)[-1].input_digest

    async def digests(*logs: PayloadLog) -> list[str]:
        return [await digest(log) for log in logs]

    shared, own = PayloadLog(key=KEY), PayloadLog()
    one, other, first, again, foreign = asyncio.run(
        digests(shared, PayloadLog(key=KEY), own, own, PayloadLog())
    )

    assert one == other
    assert first == again
    assert len({one, first, foreign}) == 3
