"""Which model reads, and what of its reading leaves the system."""

import base64
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ridealong.contracts.nlp import AnalyseText, SentimentLabel
from ridealong.contracts.preprocessing import TextFeatures
from ridealong.own_intents.readings import Reading, Row, Scores
from services.nlp.analyse import Rules, analyse_text, choose_model
from services.nlp.errors import ModelMisfit
from tests.nlp.readings import LABELS, SCORES

MESSAGE_ID = "0190b6a0-0000-7000-8000-000000000000"


def features(**changes: Any) -> TextFeatures:
    plain: dict[str, Any] = dict.fromkeys(TextFeatures.model_fields, 0)
    return TextFeatures(**(plain | {"characters": 20, "words": 5, "sentences": 1} | changes))


def asked(
    text: str = "where is my order", language: str = "en", *, earlier_messages: int = 0
) -> AnalyseText:
    return AnalyseText(
        tenant="acme",
        message_id=MESSAGE_ID,
        text=text,
        language=language,
        features=features(),
        earlier_messages=earlier_messages,
    )


def rules(**changes: Any) -> Rules:
    plain: dict[str, Any] = {
        "packs": ("commerce", "banking"),
        "english_model": "understand-en",
        "multilingual_model": "understand-multilingual",
        "top_intents": 10,
        "reject_above": 0.5,
        "error_rate": 0.1,
    }
    return Rules(**(plain | changes))


def heads(**scores: dict[str, float]) -> dict[str, dict[str, float]]:
    """What `SCORES` say, but for the heads given."""
    read = {head: dict(zip(labels, SCORES[head], strict=True)) for head, labels in LABELS.items()}
    return read | scores


class FixedReader:
    """Reads the same in every text but those that it was given other scores for."""

    def __init__(
        self,
        *,
        by_text: Mapping[str, Mapping[str, Scores]] | None = None,
        thresholds: Mapping[str, Scores] | None = None,
        label_set: str | None = None,
        **scores: dict[str, float],
    ) -> None:
        self.usual = heads(**scores)
        self.by_text = by_text or {}
        self.thresholds = thresholds or {}
        self.label_set = label_set
        self.asked: list[tuple[str, Sequence[str], str]] = []
        self.texts: list[Sequence[str]] = []

    async def read(
        self, model: str, texts: Sequence[str], packs: Sequence[str], tenant: str
    ) -> Reading:
        self.asked.append((model, packs, tenant))
        self.texts.append(texts)
        rows = [Row([0.6, 0.8], self.by_text.get(text, self.usual)) for text in texts]
        return Reading("p-1", model, "4", rows, self.label_set, self.thresholds)


@pytest.mark.parametrize(
    ("text", "language", "model"),
    [
        ("where is my order", "en", "understand-en"),
        ("wo ist mein Paket", "de", "understand-multilingual"),
        ("order 12", "unknown", "understand-en"),
        ("12345", "unknown", "understand-en"),
        ("", "unknown", "understand-en"),
        ("我的订单", "unknown", "understand-multilingual"),
        ("где мой заказ", "unknown", "understand-multilingual"),
    ],
)
def test_the_language_chooses_the_model(text: str, language: str, model: str) -> None:
    assert choose_model(text, language, rules()) == model


async def test_intents_are_ranked_over_all_packs_by_scope_times_pack() -> None:
    analysis = await analyse_text(asked(), rules(), FixedReader())

    assert [(intent.name, intent.probability) for intent in analysis.intents] == [
        ("commerce.track_order", 0.525),
        ("commerce.get_refund", 0.175),
        ("banking.card_arrival", 0.09),
        ("banking.top_up_failed", 0.01),
    ]


async def test_only_the_best_intents_are_told() -> None:
    analysis = await analyse_text(asked(), rules(top_intents=1), FixedReader())

    assert [intent.name for intent in analysis.intents] == ["commerce.track_order"]


async def test_no_intent_of_a_pack_that_the_tenant_lacks_is_told() -> None:
    analysis = await analyse_text(asked(), rules(packs=("banking",)), FixedReader())

    assert {intent.name.split(".")[0] for intent in analysis.intents} == {"banking"}
    assert analysis.reject_score == pytest.approx(0.9)
    assert analysis.is_rejected


async def test_the_reject_score_is_what_the_tenants_packs_leave_over() -> None:
    analysis = await analyse_text(asked(), rules(), FixedReader())

    assert analysis.reject_score == pytest.approx(0.2)
    assert not analysis.is_rejected


async def test_sums_that_miss_one_by_a_hair_stay_probabilities() -> None:
    scope = {"banking": 0.3000001, "commerce": 0.7000001, "general": 0.0, "none": 0.0}

    analysis = await analyse_text(asked(), rules(), FixedReader(scope=scope))

    assert analysis.reject_score == 0


async def test_sentiment_is_the_likeliest_of_the_three_classes() -> None:
    analysis = await analyse_text(asked(), rules(), FixedReader())

    assert analysis.sentiment.label is SentimentLabel.NEGATIVE
    assert analysis.sentiment.probabilities[SentimentLabel.POSITIVE] == 0.05


async def test_other_sentiment_classes_never_leave() -> None:
    strange = {"negative": 0.5, "neutral": 0.2, "mixed": 0.3}

    with pytest.raises(ModelMisfit):
        await analyse_text(asked(), rules(), FixedReader(sentiment=strange))


async def test_a_pack_that_the_model_does_not_know_is_a_named_failure() -> None:
    with pytest.raises(ModelMisfit, match="travel"):
        await analyse_text(asked(), rules(packs=("commerce", "travel")), FixedReader())


async def test_the_vector_is_handed_on_as_little_endian_float32() -> None:
    analysis = await analyse_text(asked(), rules(), FixedReader())

    unpacked = struct.unpack("<2f", base64.b64decode(analysis.embedding.vector))
    assert unpacked == pytest.approx((0.6, 0.8))
    assert analysis.embedding.model == "understand-en"


async def test_one_prediction_made_it_all() -> None:
    reader = FixedReader()

    analysis = await analyse_text(asked(), rules(), reader)

    [prediction] = analysis.predictions
    assert (prediction.prediction_id, prediction.model, prediction.model_version) == (
        "p-1",
        "understand-en",
        "4",
    )
    assert reader.asked == [("understand-en", ("commerce", "banking"), "acme")]
