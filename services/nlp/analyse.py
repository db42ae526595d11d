"""The verb: which model reads a text, and what of its reading leaves the system."""

import base64
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Final, Protocol

from ridealong.contracts.nlp import (
    AnalyseText,
    Analysis,
    Embedding,
    Intent,
    Prediction,
    Sentiment,
    SentimentLabel,
)
from ridealong.contracts.preprocessing import UNKNOWN_LANGUAGE
from services.nlp.errors import ModelMisfit
from services.nlp.urgency import Mood, rate_urgency

ENGLISH: Final = "en"
LATIN_ENDS: Final = "\u0250"
LATIN_SAMPLE: Final = 400
SCOPE, EMBEDDING, SENTIMENT, EMOTION = "scope", "embedding", "sentiment", "emotion"

Scores = Mapping[str, float]


@dataclass(frozen=True)
class Reading:
    """One prediction of one model over one text.

    A vector, and scores by label for every head asked.
    """

    prediction_id: str
    model: str
    model_version: str
    embedding: Sequence[float]
    heads: Mapping[str, Scores]


class Reader(Protocol):
    """Whoever runs a model of ours on a text."""

    async def read(self, model: str, text: str, packs: Sequence[str], tenant: str) -> Reading:
        """All heads in one call."""


@dataclass(frozen=True)
class Rules:
    """What the rules need to know of a deployment."""

    packs: Sequence[str]
    english_model: str
    multilingual_model: str
    top_intents: int
    reject_above: float


async def analyse_text(asked: AnalyseText, rules: Rules, reader: Reader) -> Analysis:
    """What is wanted, in which mood, how urgently; by one prediction."""
    model = choose_model(asked.text, asked.language, rules)
    reading = await reader.read(model, asked.text, rules.packs, asked.tenant)
    reject_score = score_rejection(reading.heads[SCOPE], rules.packs)
    sentiment = read_sentiment(reading.heads[SENTIMENT])
    mood = Mood(reading.heads[EMOTION], sentiment.probabilities[SentimentLabel.NEGATIVE])
    return Analysis(
        intents=rank_intents(reading.heads, rules.packs, rules.top_intents),
        reject_score=reject_score,
        is_rejected=reject_score > rules.reject_above,
        sentiment=sentiment,
        urgency=rate_urgency(asked.text, asked.features, mood),
        embedding=Embedding(model=reading.model, vector=encode_vector(reading.embedding)),
        predictions=(
            Prediction(
                prediction_id=reading.prediction_id,
                model=reading.model,
                model_version=reading.model_version,
            ),
        ),
    )


def choose_model(text: str, language: str, rules: Rules) -> str:
    """English, and Latin script too short to tell, go to the sharper English model."""
    if language == ENGLISH or (language == UNKNOWN_LANGUAGE and is_mostly_latin(text)):
        return rules.english_model
    return rules.multilingual_model


def is_mostly_latin(text: str) -> bool:
    """Whether most letters at the start of a text are Latin; a text without letters is."""
    letters = [letter for letter in text[:LATIN_SAMPLE] if letter.isalpha()]
    return 2 * sum(letter < LATIN_ENDS for letter in letters) >= len(letters)


def score_rejection(scope: Scores, packs: Sequence[str]) -> float:
    """The probability that none of the tenant's packs is meant."""
    missing = [pack for pack in packs if pack not in scope]
    if missing:
        raise ModelMisfit(f"the model's scope does not know the packs: {', '.join(missing)}")
    return clip(1 - sum(scope[pack] for pack in packs))


def rank_intents(
    heads: Mapping[str, Scores], packs: Sequence[str], most: int
) -> tuple[Intent, ...]:
    """Best first over all packs together.

    The pack's own probability times the intent's within it.
    """
    scope = heads[SCOPE]
    scored = (
        (scope[pack] * score, pack, label) for pack in packs for label, score in heads[pack].items()
    )
    best = nlargest(most, scored)
    return tuple(
        Intent(name=f"{pack}.{label}", probability=clip(score)) for score, pack, label in best
    )


def read_sentiment(scores: Scores) -> Sentiment:
    """The likeliest of exactly the three classes we speak of."""
    if set(scores) != set(SentimentLabel):
        raise ModelMisfit("the model's sentiment has other classes than ours")
    probabilities = {label: clip(scores[label]) for label in SentimentLabel}
    return Sentiment(
        label=max(SentimentLabel, key=probabilities.__getitem__), probabilities=probabilities
    )


def clip(probability: float) -> float:
    """Sums of float32 may miss 0 and 1 by a hair."""
    return round(min(max(probability, 0.0), 1.0), 6)


def encode_vector(vector: Sequence[float]) -> str:
    """Base64 of little-endian float32."""
    return base64.b64encode(array("f", vector).tobytes()).decode()
