import numpy as np
import pytest

from ridealong.text.features import WIDTHS, FeatureNameUnknown, FeatureRows, share_of_loud_words

EMBEDDING = np.array([0.6, 0.8], dtype=np.float32)
VECTORS = {"embedding": EMBEDDING}
ROWS = FeatureRows()


def test_an_embedding_alone_is_passed_through_untouched() -> None:
    assert ROWS.assemble(["embedding"], "any", VECTORS) is EMBEDDING


def test_features_stand_side_by_side_in_the_order_asked_for() -> None:
    row = ROWS.assemble(["vader", "embedding"], "I love it", VECTORS)

    assert row.dtype == np.float32
    assert len(row) == WIDTHS["vader"] + 2
    assert row[-2:].tolist() == EMBEDDING.tolist()


def test_words_of_support_stand_beside_the_scores_of_vader() -> None:
    row = ROWS.assemble(["vader", "mood"], "still no reply from you", VECTORS)

    assert len(row) == WIDTHS["vader"] + WIDTHS["mood"]
    assert row.dtype == np.float32


def test_vader_tells_praise_from_anger() -> None:
    praise, anger = (
        ROWS.vader("This is wonderful, thank you!"),
        ROWS.vader("This is a terrible scam"),
    )

    assert praise[0] > 0.5
    assert anger[0] < -0.5


def test_shouting_and_exclamation_marks_are_seen() -> None:
    calm, loud = ROWS.vader("where is my order"), ROWS.vader("WHERE IS MY ORDER!!!!!!")

    assert calm[4:].tolist() == [0, 0]
    assert loud[4:].tolist() == [1, 1]


@pytest.mark.parametrize("text", ["", "   ", "\ud800", "\U0001f600", "bad " * 100_000])
def test_odd_texts_give_finite_features(text: str) -> None:
    assert np.isfinite(ROWS.vader(text)).all()


def test_short_words_and_numbers_in_capitals_are_not_shouting() -> None:
    assert share_of_loud_words("I AM 1234 fine OK") == 0


def test_a_feature_nobody_makes_is_refused() -> None:
    with pytest.raises(FeatureNameUnknown, match="tfidf"):
        ROWS.assemble(["tfidf"], "any", VECTORS)
