"""Long messages and several requests: which sentences speak for the message, and how."""

import base64
import struct
from collections.abc import Mapping, Sequence

import pytest

from ridealong.own_intents.readings import Reading, Row, Scores
from services.nlp.analyse import analyse_text
from tests.nlp.test_analyse import FixedReader, asked, heads, rules

NOTHING = heads(scope={"banking": 0.02, "commerce": 0.03, "general": 0.0, "none": 0.95})
REFUND = heads(
    scope={"banking": 0.0, "commerce": 1.0, "general": 0.0, "none": 0.0},
    commerce={"track_order": 0.05, "get_refund": 0.95},
)
TOP_UP = heads(
    scope={"banking": 1.0, "commerce": 0.0, "general": 0.0, "none": 0.0},
    banking={"card_arrival": 0.1, "top_up_failed": 0.9},
)
LONG = "We had a summer. I want a refund. How are you all? My top up failed."


class Hiding(FixedReader):
    """Nothing is seen in the whole text; its sentences are read by what they are given."""

    def __init__(self, by_text: Mapping[str, Mapping[str, Scores]]) -> None:
        super().__init__(by_text=by_text)
        self.usual = NOTHING

    async def read(
        self, model: str, texts: Sequence[str], packs: Sequence[str], tenant: str
    ) -> Reading:
        reading = await super().read(model, texts, packs, tenant)
        rows = [Row([float(place), 0.0], row.heads) for place, row in enumerate(reading.rows)]
        return Reading("p-1", model, "4", rows)


async def test_one_sentence_is_read_once() -> None:
    reader = FixedReader()

    await analyse_text(asked("where is my order 4711"), rules(), reader)

    assert reader.texts == [["where is my order 7788123"]]


async def test_sentences_that_may_ask_are_read_beside_the_whole_in_one_call() -> None:
    text = (
        "Hello there!\nWhere is my order? I want a refund for the lamp.\nKind regards\n[PERSON_1]"
    )
    reader = FixedReader()

    await analyse_text(asked(text), rules(), reader)

    assert reader.texts == [[text, "Where is my order?", "I want a refund for the lamp."]]


async def test_shouting_is_read_in_small_letters_and_once_more_for_the_mood() -> None:
    reader = FixedReader()

    await analyse_text(asked("WO IST MEIN PAKET?", "de"), rules(), reader)

    assert reader.texts == [["WO IST MEIN PAKET?", "wo ist mein paket?"]]


async def test_a_shouted_text_asks_what_its_small_letters_ask() -> None:
    reader = FixedReader(by_text={"I WANT A REFUND": NOTHING, "i want a refund": REFUND})

    analysis = await analyse_text(asked("I WANT A REFUND"), rules(), reader)

    assert analysis.intents[0].name == "commerce.get_refund"
    assert not analysis.is_rejected


async def test_a_book_is_read_in_a_few_rows() -> None:
    reader = FixedReader()

    await analyse_text(asked("I want my order. It is not here. " * 5_000), rules(), reader)

    assert len(reader.texts[0]) <= 9


async def test_a_request_that_the_whole_hides_is_found_in_its_sentence() -> None:
    analysis = await analyse_text(asked(LONG), rules(), Hiding({"I want a refund.": REFUND}))

    assert analysis.intents[0].name == "commerce.get_refund"
    assert analysis.intents[0].probability == pytest.approx(0.95)
    assert not analysis.is_rejected


async def test_the_vector_is_that_of_the_sentence_that_speaks() -> None:
    analysis = await analyse_text(asked(LONG), rules(), Hiding({"I want a refund.": REFUND}))

    [place, _] = struct.unpack("<2f", base64.b64decode(analysis.embedding.vector))
    assert place > 0


async def test_two_requests_share_the_probability() -> None:
    reader = Hiding({"I want a refund.": REFUND, "My top up failed.": TOP_UP})

    analysis = await analyse_text(asked(LONG), rules(), reader)

    told = [(intent.name, intent.probability) for intent in analysis.intents[:2]]
    assert told == [("commerce.get_refund", 0.475), ("banking.top_up_failed", 0.45)]
    assert sum(intent.probability for intent in analysis.intents) <= 1


