"""One message, one answer: claim, compose, write first, announce; safe to call twice anywhere."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from ridealong.chassis.errors import ServiceError, StaleETag
from ridealong.chassis.sidecar import Sidecar
from ridealong.contracts.aggregation import (
    Answer,
    AnswerMessage,
    AnswerStatus,
    ShortStatus,
    StepName,
)
from ridealong.contracts.contract import Route
from services.aggregation.adapters import DaprPeers, Records
from services.aggregation.compose import AnswerRecord, announcement, compose, failed, numbered
from services.aggregation.errors import AnswerNotFound, AnswerUnderWay


@dataclass(frozen=True)
class AnswerDesk:
    """Where messages become answers.

    What happens twice is found in the records and happens once.
    """

    records: Records
    peers: DaprPeers
    queued_peers: DaprPeers
    announcer: Sidecar
    lease_s: int
    attempt_s: float
    now: Callable[[], datetime] = partial(datetime.now, UTC)

    async def answer(self, message: AnswerMessage, route: Route) -> Answer:
        """The message's one answer, made now or found.

        A queued message is claimed first, since it may be delivered twice at once; while another
        attempt runs, `AnswerUnderWay` is raised. A live one is spared that write: should two
        attempts meet all the same, the first to write stands.
        """
        began = self.now()
        is_claimed = route is Route.QUEUED
        if is_claimed and not await self.records.claim(message.tenant, message.message_id, began):
            if answer := await self._found(message):
                return answer
            raise AnswerUnderWay("this message is being answered")
        if self._may_have_been_tried(message) and (answer := await self._found(message)):
            return answer
        peers = self.peers if route is Route.LIVE else self.queued_peers
        try:
            answer = await compose(message, route, peers, attempt_s=self.attempt_s, now=self.now())
        except ServiceError:
            if is_claimed:
                await self.records.release(message.tenant, message.message_id)
            raise
        return await self._settle(AnswerRecord(claimed_at=began, answer=answer))

    def _may_have_been_tried(self, message: AnswerMessage) -> bool:
        # A young message is on its first attempt, or its claim still stands.
        age = self.now() - message.received_at
        return message.is_duplicate or age > timedelta(seconds=self.lease_s - 1)

    async def _found(self, message: AnswerMessage) -> Answer | None:
        found = await self.records.find(message.tenant, message.message_id)
        if found is None or not found[0].is_settled:
            return None
        answer = found[0].answer
        if await self.records.announced_at(answer.tenant, answer.message_id) is None:
            await self._announce(answer)
        return answer

    async def _settle(self, record: AnswerRecord) -> Answer:
        """Write first. Where somebody was faster, that answer stands; a failure is replaced."""
        try:
            await self.records.write(record, etag=None)
        except StaleETag:
            found = await self.records.find(record.answer.tenant, record.answer.message_id)
            if found is None:
                raise AnswerUnderWay("the record was just removed") from None
            if found[0].is_settled:
                record = found[0]
            else:
                await self.records.write(record, etag=found[1])
        await self._announce(record.answer)
        return record.answer

    async def _announce(self, answer: Answer) -> None:
        """Before the reply; the mark comes after it: if that is lost, a repeat announces the same
        event again.
        """
        await self.announcer.publish(announcement(answer))
        self.records.mark_announced(answer.tenant, answer.message_id, self.now())

    async def give_up(self, message: AnswerMessage) -> None:
        """All attempts at a queued message failed.

        A person takes it. A settled answer stays as it is.
        """
        if await self._found(message):
            return
        record = AnswerRecord(claimed_at=self.now(), answer=failed(message, self.now()))
        with suppress(
            StaleETag
        ):  # this very failure is written already, or a settled answer just now
            await self.records.write(record, etag=None)
        found = await self.records.find(message.tenant, message.message_id)
        if found and not found[0].is_settled:
            await self.announcer.publish(announcement(found[0].answer))

    async def status(self, tenant: str, message_id: str) -> AnswerStatus:
        """How far a message is. Raises `AnswerNotFound` where no attempt is known."""
        if found := await self.records.find(tenant, message_id):
            steps = found[0].steps(await self.records.announced_at(tenant, message_id))
            return AnswerStatus(message_id=message_id, steps=steps, answer=found[0].answer)
        if claimed_at := await self.records.claimed_at(tenant, message_id):
            steps = numbered((StepName.CLAIMED, claimed_at))
            return AnswerStatus(message_id=message_id, steps=steps, answer=None)
        raise AnswerNotFound("no attempt at this message is known")

    async def short_status(self, tenant: str, message_id: str) -> ShortStatus:
        """How far, in one word, for long lists."""
        found = await self.records.find(tenant, message_id)
        if found is None:
            return ShortStatus(message_id=message_id, step=None, decision=None)
        record, _ = found
        step = StepName.ANSWERED if record.is_settled else StepName.FAILED
        return ShortStatus(message_id=message_id, step=step, decision=record.answer.decision)
