"""Every id that this service gives, derived from one secret so that a repeat gets the same again.

A message id is a UUIDv7 (RFC 9562). Its 74 random bits name the message's record, so one record
both de-duplicates and is found by id; its time says when the message came.
"""

import hmac
import re
from datetime import UTC, datetime
from secrets import randbits
from uuid import UUID

BITS = 74
RAND_B_BITS = 62
VERSION_7 = 7 << 76
VARIANT = 2 << 62
FRESH_CONVERSATION = re.compile(r"c([0-9a-f]{3}[89ab][0-9a-f]{15})")


class Naming:
    """Keyed, so that nobody outside can make or guess an id."""

    def __init__(self, secret: str) -> None:
        self._key = secret.encode()

    def bits_of(self, tenant: str, kind: str, given: str | None) -> int:
        """74 bits for what the caller named, or truly random ones where it named nothing."""
        if given is None:
            return randbits(BITS)
        return int(self._digest("message", tenant, kind, given), 16) >> (256 - BITS)

    def key_of_mail(self, tenant: str, mail_id: str) -> str:
        """The key that a mail has as a message, if it came to us under its own Message-ID."""
        return key_of(message_id(self.bits_of(tenant, "external", mail_id), at_ms=0))

    def thread(self, tenant: str, customer_id: str, thread: str) -> str:
        """One conversation for all mails of a thread; strangers cannot join it by naming it."""
        return self._digest("thread", tenant, customer_id, thread)[:32]

    def customer(self, tenant: str, customer_id: str) -> str:
        """The name of a customer's record."""
        return self._digest("customer", tenant, customer_id)[:32]

    def stranger(self, tenant: str, conversation_id: str) -> str:
        """In place of a customer's hash where nobody said who wrote: the conversation's."""
        return self._digest("stranger", tenant, conversation_id)[:32]

    def _digest(self, *parts: str) -> str:
        # No part holds a NUL: ids are printable.
        return hmac.digest(self._key, "\0".join(parts).encode(), "sha256").hex()


def customer_hash(pseudonym_key: str, customer_id: str) -> str:
    """How events call a customer. Without the key, which forgetting deletes, it is nobody."""
    return hmac.digest(bytes.fromhex(pseudonym_key), customer_id.encode(), "sha256").hex()[:32]


def message_id(bits: int, at_ms: int) -> str:
    """The UUIDv7 of these bits at this time."""
    rand_a, rand_b = bits >> RAND_B_BITS, bits & ((1 << RAND_B_BITS) - 1)
    return str(UUID(int=at_ms << 80 | VERSION_7 | rand_a << 64 | VARIANT | rand_b))


def key_of(message_id: str) -> str:
    """The part of a message id that names its record: all but the time and the version."""
    return message_id[15:].replace("-", "")


def is_same_message(one: str, other: str) -> bool:
    """Whether two ids differ in their time at most."""
    return one[15:] == other[15:]


def fresh_conversation(message_id: str) -> str:
    """The conversation that a message without one begins."""
    return f"c{key_of(message_id)}"


def opener_of(conversation_id: str) -> str | None:
    """The key of the message that began this conversation, where we made its name up."""
    found = FRESH_CONVERSATION.fullmatch(conversation_id)
    return found[1] if found else None


def talk_of(customer_hash: str, conversation_id: str) -> str:
    """What one customer says in one conversation. Forgetting the hash is forgetting this name."""
    return hmac.digest(customer_hash.encode(), conversation_id.encode(), "sha256").hex()[:32]


def received_at(message_id: str) -> datetime:
    """When the message came, to the millisecond."""
    return datetime.fromtimestamp((UUID(message_id).int >> 80) / 1000, UTC)
