"""What `preprocessing` makes of a message.

Clean, masked, with its language, entities and features.
"""

from enum import StrEnum

from pydantic import AwareDatetime, Field

from ridealong.contracts.contract import (
    Channel,
    Contract,
    ConversationId,
    MessageId,
    Probability,
    Reply,
    Request,
    Tenant,
)

UNKNOWN_LANGUAGE = "unknown"


class PrepareMessage(Request):
    """`POST /prepare`. `text` is raw: this is the last place that sees it.

    The day of `received_at` in UTC is what `yesterday` is told from; without it, it is no date.
    """

    tenant: Tenant
    message_id: MessageId
    conversation_id: ConversationId
    channel: Channel
    subject: str | None = None
    text: str
    received_at: AwareDatetime | None = None


class EntityType(StrEnum):
    """What may be found and stay readable: none of these is personal."""

    ORDER_NUMBER = "order_number"
    INVOICE_NUMBER = "invoice_number"
    TRACKING_NUMBER = "tracking_number"
    DATE = "date"
    DURATION = "duration"
    AMOUNT = "amount"
    PRODUCT = "product"


class Entity(Contract):
    """A part of the masked text, by character offsets into it, and its normalised value (ISO 8601
    dates, weeks `2026-W47`, months `2026-11`, years and durations; ISO 4217 currency).
    """

    type: EntityType
    text: str
    value: str
    currency: str | None = None
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class TextFeatures(Contract):
    """Numbers that describe the writing, not the content."""

    characters: int
    words: int
    sentences: int
    exclamation_marks: int
    question_marks: int
    upper_case_share: Probability
    digits: int
    urls: int
    emoji: int


class PreparedMessage(Reply):
    """The message as everyone after this step sees it.

    `placeholders` are those that stand in the text, such as `[PERSON_1]`.
    """

    text: str
    subject: str | None
    language: str
    language_confidence: Probability
    entities: tuple[Entity, ...]
    placeholders: tuple[str, ...]
    features: TextFeatures


class DescribeText(Request):
    """`POST /features`: features alone."""

    text: str


class RevealMessage(Request):
    """`POST /reveal`: mask the stored raw message again to know what its placeholders stand for."""

    tenant: Tenant
    message_id: MessageId


class RevealedMessage(Reply):
    """Placeholder to value. Stored nowhere, logged nowhere."""

    values: dict[str, str]
