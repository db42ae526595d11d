"""What the lake keeps of each event: ids, labels and numbers, masked text at most."""

import pyarrow as pa

from ridealong.contracts.aggregation import MessageAnswered
from ridealong.contracts.contract import Event
from ridealong.contracts.inference import PredictionMade
from ridealong.contracts.intake import CustomerForgotten, MessageReceived
from ridealong.lake.lake import Lake
from ridealong.lake.table import Row, TableSpec

TEXT, NUMBER, TIME = pa.string(), pa.float64(), pa.timestamp("us", "UTC")


def text_column(name: str) -> pa.Field:
    """A column that always has a text."""
    return pa.field(name, TEXT, nullable=False)


def time_column(name: str) -> pa.Field:
    """A column that always has a time."""
    return pa.field(name, TIME, nullable=False)


EVENT = (text_column("event_id"), time_column("occurred_at"), text_column("tenant"))
MESSAGE = (
    text_column("message_id"),
    text_column("conversation_id"),
    text_column("customer_hash"),
    text_column("channel"),
    text_column("route"),
)
RECEIVED = TableSpec("messages_received", (*EVENT, *MESSAGE), ("event_id", "occurred_at", "tenant"))
ANSWERED = TableSpec(
    "messages_answered",
    (
        *EVENT,
        *MESSAGE,
        time_column("received_at"),
        text_column("text"),
        text_column("language"),
        pa.field("intent", TEXT),
        pa.field("intents", pa.list_(pa.struct([("name", TEXT), ("probability", NUMBER)]))),
        pa.field("sentiment", TEXT),
        pa.field("sentiment_probability", NUMBER),
        pa.field("urgency", NUMBER),
        text_column("department"),
        text_column("decision"),
        text_column("reason"),
        pa.field("missing", pa.list_(TEXT)),
        pa.field(
            "suggestions",
            pa.list_(pa.struct([("article_id", TEXT), ("score", NUMBER), ("propensity", NUMBER)])),
        ),
        pa.field(
            "predictions",
            pa.list_(
                pa.struct([("prediction_id", TEXT), ("model", TEXT), ("model_version", TEXT)])
            ),
        ),
    ),
    ("event_id", "occurred_at", "tenant", "received_at"),
)
PREDICTED = TableSpec(
    "predictions_made",
    (
        *EVENT,
        text_column("prediction_id"),
        text_column("model"),
        text_column("model_version"),
        pa.field("rows", pa.int64(), nullable=False),
        text_column("input_digest"),
        pa.field("took_ms", NUMBER, nullable=False),
        pa.field("failure", TEXT),
    ),
    ("event_id", "occurred_at", "tenant"),
)
# Of events that somebody could not take: arrivals and resends, each a row with an id of its own.
JOURNAL = TableSpec(
    "dead_letters",
    (
        text_column("event_id"),
        time_column("occurred_at"),
        text_column("letter_id"),
        text_column("status"),
        text_column("topic"),
        text_column("app_id"),
        text_column("original_id"),
        pa.field("tenant", TEXT),
        pa.field("customer_hash", TEXT),
        pa.field("outcome", TEXT),
        pa.field("event", TEXT),
    ),
    ("event_id", "occurred_at", "letter_id"),
)


def row_of(event: Event) -> dict[str, object]:
    """What every event has."""
    return {"event_id": event.event_id, "occurred_at": event.occurred_at, "tenant": event.tenant}


def received_row(event: MessageReceived) -> Row:
    """A message came in."""
    return row_of(event) | event.model_dump(
        include={"message_id", "conversation_id", "customer_hash", "channel", "route"}
    )


def answered_row(event: MessageAnswered) -> Row:
    """A message has its answer. The first intent is a column of its own, for reports."""
    plain = {
        "message_id",
        "conversation_id",
        "customer_hash",
        "channel",
        "route",
        "received_at",
        "text",
        "language",
    }
    nested = {"intents", "department", "decision", "suggestions", "predictions"}
    sentiment = event.sentiment
    return {
        **row_of(event),
        **event.model_dump(include=plain | nested),
        "intent": event.intents[0].name if event.intents else None,
        "sentiment": sentiment.label if sentiment else None,
        "sentiment_probability": sentiment.probabilities.get(sentiment.label)
        if sentiment
        else None,
        "urgency": event.urgency.score if event.urgency else None,
        "reason": event.reason.code,
        "missing": [missing.part for missing in event.missing],
    }


def prediction_row(event: PredictionMade) -> Row:
    """A model answered or failed."""
    measured = {
        "prediction_id",
        "model",
        "model_version",
        "rows",
        "input_digest",
        "took_ms",
        "failure",
    }
    return row_of(event) | event.model_dump(include=measured)


PREDICTIONS_OF = """
SELECT DISTINCT unnest(predictions).prediction_id AS prediction_id
FROM messages_answered WHERE tenant = $tenant AND customer_hash = $customer_hash
"""


def forget(lake: Lake, event: CustomerForgotten) -> None:
    """Predictions first: they name no customer, and only the customer's answers name them."""
    customer = {"tenant": event.tenant, "customer_hash": event.customer_hash}
    found = lake.query(PREDICTIONS_OF, customer, (ANSWERED.name,))
    if found:
        lake.delete(
            PREDICTED.name,
            tenant=event.tenant,
            prediction_id=[str(row["prediction_id"]) for row in found],
        )
    lake.forget(row_of(event) | {"customer_hash": event.customer_hash})


# A message may be received twice (live, then queued) and answered twice (failed, then done after
# all): it counts once, with its latest answer. Days are compared first, because files are sorted
# into days; a day more on both sides, because the two receptions may fall on different ones.
MESSAGES = """
WITH received AS (
    SELECT message_id,
        any_value(conversation_id) AS conversation_id,
        min(occurred_at) AS received_at
    FROM messages_received
    WHERE tenant = $tenant AND day BETWEEN $first_day AND $last_day
    GROUP BY message_id
), answered AS (
    SELECT message_id, conversation_id, received_at, intent, language, sentiment, decision
    FROM messages_answered
    WHERE tenant = $tenant AND day >= $first_day
    QUALIFY row_number() OVER (
        PARTITION BY message_id ORDER BY occurred_at DESC, event_id
    ) = 1
), messages AS (
    SELECT message_id, intent, language, sentiment, decision,
        coalesce(answered.conversation_id, received.conversation_id) AS conversation_id,
        coalesce(answered.received_at, received.received_at) AS received_at
    FROM received FULL JOIN answered USING (message_id)
    WHERE coalesce(answered.received_at, received.received_at) >= $since
        AND coalesce(answered.received_at, received.received_at) < $until
)
"""
