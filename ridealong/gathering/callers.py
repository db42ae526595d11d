"""The caller's side: what is asked while a call is under way waits, and goes out in one call."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeVar

from pydantic import ValidationError

from ridealong.chassis.calls import read_reply
from ridealong.chassis.errors import ServiceError
from ridealong.chassis.sidecar import HttpReply, Sidecar
from ridealong.chassis.telemetry import current_traceparent
from ridealong.contracts.contract import Contract
from ridealong.gathering.envelopes import BATCH_SUFFIX, Outcomes, write_items

MOST_TOGETHER: Final = 16
MOST_BYTES: Final = 1 << 20
CALLS_AT_ONCE: Final = 1

ReplyT = TypeVar("ReplyT", bound=Contract)


@dataclass(frozen=True, eq=False)
class Waiting:
    """One request, and who waits for its reply."""

    body: bytes
    traceparent: str | None
    context: Context
    reply: asyncio.Future[HttpReply] = field(repr=False)


class GatheredCalls:
    """POSTs to one path of one service.

    Nothing waits for a timer: a request goes out at once while fewer than `at_once` calls are
    under way, alone and to the path itself. Those that come meanwhile go out together to
    `<path>/batch` as soon as a call returns. Each is answered by itself, with its own failure.
    """

    def __init__(
        self,
        sidecar: Sidecar,
        app_id: str,
        path: str,
        *,
        most: int = MOST_TOGETHER,
        at_once: int = CALLS_AT_ONCE,
    ) -> None:
        self._sidecar = sidecar
        self._app_id = app_id
        self._path = path
        self._most = most
        self._at_once = at_once
        self._waiting: deque[Waiting] = deque()
        self._under_way: set[asyncio.Task[None]] = set()

    async def ask(self, request: Contract, reply: type[ReplyT]) -> ReplyT:
        """As `chassis.calls.ask`, with the same failures; whoever is cancelled is not asked for."""
        future: asyncio.Future[HttpReply] = asyncio.get_running_loop().create_future()
        body = request.model_dump_json().encode()
        self._waiting.append(Waiting(body, current_traceparent(), copy_context(), future))
        self._send_on()
        return read_reply(self._app_id, await future, reply)

    def _send_on(self) -> None:
        while len(self._under_way) < self._at_once and (batch := self._take()):
            # In the context of its first request: a request alone stays in its own trace.
            task = asyncio.create_task(self._send(batch), context=batch[0].context)
            self._under_way.add(task)
            task.add_done_callback(partial(self._end, batch))

    def _end(self, batch: Sequence[Waiting], task: asyncio.Task[None]) -> None:
        """Nobody is left waiting, whatever ended the call."""
        self._under_way.discard(task)
        error = None if task.cancelled() else task.exception()
        for one in batch:
            if error is not None:
                settle(one, error)
            one.reply.cancel()
        self._send_on()

    def _take(self) -> list[Waiting]:
        batch: list[Waiting] = []
        room = MOST_BYTES
        while self._waiting and len(batch) < self._most:
            if self._waiting[0].reply.done():
                self._waiting.popleft()
            elif batch and len(self._waiting[0].body) > room:
                break
            else:
                batch.append(self._waiting.popleft())
                room -= len(batch[-1].body)
        return batch

    async def _send(self, batch: Sequence[Waiting]) -> None:
        replies = await self._send_together(batch) if len(batch) > 1 else None
        if replies is None:
            # Alone, or whatever was wrong with the whole is nobody's fault in particular.
            await asyncio.gather(*map(self._send_alone, batch))
            return
        for one, reply in zip(batch, replies, strict=True):
            settle(one, reply)

    async def _send_alone(self, one: Waiting) -> None:
        try:
            settle(one, await self._sidecar.call(self._app_id, self._path, one.body))
        except ServiceError as error:
            settle(one, error)

    async def _send_together(self, batch: Sequence[Waiting]) -> list[HttpReply] | None:
        items = write_items((one.body, one.traceparent) for one in batch)
        try:
            answer = await self._sidecar.call(self._app_id, self._path + BATCH_SUFFIX, items)
            if answer.status != 200:
                return None
            outcomes = Outcomes.model_validate_json(answer.body).outcomes
        except (ServiceError, ValidationError):
            return None
        return [each.as_reply() for each in outcomes] if len(outcomes) == len(batch) else None


def settle(one: Waiting, reply: HttpReply | BaseException) -> None:
    """Tell whoever waits, if somebody still does."""
    if one.reply.done():
        return
    if isinstance(reply, HttpReply):
        one.reply.set_result(reply)
    else:
        one.reply.set_exception(reply)
