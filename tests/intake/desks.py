"""Messages and desks for the tests of intake."""

import base64
from typing import Any

from ridealong.chassis.background import Background, Marks
from ridealong.contracts.contract import Channel, Route
from ridealong.contracts.intake import AcceptMessage, MessageReceived
from ridealong.custody.conversations import Conversations
from ridealong.custody.customers import CustomerRecords
from ridealong.custody.forgetting import Forgetter
from ridealong.custody.messages import MessageRecords
from ridealong.custody.naming import Naming
from ridealong.custody.register import Register
from services.intake.accept import Reception
from services.intake.forget import Farewell
from tests.fakes import FakeSidecar

KEEP_S = 90 * 24 * 3600
TOMBSTONE_S = 30 * 24 * 3600
TEXT = "Where is my order 12345?"


def message(**changes: Any) -> AcceptMessage:
    """A live chat message of Jane's, named by its sender."""
    fields: dict[str, Any] = {
        "tenant": "demo",
        "channel": Channel.CHAT,
        "route": Route.LIVE,
        "text": TEXT,
        "customer_id": "jane@example.com",
        "external_id": "message-1",
    }
    return AcceptMessage(**fields | changes)


def mail_message(raw: bytes, **changes: Any) -> AcceptMessage:
    """A queued mail that says everything itself."""
    fields: dict[str, Any] = {
        "channel": Channel.EMAIL,
        "route": Route.QUEUED,
        "text": None,
        "mail": base64.b64encode(raw),
        "customer_id": None,
        "external_id": None,
    }
    return message(**fields | changes)


class Desks:
    """One process of intake; a second one on the same sidecar is another replica, or a restart."""

    def __init__(self, sidecar: FakeSidecar, max_text_chars: int = 100_000) -> None:
        self.background = Background()
        naming = Naming(sidecar.secrets["intake-key"])
        marks = Marks(sidecar, self.background, ttl_s=KEEP_S, gather_s=0)
        conversations = Conversations(sidecar, keep_s=KEEP_S)
        messages = MessageRecords(sidecar, marks, conversations, keep_s=KEEP_S)
        customers = CustomerRecords(sidecar, keep_s=KEEP_S, tombstone_s=TOMBSTONE_S)
        register = Register(customers, self.background)
        self.reception = Reception(
            naming=naming,
            register=register,
            messages=messages,
            conversations=conversations,
            publish=sidecar.publish,
            max_text_chars=max_text_chars,
        )
        self.farewell = Farewell(naming, register, Forgetter(customers, messages, sidecar.publish))


def received(sidecar: FakeSidecar) -> list[MessageReceived]:
    """The messages announced so far."""
    return [event for event in sidecar.published if isinstance(event, MessageReceived)]


def keys_of(sidecar: FakeSidecar, kind: str) -> list[str]:
    """The keys of this kind in the state store."""
    return [key for key in sidecar.state if key.split(":")[1] == kind]
