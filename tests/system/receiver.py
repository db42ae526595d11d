"""A small receiver of Zipkin v2 JSON: what real sidecars and services export, as a test sees it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Span = dict[str, Any]


class SpanReceiver:
    """Keeps every span it is sent."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._spans: list[Span] = []
        self._lock = threading.Lock()

    @property
    def endpoint(self) -> str:
        """Where exporters post."""
        return f"http://127.0.0.1:{self.port}/api/v2/spans"

    def keep(self, spans: list[Span]) -> None:
        with self._lock:
            self._spans += spans

    def trace(self, trace_id: str) -> list[Span]:
        with self._lock:
            return [span for span in self._spans if span["traceId"] == trace_id]

    def services(self, trace_id: str) -> set[str]:
        """Which services took part in a trace."""
        return {span["localEndpoint"]["serviceName"] for span in self.trace(trace_id)}

    @property
    def count(self) -> int:
        with self._lock:
            return len(self._spans)


@contextmanager
def receiving_spans() -> Iterator[SpanReceiver]:
    """Listen on a free port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802 - the standard library's name
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.keep(json.loads(body))
            self.send_response(202)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = SpanReceiver(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
