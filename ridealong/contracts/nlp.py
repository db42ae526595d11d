"""What `nlp` reads in a prepared message."""

from enum import StrEnum

from ridealong.contracts.contract import Contract, MessageId, Probability, Reply, Request, Tenant
from ridealong.contracts.preprocessing import TextFeatures


class AnalyseText(Request):
    """`POST /analyse`. `text` is masked."""

    tenant: Tenant
    message_id: MessageId
    text: str
    language: str
    features: TextFeatures


class Intent(Contract):
    """`name` is `<pack>.<label>` out of the active label set, never anything else."""

    name: str
    probability: Probability


class SentimentLabel(StrEnum):
    """Three classes."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Sentiment(Contract):
    """The likeliest class, and all three with their probabilities."""

    label: SentimentLabel
    probabilities: dict[SentimentLabel, Probability]


class Urgency(Contract):
    """0 can wait, 1 cannot; `reasons` are codes such as `anger`, `deadline`, `money`."""

    score: Probability
    reasons: tuple[str, ...]


class Prediction(Contract):
    """Which model said it, under an id that feedback can name."""

    prediction_id: str
    model: str
    model_version: str


class Embedding(Contract):
    """A unit vector, base64 of little-endian float32, and the model whose space it lives in."""

    model: str
    vector: str


class Analysis(Reply):
    """Ranked intents, best first.

    `reject_score` is the probability that none of the tenant's intents is meant.
    """

    intents: tuple[Intent, ...]
    reject_score: Probability
    is_rejected: bool
    sentiment: Sentiment
    urgency: Urgency
    embedding: Embedding
    predictions: tuple[Prediction, ...]
