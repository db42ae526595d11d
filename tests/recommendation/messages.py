"""Analysed messages as `aggregation` sends them, and an `inference` with fixed vectors."""

import base64
import json
from typing import Any

import numpy as np

from ridealong.contracts.contract import Channel
from ridealong.contracts.nlp import Embedding, Intent, Sentiment, SentimentLabel, Urgency
from ridealong.contracts.preprocessing import Entity, EntityType
from ridealong.contracts.recommendation import SuggestReplies

MESSAGE_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
ORDER = Entity(type=EntityType.ORDER_NUMBER, text="12345", value="12345", start=18, end=23)


def message(**changes: Any) -> SuggestReplies:
    fields: dict[str, Any] = {
        "tenant": "demo",
        "message_id": MESSAGE_ID,
        "channel": Channel.CHAT,
        "text": "Where is my order 12345?",
        "language": "en",
        "entities": (ORDER,),
        "intents": intents(track_order=0.95, get_refund=0.02),
        "reject_score": 0.03,
        "is_rejected": False,
        "sentiment": sentiment(0.1),
        "urgency": Urgency(score=0.1, reasons=()),
    }
    return SuggestReplies(**fields | changes)


def intents(pack: str = "commerce", /, **probabilities: float) -> tuple[Intent, ...]:
    return tuple(
        Intent(name=f"{pack}.{label}", probability=probability)
        for label, probability in probabilities.items()
    )


def sentiment(negative: float) -> Sentiment:
    return Sentiment(
        label=SentimentLabel.NEGATIVE if negative > 0.5 else SentimentLabel.NEUTRAL,
        probabilities={
            SentimentLabel.NEGATIVE: negative,
            SentimentLabel.NEUTRAL: 1 - negative,
            SentimentLabel.POSITIVE: 0.0,
        },
    )


def embedding(*numbers: float, model: str = "understand-en") -> Embedding:
    vector = base64.b64encode(np.array(numbers, dtype="<f4").tobytes()).decode()
    return Embedding(model=model, vector=vector)


def vector_of(text: str) -> list[float]:
    """Four numbers that tell apart what the test articles are about."""
    return [float(word in text.lower()) for word in ("order", "refund", "card", "money")]


class FixedInference:
    """Answers `/v2/models/<name>/infer` with `vector_of` each text, and counts."""

    def __init__(self, version: str = "1") -> None:
        self.version = version
        self.texts: list[str] = []

    def __call__(self, body: bytes) -> dict[str, Any]:
        (tensor,) = json.loads(body)["inputs"]
        self.texts += tensor["data"]
        numbers = [number for text in tensor["data"] for number in vector_of(text)]
        output = {"name": "embedding", "datatype": "FP32", "shape": [len(tensor["data"]), 4]}
        return {
            "model_name": "any",
            "model_version": self.version,
            "outputs": [output | {"data": numbers}],
        }
