"""What `recommendation` proposes, and on what evidence."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from ridealong.contracts.contract import (
    Channel,
    Contract,
    Decision,
    MessageId,
    Probability,
    Reply,
    Request,
    Tenant,
)
from ridealong.contracts.nlp import Embedding, Intent, Sentiment, Urgency
from ridealong.contracts.preprocessing import Entity, EntityType


class SuggestReplies(Request):
    """`POST /suggest`. Parts that could not be had are None and named in `missing`.

    `read_as` and `leaves_open` are those of the analysis.
    """

    tenant: Tenant
    message_id: MessageId
    channel: Channel
    text: str
    language: str
    read_as: str | None = None
    leaves_open: bool = False
    entities: tuple[Entity, ...] = ()
    intents: tuple[Intent, ...] = ()
    reject_score: Probability
    is_rejected: bool
    sentiment: Sentiment | None = None
    urgency: Urgency | None = None
    embedding: Embedding | None = None
    missing: tuple[str, ...] = ()


class FoundBy(StrEnum):
    """How a sentence was found: by what it means, or, while there are no vectors, by its words
    only.
    """

    MEANING = "meaning"
    WORDS = "words"


class Evidence(Contract):
    """The sentence of the article that supports the reply."""

    article_id: str
    sentence: str
    score: float
    found_by: FoundBy = FoundBy.MEANING


class MatchCode(StrEnum):
    """Which view of an article spoke most for it."""

    INTENT = "intent"
    MEANING = "meaning"
    WORDS = "words"


class MatchReason(Contract):
    """Why this article stands where it stands: a code for machines, a sentence for people."""

    code: MatchCode
    text: str


class Suggestion(Contract):
    """A reply that could be sent as it stands: no slot is open. `score` ranks; 1 is a sure match.

    `probability` is calibrated: that the article answers what is asked. `propensity` is the
    probability with which it was shown in this place; below 1 only where the order is explored.
    `slots_missing` are asked for in the reply.
    """

    article_id: str
    title: str
    reply: str
    language: str
    score: Probability
    probability: Probability = 0.0
    propensity: Probability = 1.0
    reason: MatchReason | None = None
    slots_missing: tuple[EntityType, ...] = ()
    evidence: tuple[Evidence, ...]


class Action(StrEnum):
    """All that can be proposed to be done next."""

    REFUND = "refund"
    CANCEL = "cancel"
    TRACK = "track"
    CHANGE = "change"
    LOOK_UP = "look_up"
    SHOW = "show"
    SEND = "send"
    START = "start"
    OFFER = "offer"
    BLOCK = "block"
    UNBLOCK = "unblock"
    ESCALATE = "escalate"
    ASK_FOR = "ask_for"


# What can be looked up or typed into a form: no line breaks, links, mark-up or placeholders,
# nothing as long as a sentence.
PLAIN_VALUE = r"[\w#€$£¥][\w #€$£¥.,'+/-]{0,39}"
PlainValue = Annotated[str, StringConstraints(pattern=rf"^{PLAIN_VALUE}$")]


class ActionParameters(Contract):
    """What the action is done with, as far as the message says it. Nothing here is personal."""

    order_number: PlainValue | None = None
    invoice_number: PlainValue | None = None
    tracking_number: PlainValue | None = None
    product: PlainValue | None = None
    date: PlainValue | None = None
    amount: PlainValue | None = None
    currency: PlainValue | None = None
    slot: EntityType | None = None
    department: str | None = None

    @model_validator(mode="after")
    def _keeps_the_currency_with_its_amount(self) -> Self:
        if self.currency is not None and self.amount is None:
            raise ValueError("a currency needs an amount")
        return self


class NextAction(Contract):
    """One step, and what it is done to (`order`, `card_payment`).

    `ask_for` always names its slot, and no other action has one.
    """

    action: Action
    about: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    parameters: ActionParameters = ActionParameters()

    @model_validator(mode="after")
    def _asks_for_a_slot(self) -> Self:
        if (self.action is Action.ASK_FOR) != (self.parameters.slot is not None):
            raise ValueError("ask_for needs a slot, and only ask_for has one")
        return self


class RiskBound(Contract):
    """The line an unseen reply had to pass, and what it promises.

    `risk`: at most this share of messages gets a wrong reply that nobody looked at. `threshold`:
    the probability above which that holds; None where too few messages were seen to know one.
    `group`: the intent, or the pack, whose `messages` it was found on.
    """

    risk: Probability
    threshold: Probability | None
    group: str
    messages: int


class ReasonCode(StrEnum):
    """Why this decision."""

    SURE = "sure"
    ALLOWED_TO_SUGGEST = "allowed_to_suggest"
    NOT_SURE_ENOUGH = "not_sure_enough"
    NOT_UNDERSTOOD = "not_understood"
    SEVERAL_REQUESTS = "several_requests"
    ARTICLE_POLICY = "article_policy"
    URGENT = "urgent"
    UPSET = "upset"
    GRAVE = "grave"
    DENIED = "denied"
    MOOD_UNCLEAR = "mood_unclear"
    LANGUAGE = "language"
    NOT_CALIBRATED = "not_calibrated"
    NO_EVIDENCE = "no_evidence"
    INCOMPLETE = "incomplete"
    FAILED = "failed"


class Reason(Contract):
    """A code for machines and a sentence for people."""

    code: ReasonCode
    text: str


class Recommendation(Reply):
    """Ranked replies, best first; what to do next; who; and whether a person is needed.

    `bound` is that of the best reply; None where there is none.
    """

    suggestions: tuple[Suggestion, ...]
    next_actions: tuple[NextAction, ...]
    department: str
    decision: Decision
    reason: Reason
    bound: RiskBound | None = None
