"""The encoders of the real store, as training and serving use them."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ridealong.text.encoders import (
    SENTENCEPIECE,
    WORDPIECE,
    Encoder,
    EncoderKindUnknown,
    load_encoder,
)
from tests.learning.sentences import SENTENCES
from tests.learning.stores import real_store

ENCODERS = {"minilm": WORDPIECE, "use-multilingual": SENTENCEPIECE}


@pytest.fixture(scope="module", params=sorted(ENCODERS))
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return load_encoder(ENCODERS[request.param], real_store() / request.param / "1", 64)


@pytest.fixture(scope="module")
def multilingual() -> Encoder:
    return load_encoder(SENTENCEPIECE, real_store() / "use-multilingual" / "1", 64)


def similarity(encoder: Encoder, one: str, other: str) -> float:
    first, second = encoder.embed([one, other])
    return float(first @ second)


def test_every_vector_has_length_one(encoder: Encoder) -> None:
    vectors = encoder.embed(SENTENCES)

    assert vectors.shape == (len(SENTENCES), encoder.width)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def mixed_texts() -> list[str]:
    """Short and long ones in turn, some of the same length."""
    return [" ".join(SENTENCES[n : n + 1 + n % 5]) for n in range(len(SENTENCES))] + ["", "ok"]


def test_a_text_among_others_gets_the_vector_it_gets_alone(encoder: Encoder) -> None:
    texts = mixed_texts()

    together = encoder.embed(texts)

    alone = np.stack([encoder.embed_one(text) for text in texts])
    assert np.abs(together - alone).max() < 1e-6


def test_the_order_given_does_not_matter(encoder: Encoder) -> None:
    texts = mixed_texts()

    backwards = encoder.embed(texts[::-1])[::-1]

    assert np.abs(backwards - encoder.embed(texts)).max() < 1e-6


def test_a_padded_batch_equals_its_rows_alone(encoder: Encoder) -> None:
    assert np.abs(encoder.embed_padded(SENTENCES) - encoder.embed(SENTENCES)).max() < 1e-6


def test_little_is_padded_and_counted(encoder: Encoder) -> None:
    texts = mixed_texts()

    embedded = encoder.embed_counted(texts)

    assert embedded.tokens == sum(encoder.tokenize(text).shape[1] for text in texts)
    assert embedded.tokens < embedded.padded_tokens < 1.15 * embedded.tokens


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.embed([]).shape == (0, encoder.width)


def test_many_threads_may_embed_at_once(encoder: Encoder) -> None:
    calls = [SENTENCES[n : n + 4] for n in range(8)]
    expected = [encoder.embed(call) for call in calls]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(encoder.embed, calls))

    for answer, right in zip(answers, expected, strict=True):
        assert np.array_equal(answer, right)


def test_what_is_meant_alike_lies_closer_than_what_is_not(encoder: Encoder) -> None:
    near = similarity(encoder, "Where is my parcel?", "When will my package arrive?")
    far = similarity(encoder, "Where is my parcel?", "What is the tallest mountain of Norway?")

    assert near > far + 0.2


@pytest.mark.parametrize(
    "translated",
    [
        "Ich habe mein Passwort vergessen.",
        "J'ai oublié mon mot de passe.",
        "パスワードを忘れました",
    ],
)
def test_a_translation_lies_close_to_its_original(multilingual: Encoder, translated: str) -> None:
    assert similarity(multilingual, "I forgot my password", translated) > 0.7


@pytest.mark.parametrize("text", ["", " ", "\ud800", "a" * 1_000_000, "x \x00 y", "\u200b" * 500])
def test_odd_texts_get_a_proper_vector(encoder: Encoder, text: str) -> None:
    vector = encoder.embed_one(text)

    assert np.isfinite(vector).all()
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-5


def test_a_long_text_is_cut_to_the_most_tokens_and_keeps_its_end_mark(encoder: Encoder) -> None:
    short, long = encoder.tokenize("order"), encoder.tokenize("order " * 500)

    assert long.shape == (1, 64)
    assert long[0, -1] == short[0, -1]


def test_an_unknown_kind_of_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderKindUnknown, match="bytes"):
        load_encoder("bytes", tmp_path, 64)
