"""Messages and what the other services say of them, for the tests of aggregation."""

from datetime import UTC, datetime
from typing import Any

from ridealong.contracts.aggregation import AnswerMessage
from ridealong.contracts.contract import Channel, Decision, Route
from ridealong.contracts.intake import MessageReceived, RawMessage
from ridealong.contracts.nlp import (
    AnalyseText,
    Analysis,
    Embedding,
    Intent,
    Prediction,
    Sentiment,
    Urgency,
)
from ridealong.contracts.preprocessing import PreparedMessage, TextFeatures
from ridealong.contracts.recommendation import (
    Action,
    NextAction,
    Reason,
    ReasonCode,
    Recommendation,
)
from tests.fakes import FakeSidecar

MESSAGE_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
RAW_TEXT = "Where is my order 12345? Jane Doe"
MASKED_TEXT = "Where is my order 12345? [PERSON_1]"


def message(**changes: Any) -> AnswerMessage:
    fields: dict[str, Any] = {
        "tenant": "demo",
        "message_id": MESSAGE_ID,
        "conversation_id": "conversation-1",
        "customer_hash": "c0ffee",
        "channel": Channel.CHAT,
        "text": RAW_TEXT,
        "received_at": datetime.now(UTC),
    }
    return AnswerMessage(**fields | changes)


def received(route: Route = Route.QUEUED) -> MessageReceived:
    return MessageReceived(
        tenant="demo",
        occurred_at=datetime.now(UTC),
        message_id=MESSAGE_ID,
        conversation_id="conversation-1",
        customer_hash="c0ffee",
        channel=Channel.CHAT,
        route=route,
    )


def sidecar_with_peers(**changes: Any) -> FakeSidecar:
    """A sidecar behind which every other service answers; `changes` are of the stored message."""
    sidecar = FakeSidecar()
    sidecar.answer("preprocessing", "/prepare", prepared())
    sidecar.answer("nlp", "/analyse", analysis())
    sidecar.answer("recommendation", "/suggest", recommendation())
    raw = RawMessage(**message(**changes).model_dump() | {"attachments": ()})
    sidecar.answer("intake", "/messages/read", raw)
    return sidecar


def asked_of_nlp(sidecar: FakeSidecar) -> AnalyseText:
    """What `nlp` was asked, the only time it was."""
    (body,) = [body for app_id, _, _, body in sidecar.calls if app_id == "nlp"]
    return AnalyseText.model_validate_json(body)


def prepared() -> PreparedMessage:
    features = TextFeatures(
        characters=34,
        words=7,
        sentences=2,
        exclamation_marks=0,
        question_marks=1,
        upper_case_share=0.1,
        digits=5,
        urls=0,
        emoji=0,
    )
    return PreparedMessage(
        text=MASKED_TEXT,
        subject=None,
        language="en",
        language_confidence=1,
        entities=(),
        placeholders=("[PERSON_1]",),
        features=features,
    )


def analysis() -> Analysis:
    return Analysis(
        intents=(Intent(name="commerce.track_order", probability=0.9),),
        reject_score=0.02,
        is_rejected=False,
        sentiment=Sentiment(
            label="neutral", probabilities={"negative": 0.2, "neutral": 0.7, "positive": 0.1}
        ),
        urgency=Urgency(score=0.4, reasons=("deadline",)),
        embedding=Embedding(model="minilm", vector="AACAPw=="),
        predictions=(Prediction(prediction_id="p1", model="understand-en", model_version="1"),),
    )


def recommendation() -> Recommendation:
    return Recommendation(
        suggestions=(),
        next_actions=(NextAction(action=Action.LOOK_UP, about="order"),),
        department="orders",
        decision=Decision.SUGGEST,
        reason=Reason(code=ReasonCode.ALLOWED_TO_SUGGEST, text="A person sends it."),
    )
