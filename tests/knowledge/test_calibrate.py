"""What is counted for the thresholds, shown on a few messages whose right article is known."""

import numpy as np

from ridealong.knowledge.calibrate import Asked, answer, judge, read_intents
from ridealong.knowledge.risk import Judged, read_calibrations
from ridealong.knowledge.shelf import Floats, Match, Shelf
from ridealong.learning.corpus import PACKS, SCOPES
from ridealong.learning.heads import Head
from ridealong.learning.pipelines import PIPELINES
from tests.knowledge.articles import article, card_article, refund_article

LABELS = {
    "banking": ("lost_or_stolen_card", "other"),
    "commerce": ("track_order", "get_refund"),
    "general": ("joke", "weather"),
}
SHELF = Shelf((article(), refund_article(), card_article()))


def head(labels: tuple[str, ...], bias: tuple[float, ...]) -> Head:
    """Says the same of every message."""
    weight = np.zeros((2, len(labels)), dtype=np.float32)
    return Head(labels, weight, np.log(np.array(bias, dtype=np.float32)), one_of_many=True)


def heads(*scope: float) -> dict[str, Head]:
    packs = {pack: head(LABELS[pack], (0.9, 0.1)) for pack in PACKS}
    return {"scope": head(SCOPES, scope), **packs}


def replies(asked: list[Asked], *scope: float, near: float = 0.9) -> list[tuple[Match, str | None]]:
    passages = np.full((len(SHELF.passages), 2), near, dtype=np.float32)
    return list(answer(asked, heads(*scope), SHELF, passages, "understand-en"))


def features() -> Floats:
    return np.array([1, 0], dtype=np.float32)


def test_intents_are_ranked_over_all_packs_as_they_are_served() -> None:
    read = read_intents(heads(0.6, 0.3, 0.05, 0.05), features())

    assert list(read)[:2] == ["banking.lost_or_stolen_card", "commerce.track_order"]
    assert abs(read["commerce.track_order"] - 0.27) < 1e-6


def test_a_message_that_would_be_rejected_gets_no_reply() -> None:
    assert read_intents(heads(0.2, 0.1, 0.1, 0.6), features()) == {}
    assert replies([Asked("order", features(), "commerce.track_order")], 0.2, 0.1, 0.1, 0.6) == []


def test_a_message_without_evidence_gets_no_reply() -> None:
    asked = [Asked("order", features(), "commerce.track_order")]

    assert replies(asked, 0.05, 0.9, 0.02, 0.03, near=0.01) == []


def test_replies_are_counted_by_pack_and_intent_and_the_wrong_ones_by_how_sure_they_seemed() -> (
    None
):
    asked = [
        Asked("order", features(), "commerce.track_order"),
        Asked("order", features(), "commerce.get_refund"),
        Asked("order", features(), None),
    ]

    made = judge(replies(asked, 0.05, 0.9, 0.02, 0.03), model_version="7")

    counted = Judged(messages=3, wrong=(0.81, 0.81))
    assert (made.model_version, made.languages) == ("7", frozenset({"en"}))
    assert made.packs == {"commerce": counted}
    assert made.intents == {"commerce.track_order": counted}


def test_nothing_of_a_message_is_written() -> None:
    asked = [Asked("my secret order", features(), None)]

    written = judge(replies(asked, 0.05, 0.9, 0.02, 0.03), model_version="1").model_dump_json()

    assert "secret" not in written


def test_the_shipped_calibration_is_of_the_heads_that_are_shipped() -> None:
    shipped = {pipeline.name: pipeline.version for pipeline in PIPELINES}

    for name, calibration in read_calibrations().items():
        assert calibration.model_version == shipped[name], "run ridealong.knowledge.calibrate"
