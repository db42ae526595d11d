"""Events and rows for tests of the lake."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ridealong.contracts.aggregation import MessageAnswered, OfferedSuggestion
from ridealong.contracts.contract import Channel, Decision, Route
from ridealong.contracts.inference import PredictionMade
from ridealong.contracts.intake import CustomerForgotten, MessageReceived
from ridealong.contracts.nlp import Intent, Prediction, Sentiment, SentimentLabel, Urgency
from ridealong.contracts.recommendation import Reason, ReasonCode
from ridealong.lake.lake import Lake
from ridealong.lake.table import Row

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def message_id(number: int) -> str:
    return f"01990000-0000-7000-8000-{number:012x}"


def received(number: int = 1, **changes: Any) -> MessageReceived:
    given: dict[str, Any] = {
        "tenant": "acme",
        "occurred_at": NOON + number * MINUTE,
        "message_id": message_id(number),
        "conversation_id": f"conversation-{number}",
        "customer_hash": "hash-1",
        "channel": Channel.CHAT,
        "route": Route.QUEUED,
    }
    return MessageReceived(**(given | changes))


def answered(number: int = 1, **changes: Any) -> MessageAnswered:
    given: dict[str, Any] = {
        "tenant": "acme",
        "occurred_at": NOON + number * MINUTE + timedelta(seconds=5),
        "received_at": NOON + number * MINUTE,
        "message_id": message_id(number),
        "conversation_id": f"conversation-{number}",
        "customer_hash": "hash-1",
        "channel": Channel.CHAT,
        "route": Route.QUEUED,
        "text": "where is order 12345, [PERSON_1]?",
        "language": "en",
        "intents": (Intent(name="commerce.track_order", probability=0.9),),
        "sentiment": Sentiment(
            label=SentimentLabel.NEGATIVE,
            probabilities={
                SentimentLabel.NEGATIVE: 0.7,
                SentimentLabel.NEUTRAL: 0.2,
                SentimentLabel.POSITIVE: 0.1,
            },
        ),
        "urgency": Urgency(score=0.4, reasons=("anger",)),
        "department": "shipping",
        "decision": Decision.SUGGEST,
        "reason": Reason(code=ReasonCode.ALLOWED_TO_SUGGEST, text="fits"),
        "missing": (),
        "suggestions": (OfferedSuggestion(article_id="track-order", score=0.8),),
        "predictions": (
            Prediction(prediction_id=f"prediction-{number}", model="m", model_version="1"),
        ),
    }
    return MessageAnswered(**(given | changes))


def predicted(number: int = 1, **changes: Any) -> PredictionMade:
    given: dict[str, Any] = {
        "tenant": "acme",
        "occurred_at": NOON + number * MINUTE,
        "prediction_id": f"prediction-{number}",
        "model": "understand-en",
        "model_version": "1",
        "rows": 1,
        "input_digest": "digest",
        "took_ms": 9.5,
    }
    return PredictionMade(**(given | changes))


def forgotten(customer_hash: str = "hash-1", **changes: Any) -> CustomerForgotten:
    given: dict[str, Any] = {
        "tenant": "acme",
        "occurred_at": NOON,
        "customer_hash": customer_hash,
        "message_ids": (),
    }
    return CustomerForgotten(**(given | changes))


def event_ids(lake: Lake, table: str) -> list[str]:
    rows = lake.query(f"SELECT event_id FROM {table} ORDER BY event_id", {}, (table,))
    return [str(row["event_id"]) for row in rows]


def tombstone(customer_hash: str = "hash-1", tenant: str = "acme") -> Row:
    return {
        "event_id": f"{customer_hash}.forgotten",
        "occurred_at": NOON,
        "tenant": tenant,
        "customer_hash": customer_hash,
    }