async def test_the_same_request_twice_is_one() -> None:
    reader = Hiding({"I want a refund.": REFUND, "My top up failed.": REFUND})

    analysis = await analyse_text(asked(LONG), rules(), reader)

    assert analysis.intents[0].probability == pytest.approx(0.95)


async def test_where_no_sentence_is_sure_the_whole_speaks() -> None:
    analysis = await analyse_text(asked(LONG), rules(), Hiding({}))

    assert analysis.reject_score == pytest.approx(0.95)
    assert analysis.is_rejected


async def test_no_sentence_asks_for_what_the_tenant_does_not_have() -> None:
    reader = Hiding({"I want a refund.": REFUND, "My top up failed.": TOP_UP})

    analysis = await analyse_text(asked(LONG), rules(packs=("banking",)), reader)

    assert [intent.name for intent in analysis.intents] == [
        "banking.top_up_failed",
        "banking.card_arrival",
    ]


async def test_the_mood_is_that_of_the_whole() -> None:
    sunny = heads(sentiment={"negative": 0.0, "neutral": 0.1, "positive": 0.9}) | REFUND
    sunny["sentiment"] = {"negative": 0.0, "neutral": 0.1, "positive": 0.9}

    analysis = await analyse_text(asked(LONG), rules(), Hiding({"I want a refund.": sunny}))

    assert analysis.sentiment.label == "negative"


async def test_every_label_above_its_threshold_is_a_candidate() -> None:
    reader = FixedReader(thresholds={"0.1": {"commerce": 0.2}}, label_set="support-2")

    analysis = await analyse_text(asked(), rules(), reader)

    assert analysis.candidates == ("commerce.track_order", "commerce.get_refund")
    assert analysis.error_rate == 0.1
    assert analysis.label_set == "support-2"


async def test_a_surer_threshold_leaves_fewer_candidates() -> None:
    reader = FixedReader(thresholds={"0.1": {"commerce": 0.3}})

    analysis = await analyse_text(asked(), rules(), reader)

    assert analysis.candidates == ("commerce.track_order",)


async def test_the_likeliest_is_a_candidate_even_below_the_threshold() -> None:
    reader = FixedReader(thresholds={"0.1": {"commerce": 0.99}})

    analysis = await analyse_text(asked(), rules(), reader)

    assert analysis.candidates == ("commerce.track_order",)


@pytest.mark.parametrize("thresholds", [{}, {"0.05": {"commerce": 0.2}}, {"0.1": {"banking": 0.2}}])
async def test_what_was_not_calibrated_has_no_candidates_and_says_so(
    thresholds: Mapping[str, Scores],
) -> None:
    analysis = await analyse_text(asked(), rules(), FixedReader(thresholds=thresholds))

    assert analysis.candidates == ()
    assert analysis.error_rate is None


async def test_candidates_of_two_requests_are_those_of_both() -> None:
    reader = FixedReader(
        by_text={"I want a refund.": REFUND, "My top up failed.": TOP_UP},
        thresholds={"0.1": {"commerce": 0.2, "banking": 0.2}},
    )
    reader.usual = NOTHING

    analysis = await analyse_text(asked(LONG), rules(), reader)

    assert analysis.candidates == ("commerce.get_refund", "banking.top_up_failed")


async def test_a_conversation_that_writes_again_is_more_urgent() -> None:
    first = await analyse_text(asked(), rules(), FixedReader())
    fourth = await analyse_text(asked(earlier_messages=3), rules(), FixedReader())

    assert fourth.urgency.score > first.urgency.score
    assert "repeat" in fourth.urgency.reasons


async def test_mockery_is_marked_as_uncertain() -> None:
    plain = await analyse_text(asked("where is my order"), rules(), FixedReader())
    mocking = await analyse_text(
        asked("Great, just great. Still no parcel."), rules(), FixedReader()
    )

    assert not plain.sentiment.is_uncertain
    assert mocking.sentiment.is_uncertain
