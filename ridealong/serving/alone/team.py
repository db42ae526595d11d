"""A worker's side: it performs what all perform, and asks all to perform what it was asked."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Final

from ridealong.serving.alone.wire import Asked, Message, Part, Wire, unpack_parts
from ridealong.serving.protocol.asgi import Message as AsgiMessage
from ridealong.serving.protocol.asgi import Receive, Scope, Send

App = Callable[[Scope, Receive, Send], Awaitable[None]]

OUR_MISTAKE: Final = 500
RETRY_AFTER: Final = b"retry-after"


class Team:
    """The other workers, through the supervisor."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._numbers = count()
        self._asked: dict[int, asyncio.Future[list[Part]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def tell(self, kind: str, body: bytes = b"") -> None:
        """A message to the supervisor."""
        self._wire.send(kind, body)

    async def ask(self, asked: Asked, *, subject: str = "") -> list[Part]:
        """What every worker answers. With a `subject` it is a change, kept for workers to come."""
        number = next(self._numbers)
        answer: asyncio.Future[list[Part]] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        self._wire.send(
            "ask",
            asked.body,
            number=number,
            method=asked.method,
            path=asked.path,
            subject=subject,
        )
        try:
            return await answer
        finally:
            del self._asked[number]

    async def catch_up(self, own: App) -> None:
        """Perform what the others were told before, until the supervisor says to serve."""
        self.tell("loaded")
        while message := await self._wire.receive():
            if message.kind == "serve":
                return
            await self._perform(own, message)

    async def listen(self, own: App, on_end: Callable[[], None]) -> None:
        """Perform what all are told, until the supervisor is gone; then this worker is to end."""
        while message := await self._wire.receive():
            if message.kind == "do":
                task = asyncio.create_task(self._perform(own, message))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            else:
                answer = self._asked.get(message.number)
                if answer is not None and not answer.done():
                    answer.set_result(unpack_parts(message.fields["parts"], message.body))
        on_end()

    async def _perform(self, own: App, message: Message) -> None:
        asked = Asked(message.fields["method"], message.fields["path"], message.body)
        reply = Reply()
        try:
            await own(scope_of(asked), reply.body_source(asked.body), reply.take)
        finally:
            self._wire.send(
                "did",
                reply.body,
                number=message.number,
                status=reply.status,
                retry_after=reply.retry_after,
            )


class Reply:
    """Gathers what an application sends. One that sends nothing failed."""

    def __init__(self) -> None:
        self.status = OUR_MISTAKE
        self.body = b""
        self.retry_after = ""

    async def take(self, message: AsgiMessage) -> None:
        """The application's `send`."""
        self.status = message.get("status", self.status)
        headers = dict(message.get("headers", ()))
        self.retry_after = headers.get(RETRY_AFTER, b"").decode() or self.retry_after
        self.body += message.get("body", b"")

    @staticmethod
    def body_source(body: bytes) -> Receive:
        """The application's `receive`: the body, then a caller who waits for ever."""
        messages = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> AsgiMessage:
            if not messages:
                await asyncio.Event().wait()
            return messages.pop()

        return receive


def scope_of(asked: Asked) -> Scope:
    """As an HTTP server would say it."""
    return {
        "type": "http",
        "method": asked.method,
        "path": asked.path,
        "raw_path": asked.path.encode(),
        "query_string": b"",
        "headers": [(b"content-length", b"%d" % len(asked.body))],
        "state": {},
    }
