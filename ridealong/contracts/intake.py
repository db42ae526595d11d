"""What `intake` accepts, keeps, announces and forgets."""

from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import AwareDatetime, Base64Bytes, Field, StringConstraints, model_validator

from ridealong.contracts.contract import (
    Channel,
    Contract,
    ConversationId,
    EarlierMessages,
    Event,
    MessageId,
    Reply,
    Request,
    Route,
    Tenant,
)

CustomerId = Annotated[str, StringConstraints(min_length=1, max_length=320, strip_whitespace=True)]
ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
MAX_BATCH = 500


class AcceptMessage(Request):
    """`POST /messages`: keep this. Either `text`, or `mail`: a whole MIME message, base64."""

    tenant: Tenant
    channel: Channel
    route: Route
    text: str | None = None
    mail: Base64Bytes | None = None
    subject: Annotated[str, StringConstraints(max_length=1000)] | None = None
    customer_id: CustomerId | None = None
    conversation_id: ConversationId | None = None
    external_id: ExternalId | None = None
    idempotency_key: ExternalId | None = None

    @model_validator(mode="after")
    def _has_one_body(self) -> Self:
        if (self.text is None) == (self.mail is None):
            raise ValueError("give either text or mail")
        return self


class Attachment(Contract):
    """Named, never kept."""

    name: str
    media_type: str
    size_bytes: int


class ReadMessage(Request):
    """`POST /messages/read`: as `GET /messages/{message_id}?tenant=`, and gathered with others."""

    tenant: Tenant
    message_id: MessageId


class RawMessage(Reply):
    """The stored message, for `aggregation` and `preprocessing` only."""

    tenant: Tenant
    message_id: MessageId
    conversation_id: ConversationId
    customer_hash: str
    channel: Channel
    subject: str | None
    text: str
    attachments: tuple[Attachment, ...] = ()
    received_at: AwareDatetime
    earlier_messages: EarlierMessages = 0


class MessageReceipt(Reply):
    """`GET /messages/{message_id}/receipt?tenant=`: that it is kept, and nothing of its content."""

    message_id: MessageId
    conversation_id: ConversationId
    received_at: AwareDatetime


class MessageAccepted(RawMessage):
    """The answer to `POST /messages`.

    A repeat of an accepted message is answered the same, marked as duplicate.
    """

    is_duplicate: bool


class AcceptBatch(Request):
    """`POST /messages/batch`."""

    tenant: Tenant
    messages: Annotated[tuple[AcceptMessage, ...], Field(min_length=1, max_length=MAX_BATCH)]


class BatchOutcome(StrEnum):
    """What became of one message of a batch."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


class BatchLine(Contract):
    """One message of a batch, in the order given.

    `problem` is a code such as `text-too-long`, never the text.
    """

    outcome: BatchOutcome
    message_id: MessageId | None = None
    conversation_id: ConversationId | None = None
    status: int = 202
    problem: str | None = None
    detail: str | None = None


class BatchAccepted(Reply):
    """The answer to `POST /messages/batch`."""

    lines: tuple[BatchLine, ...]


class ForgetCustomer(Request):
    """`POST /customers/forget`: the id may be an e-mail address, so it travels in the body; URLs
    end in spans and logs.
    """

    tenant: Tenant
    customer_id: CustomerId


class CustomerReceipt(Reply):
    """What was deleted here, and what the event asks others to delete."""

    tenant: Tenant
    forgotten_at: AwareDatetime
    message_ids: tuple[MessageId, ...]


class MessageReceived(Event):
    """A message is stored and will be answered. Carries no text."""

    topic: ClassVar[str] = "messages.received.v1"
    heard_by: ClassVar[tuple[str, ...]] = ("aggregation", "analytics")

    message_id: MessageId
    conversation_id: ConversationId
    customer_hash: str
    channel: Channel
    route: Route
    earlier_messages: EarlierMessages = 0

    @property
    def event_id(self) -> str:
        """One per message and route: a live message that failed is announced again as queued."""
        return f"{self.message_id}.received.{self.route}"


class CustomerForgotten(Event):
    """Whoever holds something under this customer's hash, or under these messages, deletes it."""

    topic: ClassVar[str] = "customers.forgotten.v1"
    heard_by: ClassVar[tuple[str, ...]] = ("aggregation", "analytics")

    customer_hash: str
    message_ids: tuple[MessageId, ...]

    @property
    def event_id(self) -> str:
        """One per life of a customer: a new life has a new hash."""
        return f"{self.customer_hash}.forgotten"
