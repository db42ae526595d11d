"""HTTP connections: replies in one write, and an end to what a caller may begin and not finish."""

from typing import Final

from uvicorn._types import ASGISendEvent, HTTPResponseBodyEvent, HTTPResponseStartEvent
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import ServerState

MAX_HEAD_BYTES: Final = 64 << 10
MAX_HEADERS: Final = 256
PATIENT_SWEEPS: Final = 3
TOO_LONG: Final = "The head of the request is too long."
CONNECTION: Final = b"connection"


class OneWrite(RequestResponseCycle):
    """A request whose reply goes out in one write, once its body is there.

    Uvicorn writes the head and the body apart, uvloop makes a system call of each write, and every
    header is checked by two regular expressions: together a quarter of the time that a small
    inference takes on the event loop. Replies in one piece are put together here; anything else
    (HEAD, a body in pieces, a connection that is to be closed) is uvicorn's.
    """

    _head: HTTPResponseStartEvent | None = None

    async def send(self, message: ASGISendEvent) -> None:
        """Keep the head until the body comes. An application that fails between is answered 500."""
        if message["type"] == "http.response.start" and not self.response_started:
            self._head = message
            return
        head, self._head = self._head, None
        if head is None:
            await super().send(message)
        elif message["type"] == "http.response.body" and self._is_whole(head, message):
            self._write(head, message.get("body", b""))
        else:
            await super().send(head)
            await super().send(message)

    def _is_whole(self, head: HTTPResponseStartEvent, message: HTTPResponseBodyEvent) -> bool:
        return not (
            message.get("more_body")
            or not self.keep_alive
            or self.disconnected
            or self.access_log
            or self.flow.write_paused
            or self.scope["method"] == "HEAD"
            or any(name == CONNECTION for name, _ in head["headers"])
        )

    def _write(self, head: HTTPResponseStartEvent, body: bytes) -> None:
        content = [STATUS_LINE[head["status"]]]
        for name, value in (*self.default_headers, *head["headers"]):
            content += (name, b": ", value, b"\r\n")
        self.transport.write(b"".join((*content, b"\r\n", body)))
        self.waiting_for_100_continue = False
        self.response_started = self.response_complete = True
        self.message_event.set()
        self.on_response()


class Connection(HttpToolsProtocol):
    """Uvicorn's, which by itself gathers headers without an end and waits for theirs for ever."""

    unfinished_bytes = 0
    sweeps = 0

    def on_headers_complete(self) -> None:
        """Uvicorn names the class of its requests in place; a new one has done nothing yet."""
        super().on_headers_complete()
        if self.cycle is not None:
            self.cycle.__class__ = OneWrite

    def data_received(self, data: bytes) -> None:
        """Read on, as long as a head that is not whole yet is not too long.

        One that comes whole in one read (256 KiB at most) is taken.
        """
        super().data_received(data)
        if not self.waits_for_head:
            # Trailers, behind a body, are gathered with the headers.
            if len(self.headers) > MAX_HEADERS:
                self._refuse()
            self.unfinished_bytes = self.sweeps = 0
            return
        self.unfinished_bytes += len(data)
        if self.unfinished_bytes > MAX_HEAD_BYTES:
            self._refuse()

    @property
    def waits_for_head(self) -> bool:
        """No request was made here yet, or one has begun and its headers are not complete."""
        return self.scope is None or "method" not in self.scope

    def _refuse(self) -> None:
        if not self.transport.is_closing():
            self.send_400_response(TOO_LONG)


def sweep(state: ServerState) -> None:
    """End connections that keep us waiting for a head; uvicorn ends those between requests."""
    for connection in list(state.connections):
        if isinstance(connection, Connection) and connection.waits_for_head:
            connection.sweeps += 1
            if connection.sweeps > PATIENT_SWEEPS:
                connection.transport.close()
