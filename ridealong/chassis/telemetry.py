"""One trace through every hop, and rate, errors and duration of every route and event."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from opentelemetry import propagate, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased
from prometheus_client import Histogram

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
REQUEST_SECONDS = Histogram(
    "ridealong_request_seconds",
    "Requests by route template and status.",
    ("service", "method", "route", "status"),
    buckets=BUCKETS_S,
)
EVENT_SECONDS = Histogram(
    "ridealong_event_seconds",
    "Events heard, by topic and outcome.",
    ("service", "topic", "outcome"),
    buckets=BUCKETS_S,
)
SIDECAR_SECONDS = Histogram(
    "ridealong_sidecar_seconds",
    "What this process asked of its sidecar, by operation and the app-id or component behind it.",
    ("operation", "target"),
    buckets=BUCKETS_S,
)
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
UNTRACED = frozenset({"/healthz", "/readyz", "/metrics", "/dapr/subscribe", "/dapr/config"})
tracer = trace.get_tracer("ridealong")


def configure_tracing(service: str, exporter: str) -> TracerProvider:
    """Export spans by the standard OTEL_* variables.

    `none` records nothing, yet trace ids still reach the logs.
    """
    sampler = ALWAYS_OFF if exporter == "none" else ParentBased(ALWAYS_ON)
    provider = TracerProvider(sampler=sampler, resource=Resource.create({"service.name": service}))
    for name in exporter.split(","):
        if name != "none":
            batches = BatchSpanProcessor(_exporter(name), schedule_delay_millis=500)
            provider.add_span_processor(batches)
    trace.set_tracer_provider(provider)
    return provider


def _exporter(name: str) -> SpanExporter:
    if name == "zipkin":
        from opentelemetry.exporter.zipkin.json import ZipkinExporter

        return ZipkinExporter()
    if name == "otlp":
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        return OTLPSpanExporter()
    raise ValueError(f"OTEL_TRACES_EXPORTER names {name}: use none, zipkin, otlp, or a list")


def current_traceparent() -> str | None:
    """The current trace as its W3C header, to be handed on later."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent")


def span_of_event(topic: str, traceparent: str | None) -> AbstractContextManager[trace.Span]:
    """A consumer's span, child of the publisher's: the thread through an event."""
    current = trace.get_current_span().get_span_context()
    parent = propagate.extract({"traceparent": traceparent}) if traceparent else None
    if (
        parent is not None
        and trace.get_current_span(parent).get_span_context().trace_id == current.trace_id
    ):
        parent = None
    return tracer.start_as_current_span(
        f"hear {topic}", context=parent, kind=trace.SpanKind.CONSUMER
    )


class Telemetry:
    """ASGI middleware: joins the caller's trace, times the request, names it by its route."""

    def __init__(self, app: ASGIApp, *, service: str) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Everything but plain HTTP, and our own health routes, passes untouched."""
        if scope["type"] != "http" or scope["path"] in UNTRACED:
            await self._app(scope, receive, send)
            return
        carrier = {
            k.decode("latin-1"): v.decode("latin-1")
            for k, v in scope["headers"]
            if k.startswith(b"trace")
        }
        status = 500

        async def remember_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        began = time.perf_counter()
        with tracer.start_as_current_span(
            scope["method"], context=propagate.extract(carrier), kind=trace.SpanKind.SERVER
        ) as span:
            try:
                await self._app(scope, receive, remember_status)
            finally:
                route = _route_of(scope)
                method = scope["method"] if scope["method"] in METHODS else "OTHER"
                span.update_name(f"{method} {route}")
                span.set_attribute("http.response.status_code", status)
                REQUEST_SECONDS.labels(self._service, method, route, str(status)).observe(
                    time.perf_counter() - began
                )


def _route_of(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", "unmatched"))
