"""How far a message is: read once, followed step by step, with its placeholders filled or not."""

import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import anyio

from ridealong.access.reveal import fill_answer
from ridealong.chassis.calls import ask, fetch
from ridealong.chassis.errors import CallRefused, ServiceError
from ridealong.chassis.sidecar import Sidecar
from ridealong.contracts.aggregation import Answer, AnswerStatus, Step, StepName
from ridealong.contracts.gateway import MessageStatus, Progress
from ridealong.contracts.intake import MessageReceipt
from ridealong.contracts.preprocessing import RevealedMessage, RevealMessage
from services.gateway.errors import MessageNotFound

MESSAGE_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
LAST_STEPS = (StepName.ANNOUNCED, StepName.FAILED)


@dataclass(frozen=True)
class Pace:
    """How often a followed message is asked for, and for how long."""

    first_s: float
    longest_s: float
    follow_s: float
    # `announced` is noted after the reply and may be lost in a crash: the answer is there anyway.
    settle_s: float = 5


def is_over(status: MessageStatus) -> bool:
    """Whether no step is to come."""
    return bool(status.steps) and status.steps[-1].name in LAST_STEPS


class AnswerReader:
    """Reads `aggregation`'s records; any replica can serve any caller."""

    def __init__(self, sidecar: Sidecar, pace: Pace) -> None:
        self._sidecar = sidecar
        self._pace = pace

    async def status(self, tenant: str, message_id: str) -> MessageStatus:
        """How far it is. Raises `MessageNotFound` for what this tenant does not have."""
        if not MESSAGE_ID.fullmatch(message_id):
            raise MessageNotFound("there is no such message")
        if found := await self._attempt(tenant, message_id):
            return found
        # No attempt is known: it waits, if `intake` has it.
        path = f"/messages/{message_id}/receipt?tenant={tenant}"
        try:
            await fetch(self._sidecar, "intake", path, MessageReceipt)
        except CallRefused as error:
            if error.upstream_status in (404, 410):
                raise MessageNotFound("there is no such message") from error
            raise
        return _status(message_id, (), None)

    async def answer(self, tenant: str, message_id: str, written: bytes | None) -> Answer:
        """As written just now, or as kept. Raises `MessageNotFound` where it was forgotten."""
        if written is not None:
            return Answer.model_validate_json(written)
        found = await self.status(tenant, message_id)
        if found.answer is None:
            raise MessageNotFound("the answer to this message is no longer kept")
        return found.answer

    async def follow(
        self, tenant: str, status: MessageStatus, after: int, closing: anyio.Event
    ) -> AsyncIterator[Step]:
        """Each step after that number, as it comes; ends after the last one, or when time is up."""
        pause_s, end = self._pace.first_s, time.monotonic() + self._pace.follow_s
        while True:
            for step in status.steps:
                if step.number > after:
                    yield step
                    after, pause_s = step.number, self._pace.first_s
                    if step.name is StepName.ANSWERED:
                        end = min(end, time.monotonic() + self._pace.settle_s)
            if is_over(status) or time.monotonic() >= end or closing.is_set():
                return
            with anyio.move_on_after(pause_s):
                await closing.wait()
            pause_s = min(pause_s * 1.5, self._pace.longest_s)
            status = await self._next(tenant, status)

    async def reveal(self, tenant: str, answer: Answer) -> tuple[Answer, bool]:
        """The answer with the customer's own words back in it; they are kept nowhere.

        Where they cannot be had, the answer stays as it is.
        """
        request = RevealMessage(tenant=tenant, message_id=answer.message_id)
        try:
            found = await ask(self._sidecar, "preprocessing", "/reveal", request, RevealedMessage)
        except ServiceError:
            return answer, False
        return fill_answer(answer, found.values), True

    async def _next(self, tenant: str, status: MessageStatus) -> MessageStatus:
        try:
            return await self._attempt(tenant, status.message_id) or status
        except ServiceError:
            # A stream outlives a restart behind it; whoever asks for the status is told.
            return status

    async def _attempt(self, tenant: str, message_id: str) -> MessageStatus | None:
        path = f"/answers/{message_id}?tenant={tenant}"
        try:
            found = await fetch(self._sidecar, "aggregation", path, AnswerStatus)
        except CallRefused as error:
            if error.upstream_status == 404:
                return None
            raise
        return _status(message_id, found.steps, found.answer)


def _status(message_id: str, steps: tuple[Step, ...], answer: Answer | None) -> MessageStatus:
    progress = Progress.after(steps[-1].name if steps else None)
    return MessageStatus(message_id=message_id, status=progress, steps=steps, answer=answer)
