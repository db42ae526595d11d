"""What `analytics` reports, and the dead letters it holds."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints

from ridealong.contracts.contract import Contract, Decision, Reply, Request, Tenant
from ridealong.contracts.nlp import SentimentLabel

Label = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Cursor = Annotated[
    str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[A-Za-z0-9_=-]+$")
]
MAX_PAGE = 200


def _in_utc_unless_said(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _split(words: object) -> object:
    return (
        [part for word in words for part in str(word).split(",")]
        if isinstance(words, list | tuple)
        else words
    )


Moment = Annotated[datetime, AfterValidator(_in_utc_unless_said)]


class Dimension(StrEnum):
    """What volume may be told apart by."""

    DAY = "day"
    INTENT = "intent"
    LANGUAGE = "language"
    SENTIMENT = "sentiment"
    DECISION = "decision"


class AskVolume(Request):
    """The query of `GET /reports/volume`, such as `by=day,intent`.

    `from` is part of the time asked for, `to` is not. A date is its midnight, no zone means UTC.
    """

    tenant: Tenant
    by: Annotated[tuple[Dimension, ...], BeforeValidator(_split), Field(max_length=10)] = (
        Dimension.DAY,
    )
    since: Moment | None = Field(default=None, alias="from")
    until: Moment | None = Field(default=None, alias="to")


class VolumeLine(Contract):
    """One combination of the dimensions asked for.

    Others are left out. None where a message has no answer yet.
    """

    day: date | None = None
    intent: str | None = None
    language: str | None = None
    sentiment: str | None = None
    decision: Decision | None = None
    messages: int
    answered: int


class Volume(Reply):
    """`GET /reports/volume`: how many messages of a tenant came in, and how many of them are
    answered.
    """

    tenant: Tenant
    by: tuple[Dimension, ...]
    lines: tuple[VolumeLine, ...]
    is_complete: bool


class AskConversations(Request):
    """The query of `GET /conversations`: conversations with a message that fits all filters, newest
    first.

    `from` is part of the time asked for, `to` is not.
    """

    tenant: Tenant
    intent: Label | None = None
    language: Label | None = None
    sentiment: SentimentLabel | None = None
    decision: Decision | None = None
    since: Moment | None = Field(default=None, alias="from")
    until: Moment | None = Field(default=None, alias="to")
    limit: int = Field(default=50, ge=1, le=MAX_PAGE)
    cursor: Cursor | None = None


class Conversation(Contract):
    """One conversation within the time asked for.

    Language, sentiment and decision are those of its last message.
    """

    conversation_id: str
    last_message_id: str
    last_message_at: AwareDatetime
    messages: int
    answered: int
    intents: tuple[str, ...]
    language: str | None
    sentiment: str | None
    decision: Decision | None


class Conversations(Reply):
    """`next_cursor` is None on the last page."""

    conversations: tuple[Conversation, ...]
    next_cursor: str | None


class LetterStatus(StrEnum):
    """What became of a dead letter."""

    WAITING = "waiting"
    RESENT = "resent"
    RESENT_FAILED = "resent-failed"


class AskDeadLetters(Request):
    """The query of `GET /dead-letters`."""

    status: LetterStatus | None = None
    topic: Label | None = None
    app_id: Label | None = None
    limit: int = Field(default=100, ge=1, le=1000)


class DeadLetterEntry(Contract):
    """An event that one subscriber could not take.

    `count` says how often it came back from there.
    """

    letter_id: str
    topic: str
    app_id: str
    event_id: str
    tenant: str | None
    status: LetterStatus
    count: int
    first_at: AwareDatetime
    last_at: AwareDatetime
    last_resend: str | None


class DeadLetters(Reply):
    """`GET /dead-letters`: the newest first."""

    dead_letters: tuple[DeadLetterEntry, ...]


class DeadLetterOpened(Reply):
    """`GET /dead-letters/{letter_id}`: with the event as it was published."""

    dead_letter: DeadLetterEntry
    event: dict[str, Any]


class DeadLetterResent(Reply):
    """`POST /dead-letters/{letter_id}/resend`.

    `outcome` is what the subscriber said, or why it could not be asked.
    """

    dead_letter: DeadLetterEntry
    outcome: str
