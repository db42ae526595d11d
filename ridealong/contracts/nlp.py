"""What `nlp` reads in a prepared message."""

from enum import StrEnum

from ridealong.contracts.contract import (
    Contract,
    EarlierMessages,
    MessageId,
    Probability,
    Reply,
    Request,
    Tenant,
)
from ridealong.contracts.preprocessing import TextFeatures


class AnalyseText(Request):
    """`POST /analyse`. `text` is masked."""

    tenant: Tenant
    message_id: MessageId
    text: str
    language: str
    features: TextFeatures
    earlier_messages: EarlierMessages = 0


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
    """The likeliest class, and all three with their probabilities.

    `is_uncertain`: cues are mixed, as in mockery, or two classes nearly tie.
    """

    label: SentimentLabel
    probabilities: dict[SentimentLabel, Probability]
    is_uncertain: bool = False


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
    """Ranked intents, best first; those of several requests share the probability.

    `reject_score` is the probability that none of the tenant's intents is meant. `candidates` is
    the conformal set: at most a share of `error_rate` of messages ask for something outside it.
    `error_rate` is None where the model was not calibrated for such sets. `label_set` names the
    closed set that all labels come from. `read_as` is the language of the model that read a text
    too short to tell. `leaves_open`: a sentence asks for something that `intents` do not tell.
    """

    intents: tuple[Intent, ...]
    candidates: tuple[str, ...] = ()
    error_rate: Probability | None = None
    label_set: str | None = None
    read_as: str | None = None
    leaves_open: bool = False
    reject_score: Probability
    is_rejected: bool
    sentiment: Sentiment
    urgency: Urgency
    embedding: Embedding
    predictions: tuple[Prediction, ...]
