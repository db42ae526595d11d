"""What every contract stands on.

Frozen, quiet about rejected input, and strict or tolerant by its kind.
"""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

Tenant = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
MessageId = Annotated[
    str,
    StringConstraints(
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
    ),
]
ConversationId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Probability = Annotated[float, Field(ge=0, le=1)]
# How often the customer wrote in this conversation before; 0 where nobody knows.
EarlierMessages = Annotated[int, Field(ge=0)]


class Contract(BaseModel):
    """A shape that two services agree on.

    A rejected value is never printed: it may be a customer's text.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class Request(Contract):
    """What a caller sends: unknown fields are the caller's mistake."""

    model_config = ConfigDict(extra="forbid")


class Reply(Contract):
    """What a callee answers: a reader ignores what it does not know yet."""

    model_config = ConfigDict(extra="ignore")


class Event(Contract):
    """A fact. It owns its topic and version, and names who hears it; readers ignore unknown fields.

    `event_id` is derived from what happened, never random: publishing a fact twice is harmless.
    """

    model_config = ConfigDict(extra="ignore")

    topic: ClassVar[str]
    heard_by: ClassVar[tuple[str, ...]]

    tenant: Tenant
    occurred_at: AwareDatetime

    @property
    def event_id(self) -> str:
        """The same for every publication of this fact."""
        raise NotImplementedError


def shared_fields(source: Contract, target: type[Contract]) -> dict[str, object]:
    """The fields of `source` that `target` has too, as they are.

    Values are not copied or checked again.
    """
    names = type(source).model_fields.keys() & target.model_fields.keys()
    return {name: getattr(source, name) for name in names}


class Channel(StrEnum):
    """How a message came to us."""

    CHAT = "chat"
    EMAIL = "email"


class Route(StrEnum):
    """`live`: a caller waits for the answer. `queued`: the event brings it about."""

    LIVE = "live"
    QUEUED = "queued"


class Decision(StrEnum):
    """Who answers the customer."""

    AUTOMATE = "automate"
    SUGGEST = "suggest"
    HAND_OVER = "hand_over"
