"""The public API: what callers outside send to `gateway`, and what they are told."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from ridealong.contracts.aggregation import Answer, Step, StepName
from ridealong.contracts.contract import (
    Contract,
    ConversationId,
    Decision,
    MessageId,
    Reply,
    Request,
    Tenant,
)
from ridealong.contracts.intake import CustomerId, ExternalId


class Scope(StrEnum):
    """What an API key allows."""

    WRITE = "messages:write"
    READ = "messages:read"
    PERSONAL_DATA = "personal-data"
    FORGET = "customers:forget"
    INTENTS = "intents"


class NewMessage(Request):
    """`POST /v1/messages`, and each line of a batch. The tenant is the key's, never the body's.

    `mail` is a whole MIME message in base64. `text` and `mail` are judged by `intake`, not here.
    """

    channel: Literal["chat", "email"] = "chat"
    text: str | None = None
    mail: str | None = None
    subject: Annotated[str, StringConstraints(max_length=1000)] | None = None
    customer_id: CustomerId | None = None
    conversation_id: ConversationId | None = None
    external_id: ExternalId | None = None

    @model_validator(mode="after")
    def _has_one_body(self) -> Self:
        if (self.text is None) == (self.mail is None):
            raise ValueError("give either text or mail")
        return self


class Progress(StrEnum):
    """How far a message is. `failed` means that a person has it."""

    WAITING = "waiting"
    ANSWERING = "answering"
    ANSWERED = "answered"
    FAILED = "failed"

    @classmethod
    def after(cls, step: StepName | None) -> "Progress":
        """How far a message is after its latest step."""
        match step:
            case None:
                return cls.WAITING
            case StepName.CLAIMED:
                return cls.ANSWERING
            case StepName.FAILED:
                return cls.FAILED
            case StepName.ANSWERED | StepName.ANNOUNCED:
                return cls.ANSWERED


class MessageQueued(Reply):
    """A 202: accepted, and answered in its time."""

    message_id: MessageId
    status: Progress = Progress.WAITING
    status_url: str


class MessageStatus(Reply):
    """`GET /v1/messages/{message_id}`: the steps so far, and the answer once there is one."""

    message_id: MessageId
    status: Progress
    steps: tuple[Step, ...]
    answer: Answer | None


class LineOutcome(StrEnum):
    """What became of one line of a batch."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


class LineResult(Contract):
    """One line of a batch, numbered from 1.

    `problem` is a code such as `malformed-request`; `detail` names fields and never their values.
    """

    line: int
    outcome: LineOutcome
    status: int
    message_id: MessageId | None = None
    problem: str | None = None
    detail: str | None = None


class BatchSummary(Contract):
    """The last line of the reply to a batch; without it the reply is not whole."""

    batch_id: str
    lines: int
    accepted: int
    duplicate: int
    refused: int


class LineStatus(LineResult):
    """A line's result, and how far its message is by now."""

    progress: Progress | None = None
    decision: Decision | None = None


class BatchStatus(Reply):
    """`GET /v1/batches/{batch_id}`: how many lines are how far, and one page of lines."""

    batch_id: str
    created_at: AwareDatetime
    lines: int
    counts: dict[str, int]
    results: tuple[LineStatus, ...]
    next: str | None


class Forget(Request):
    """`POST /v1/customers/forget`."""

    customer_id: CustomerId


class NewKey(Request):
    """`POST /keys`, by the own sidecar only."""

    tenant: Tenant
    scopes: Annotated[frozenset[Scope], Field(min_length=1)]
    name: Annotated[str, StringConstraints(max_length=100)] = ""
    expires_at: AwareDatetime | None = None
    rate_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class KeyCard(Reply):
    """What may be shown of a key."""

    key_id: str
    tenant: Tenant
    scopes: frozenset[Scope]
    name: str
    created_at: AwareDatetime
    expires_at: AwareDatetime | None = None
    revoked_at: AwareDatetime | None = None
    rate_per_minute: int | None = None


class MintedKey(KeyCard):
    """A new key: `key` is shown this once."""

    key: str


class KeyCards(Reply):
    """`GET /keys`."""

    keys: tuple[KeyCard, ...]


class Problem(Reply):
    """RFC 9457, as every refusal is told. It names fields and never echoes a value."""

    type: str = Field(examples=["urn:ridealong:malformed-request"])
    title: str = Field(examples=["malformed request"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["look at: text"])
    field: str | None = None
    fields: tuple[dict[str, str], ...] | None = None
