"""What `recommendation` proposes, and on what evidence."""

from enum import StrEnum

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
    """`POST /suggest`. Parts that could not be had are None and named in `missing`."""

    tenant: Tenant
    message_id: MessageId
    channel: Channel
    text: str
    language: str
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


class Suggestion(Contract):
    """A reply that could be sent as it stands: no slot is open. `score` ranks; 1 is a sure match.

    `probability` is calibrated: that the article answers what is asked. `slots_missing` are asked
    for in the reply.
    """

    article_id: str
    title: str
    reply: str
    language: str
    score: Probability
    probability: Probability = 0.0
    slots_missing: tuple[EntityType, ...] = ()
    evidence: tuple[Evidence, ...]


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
    LANGUAGE = "language"
    NO_EVIDENCE = "no_evidence"
    INCOMPLETE = "incomplete"
    FAILED = "failed"


class Reason(Contract):
    """A code for machines and a sentence for people."""

    code: ReasonCode
    text: str


class Recommendation(Reply):
    """Ranked replies, best first; what to do next; who; and whether a person is needed."""

    suggestions: tuple[Suggestion, ...]
    next_actions: tuple[str, ...]
    department: str
    decision: Decision
    reason: Reason
