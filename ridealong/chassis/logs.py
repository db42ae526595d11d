"""Structured logs: one JSON object a line, a constant message, fields beside it, the trace id,
never customer text.
"""

import logging
import sys

from opentelemetry import trace
from pythonjsonlogger.json import JsonFormatter


class TraceIds(logging.Filter):
    """Adds the current trace and span id to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Never drops a record."""
        context = trace.get_current_span().get_span_context()
        if context.is_valid:
            record.trace_id = trace.format_trace_id(context.trace_id)
            record.span_id = trace.format_span_id(context.span_id)
        return True


def configure_logs(service: str, level: str) -> None:
    """Send everything to standard output as JSON; libraries speak from warning upwards."""
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(TraceIds())
    handler.setFormatter(
        JsonFormatter(
            "{asctime}{levelname}{name}{message}",
            style="{",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            static_fields={"service": service},
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("ridealong").setLevel(level)
    logging.getLogger("services").setLevel(level)
    logging.captureWarnings(capture=True)
