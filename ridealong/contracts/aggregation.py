"""One message, one answer: what `aggregation` is asked, keeps and announces."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from ridealong.contracts.contract import (
    Channel,
    Contract,
    ConversationId,
    Decision,
    EarlierMessages,
    Event,
    MessageId,
    Probability,
    Reply,
    Request,
    Route,
    Tenant,
)
from ridealong.contracts.nlp import Intent, Prediction, Sentiment, Urgency
from ridealong.contracts.preprocessing import UNKNOWN_LANGUAGE, Entity
from ridealong.contracts.recommendation import NextAction, Reason, RiskBound, Suggestion

GENERAL_DEPARTMENT = "general"


class AnswerMessage(Request):
    """`POST /answers`: answer this accepted message now.

    `text` is raw and goes to `preprocessing` only. `is_duplicate`: intake had it before.
    """

    tenant: Tenant
    message_id: MessageId
    conversation_id: ConversationId
    customer_hash: str
    channel: Channel
    subject: str | None = None
    text: str
    received_at: AwareDatetime
    is_duplicate: bool = False
    earlier_messages: EarlierMessages = 0


class Part(StrEnum):
    """A part that an answer can do without."""

    SUGGESTIONS = "suggestions"


class MissingPart(Contract):
    """Which part could not be had, and why, as a code."""

    part: Part
    why: str


class Answer(Reply):
    """Everything known about one message; the defaults say: nothing.

    `text` is masked; suggestions carry placeholders.
    """

    tenant: Tenant
    message_id: MessageId
    conversation_id: ConversationId
    customer_hash: str
    channel: Channel
    route: Route
    received_at: AwareDatetime
    answered_at: AwareDatetime
    subject: str | None = None
    text: str = ""
    language: str = UNKNOWN_LANGUAGE
    entities: tuple[Entity, ...] = ()
    placeholders: tuple[str, ...] = ()
    intents: tuple[Intent, ...] = ()
    reject_score: float = 1
    sentiment: Sentiment | None = None
    urgency: Urgency | None = None
    suggestions: tuple[Suggestion, ...] = ()
    next_actions: tuple[NextAction, ...] = ()
    department: str = GENERAL_DEPARTMENT
    decision: Decision
    reason: Reason
    bound: RiskBound | None = None
    missing: tuple[MissingPart, ...] = ()
    predictions: tuple[Prediction, ...] = ()


class StepName(StrEnum):
    """The life of an answer. `failed` ends in a hand-over and can be taken up again by a resent
    dead letter.
    """

    CLAIMED = "claimed"
    ANSWERED = "answered"
    ANNOUNCED = "announced"
    FAILED = "failed"


class Step(Contract):
    """Numbered from 1 without gaps, so that a reader of the stream can resume."""

    number: int
    name: StepName
    at: AwareDatetime


class AnswerStatus(Reply):
    """`GET /answers/{message_id}?tenant=`: how far it is, and the answer once there is one."""

    message_id: MessageId
    steps: tuple[Step, ...]
    answer: Answer | None


class AskStatuses(Request):
    """`POST /answers/status`: many at once, for batches."""

    tenant: Tenant
    message_ids: Annotated[tuple[MessageId, ...], Field(max_length=500)]


class ShortStatus(Contract):
    """`step` is None where nothing has begun."""

    message_id: MessageId
    step: StepName | None
    decision: Decision | None


class Statuses(Reply):
    """In the order asked."""

    statuses: tuple[ShortStatus, ...]


class OfferedSuggestion(Contract):
    """What was shown in this place, and with which probability, so that feedback can be joined."""

    article_id: str
    score: float
    propensity: Probability = 1.0


class MessageAnswered(Event):
    """A message has its one answer. Carries masked text only."""

    topic: ClassVar[str] = "messages.answered.v1"
    heard_by: ClassVar[tuple[str, ...]] = ("analytics",)

    message_id: MessageId
    conversation_id: ConversationId
    customer_hash: str
    channel: Channel
    route: Route
    received_at: AwareDatetime
    text: str
    language: str
    intents: tuple[Intent, ...]
    sentiment: Sentiment | None
    urgency: Urgency | None
    department: str
    decision: Decision
    reason: Reason
    missing: tuple[MissingPart, ...]
    suggestions: tuple[OfferedSuggestion, ...]
    predictions: tuple[Prediction, ...]

    @property
    def event_id(self) -> str:
        """One per message; a hand-over after a failure is a fact of its own."""
        return f"{self.message_id}.answered.{'failed' if self.reason.code == 'failed' else 'done'}"
