"""The raw messages: written once, read by id, wiped for good."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, TypeAdapter

from ridealong.chassis.background import Marks
from ridealong.chassis.errors import StaleETag
from ridealong.chassis.sidecar import Sidecar, Stored, state_key
from ridealong.contracts.contract import Route
from ridealong.contracts.intake import RawMessage
from ridealong.custody.conversations import Conversations
from ridealong.custody.errors import (
    CustomerBusy,
    MessageConflicts,
    MessageForgotten,
    MessageNotFound,
)
from ridealong.custody.naming import fresh_conversation, key_of

SAME_IN_A_REPEAT = ("channel", "conversation_id", "customer", "subject", "text")
WIPE_TRIES = 5


class MessageRecord(RawMessage):
    """A message as it is kept. `customer` names its customer's record; a stranger has none."""

    route: Route
    customer: str | None

    @property
    def has_named_conversation(self) -> bool:
        """Whether other messages may be of the same conversation."""
        return self.conversation_id != fresh_conversation(self.message_id)

    def check_repeat(self, repeat: "MessageRecord") -> None:
        """A repeat brings the same content."""
        if any(getattr(self, name) != getattr(repeat, name) for name in SAME_IN_A_REPEAT):
            raise MessageConflicts("this id came before with another content")


class Wiped(BaseModel):
    """Stands where a forgotten message stood, so that a save under way cannot bring it back."""

    model_config = ConfigDict(frozen=True)

    wiped_at: datetime


KEPT: TypeAdapter[MessageRecord | Wiped] = TypeAdapter(MessageRecord | Wiped)


class MessageRecords:
    """The record of a message also de-duplicates it: its key comes from what the caller named.

    That an event went out is marked under a key of its own, which spares writing the text again.
    """

    def __init__(
        self, sidecar: Sidecar, marks: Marks, conversations: Conversations, *, keep_s: int
    ) -> None:
        self._sidecar = sidecar
        self._marks = marks
        self._conversations = conversations
        self._keep_s = keep_s

    async def create(self, record: MessageRecord) -> bool:
        """Keep a message; False where its record stands already."""
        return await self._write(_key(record.tenant, record.message_id), record, etag=None)

    async def find_first(self, repeat: MessageRecord) -> MessageRecord:
        """What was kept when the same message came before, perhaps under another time."""
        record = _kept(await self._sidecar.load(_key(repeat.tenant, repeat.message_id)))
        record.check_repeat(repeat)
        return record

    async def read(self, tenant: str, message_id: str) -> MessageRecord:
        """The message of exactly this id."""
        record = _kept(await self._sidecar.load(_key(tenant, message_id)))
        if record.message_id != message_id:
            raise MessageNotFound("no such message")
        return record

    async def wipe(self, tenant: str, message_id: str, *, customer: str, now: datetime) -> None:
        """Overwrite one message of this customer, even one that is being saved right now."""
        key = _key(tenant, message_id)
        for _ in range(WIPE_TRIES):
            stored = await self._sidecar.load(key)
            record = KEPT.validate_json(stored.value) if stored else None
            if isinstance(record, Wiped) or (record and record.customer != customer):
                return
            # First, since nobody knows of which conversation a wiped message was.
            if record and record.has_named_conversation:
                await self._conversations.forget(record)
            if await self._write(key, Wiped(wiped_at=now), etag=stored.etag if stored else None):
                return
        raise CustomerBusy("the message is being written")

    def mark_announced(self, tenant: str, message_id: str, route: Route) -> None:
        """The event went out; a second mark changes nothing."""
        self._marks.add(_mark(tenant, message_id, route), b"true")

    async def is_announced(self, tenant: str, message_id: str, route: Route) -> bool:
        """Whether the event is known to have gone out."""
        return await self._sidecar.load(_mark(tenant, message_id, route)) is not None

    async def _write(self, key: str, record: BaseModel, *, etag: str | None) -> bool:
        try:
            await self._sidecar.save(
                key, record.model_dump_json().encode(), etag=etag, ttl_s=self._keep_s
            )
        except StaleETag:
            return False
        return True


def _key(tenant: str, message_id: str) -> str:
    return state_key(tenant, "message", key_of(message_id))


def _mark(tenant: str, message_id: str, route: Route) -> str:
    return state_key(tenant, f"announced-{route}", message_id)


def _kept(stored: Stored | None) -> MessageRecord:
    record = KEPT.validate_json(stored.value) if stored else None
    if record is None:
        raise MessageNotFound("no such message")
    if isinstance(record, Wiped):
        raise MessageForgotten("the message was deleted with its customer")
    return record
