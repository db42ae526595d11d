"""How often a customer wrote in a conversation before: who writes again is not served yet.

A record lists the messages of one customer in one conversation, by their keys. Its own key comes
from the customer's hash: once that is forgotten, what a save under way leaves is found by nobody.
"""

import asyncio
import logging
from weakref import WeakValueDictionary

from pydantic import BaseModel, ConfigDict, ValidationError

from ridealong.chassis.errors import ServiceError, StaleETag
from ridealong.chassis.sidecar import Sidecar, state_key
from ridealong.contracts.intake import RawMessage
from ridealong.custody.errors import ConversationBusy
from ridealong.custody.naming import key_of, talk_of
from ridealong.custody.pausing import pause

TRIES = 6
KEPT_KEYS = 100
logger = logging.getLogger(__name__)


class Talk(BaseModel):
    """The newest messages in the order they were counted, and how many older ones there were."""

    model_config = ConfigDict(frozen=True)

    keys: tuple[str, ...] = ()
    older: int = 0

    def before(self, key: str) -> int:
        """How many messages stand before this one, or before the next where it is new."""
        return self.older + (self.keys.index(key) if key in self.keys else len(self.keys))

    def having(self, key: str) -> "Talk":
        """With one message more; the oldest beyond `KEPT_KEYS` become a number."""
        keys = (*self.keys, key)
        dropped = max(0, len(keys) - KEPT_KEYS)
        return Talk(keys=keys[dropped:], older=self.older + dropped)


class Conversations:
    """Counts messages. Two of one conversation that come at the same time take turns."""

    def __init__(self, sidecar: Sidecar, *, keep_s: int) -> None:
        self._sidecar = sidecar
        self._keep_s = keep_s
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def count_earlier(self, message: RawMessage, *, opener: str | None) -> int:
        """Note this message, once however often it comes; 0 where it could not be counted.

        `opener` is the key of a message that began the conversation without being noted here.
        """
        key = _key(message)
        lock = self._locks.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                return await self._note(key, key_of(message.message_id), opener)
        # Urgency is worth a little; no message is refused for it.
        except (ServiceError, ValidationError) as error:
            logger.warning(
                "conversation not counted",
                extra={"message_id": message.message_id, "error": type(error).__name__},
            )
            return 0

    async def forget(self, message: RawMessage) -> None:
        """Delete what is noted of this message's customer in its conversation."""
        await self._sidecar.delete(_key(message))

    async def _note(self, key: str, message_key: str, opener: str | None) -> int:
        for attempt in range(TRIES):
            stored = await self._sidecar.load(key)
            if stored:
                talk, etag = Talk.model_validate_json(stored.value), stored.etag
            else:
                talk, etag = Talk(keys=(opener,) if opener else ()), None
            if message_key not in talk.keys:
                value = talk.having(message_key).model_dump_json().encode()
                try:
                    await self._sidecar.save(key, value, etag=etag, ttl_s=self._keep_s)
                except StaleETag:
                    await pause(attempt)
                    continue
            return talk.before(message_key)
        raise ConversationBusy("too many messages of this conversation at once")


def _key(message: RawMessage) -> str:
    talk = talk_of(message.customer_hash, message.conversation_id)
    return state_key(message.tenant, "conversation", talk)
