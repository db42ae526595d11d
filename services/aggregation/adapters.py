"""The services behind the steps, and the answer records, all behind the sidecar."""

from datetime import datetime

from pydantic import BaseModel

from ridealong.chassis.background import Marks
from ridealong.chassis.errors import CallRefused, StaleETag
from ridealong.chassis.sidecar import Sidecar, state_key
from ridealong.contracts.aggregation import AnswerMessage
from ridealong.contracts.contract import shared_fields
from ridealong.contracts.intake import RawMessage, ReadMessage
from ridealong.contracts.nlp import AnalyseText, Analysis
from ridealong.contracts.preprocessing import PreparedMessage, PrepareMessage
from ridealong.contracts.recommendation import Recommendation, SuggestReplies
from ridealong.gathering.asking import Ask
from services.aggregation.compose import AnswerRecord
from services.aggregation.errors import MessageGone


class DaprPeers:
    """`Peers` by invocation."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def prepare(self, message: AnswerMessage) -> PreparedMessage:
        """Ask `preprocessing`."""
        request = PrepareMessage.model_validate(shared_fields(message, PrepareMessage))
        return await self._ask("preprocessing", "/prepare", request, PreparedMessage)

    async def analyse(self, message: AnswerMessage, prepared: PreparedMessage) -> Analysis:
        """Ask `nlp`."""
        found = shared_fields(message, AnalyseText) | shared_fields(prepared, AnalyseText)
        request = AnalyseText.model_validate(found)
        return await self._ask("nlp", "/analyse", request, Analysis)

    async def suggest(
        self, message: AnswerMessage, prepared: PreparedMessage, analysis: Analysis
    ) -> Recommendation:
        """Ask `recommendation`."""
        found: dict[str, object] = {}
        for source in (message, prepared, analysis):
            found |= shared_fields(source, SuggestReplies)
        request = SuggestReplies.model_validate(found)
        return await self._ask("recommendation", "/suggest", request, Recommendation)

    async def raw_message(self, tenant: str, message_id: str) -> RawMessage:
        """Fetch a queued message's text from `intake`.

        Raises `MessageGone` where it was forgotten.
        """
        request = ReadMessage(tenant=tenant, message_id=message_id)
        try:
            return await self._ask("intake", "/messages/read", request, RawMessage)
        except CallRefused as error:
            if error.upstream_status in (404, 410):
                raise MessageGone("the message is no longer kept") from error
            raise


class Moment(BaseModel):
    """When something began or was done."""

    at: datetime


class Records:
    """Three keys a message; separate ones spare a read before each write.

    `claim` is created if absent and expires with the lease by the store's own clock, so an attempt
    that died blocks nobody for long; `answer` is created if absent; `announced` is a mark that
    says the event went out.
    """

    def __init__(self, sidecar: Sidecar, marks: Marks, *, lease_s: int, keep_s: int) -> None:
        self._sidecar = sidecar
        self._marks = marks
        self._lease_s = lease_s
        self._keep_s = keep_s

    async def claim(self, tenant: str, message_id: str, now: datetime) -> bool:
        """Take the lease; False where another attempt holds it."""
        key = state_key(tenant, "claim", message_id)
        claim = Moment(at=now).model_dump_json().encode()
        try:
            await self._sidecar.save(key, claim, etag=None, ttl_s=self._lease_s)
        except StaleETag:
            return False
        return True

    async def release(self, tenant: str, message_id: str) -> None:
        """Give the lease back after a failure, for the next attempt."""
        await self._sidecar.delete(state_key(tenant, "claim", message_id))

    async def claimed_at(self, tenant: str, message_id: str) -> datetime | None:
        """When the present attempt began."""
        return await self._moment("claim", tenant, message_id)

    async def find(self, tenant: str, message_id: str) -> tuple[AnswerRecord, str] | None:
        """The record and its ETag."""
        stored = await self._sidecar.load(state_key(tenant, "answer", message_id))
        return (AnswerRecord.model_validate_json(stored.value), stored.etag) if stored else None

    async def write(self, record: AnswerRecord, *, etag: str | None) -> None:
        """Write the answer; raises `StaleETag` where another attempt was first."""
        key = state_key(record.answer.tenant, "answer", record.answer.message_id)
        value = record.model_dump_json().encode()
        await self._sidecar.save(key, value, etag=etag, ttl_s=self._keep_s)

    def mark_announced(self, tenant: str, message_id: str, now: datetime) -> None:
        """The event went out; a second mark changes nothing."""
        key = state_key(tenant, "announced", message_id)
        self._marks.add(key, Moment(at=now).model_dump_json().encode())

    async def announced_at(self, tenant: str, message_id: str) -> datetime | None:
        """When the event went out."""
        return await self._moment("announced", tenant, message_id)

    async def forget(self, tenant: str, message_id: str) -> None:
        """Remove what is known of a message."""
        for kind in ("claim", "answer", "announced"):
            await self._sidecar.delete(state_key(tenant, kind, message_id))

    async def _moment(self, kind: str, tenant: str, message_id: str) -> datetime | None:
        stored = await self._sidecar.load(state_key(tenant, kind, message_id))
        return Moment.model_validate_json(stored.value).at if stored else None
