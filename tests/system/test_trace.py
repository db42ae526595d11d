"""One W3C trace covers a message, over HTTP and over events, through sidecars and services."""

from tests.system.caller import Caller
from tests.system.harness import eventually
from tests.system.receiver import SpanReceiver

STEPS = {"gateway", "intake", "preprocessing", "nlp", "inference", "recommendation", "aggregation"}
TRACE = "4bf92f3577b34da6a3ce929d0e0e47{:02x}"


def traced(number: int) -> tuple[str, dict[str, str]]:
    trace_id = TRACE.format(number)
    return trace_id, {"traceparent": f"00-{trace_id}-00f067aa0ba902b7-01"}


def test_one_trace_covers_a_live_message_and_its_events(
    caller: Caller, spans: SpanReceiver
) -> None:
    trace_id, headers = traced(1)

    reply = caller.send("Where is my order 4711? Regards, Jane Miller", headers=headers)

    assert reply.status_code == 200
    eventually(lambda: spans.services(trace_id) >= STEPS | {"analytics"}, within_s=20)


def test_one_trace_covers_a_queued_message(caller: Caller, spans: SpanReceiver) -> None:
    trace_id, headers = traced(2)

    reply = caller.send("Please cancel order 4712", headers=headers | {"prefer": "respond-async"})

    assert reply.status_code == 202
    eventually(lambda: spans.services(trace_id) >= STEPS | {"analytics"}, within_s=20)


def test_the_trace_holds_a_consumer_span_for_each_event_heard(
    caller: Caller, spans: SpanReceiver
) -> None:
    trace_id, headers = traced(3)

    caller.send("Please cancel order 4713", headers=headers | {"prefer": "respond-async"})

    def heard() -> set[tuple[str, str]]:
        return {
            (span["localEndpoint"]["serviceName"], span["name"])
            for span in spans.trace(trace_id)
            if span["name"].startswith("hear ")
        }

    wanted = {
        ("aggregation", "hear messages.received.v1"),
        ("analytics", "hear messages.received.v1"),
        ("analytics", "hear messages.answered.v1"),
    }
    eventually(lambda: heard() >= wanted, within_s=20)


def test_no_span_holds_a_word_of_the_customer(caller: Caller, spans: SpanReceiver) -> None:
    trace_id, headers = traced(4)

    caller.send("zanzibar zanzibar where is my parcel", headers=headers)
    eventually(lambda: spans.services(trace_id) >= STEPS | {"analytics"}, within_s=20)

    assert "zanzibar" not in str(spans.trace(trace_id)).lower()
    assert "anna@example.org" not in str(spans.trace(trace_id)).lower()
