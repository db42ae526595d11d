"""A pipeline with a second encoder and a word list, opened and run as the server does."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ridealong.serving.errors import ModelUnusable
from ridealong.serving.models.opening import Opener
from ridealong.serving.models.runner import LoadedModel
from tests.serving.tiny_models import PACK, write_encoder, write_pipeline

COMPANION = {
    "model": "tiny-encoder",
    "version": "1",
    "kind": "wordpiece",
    "output": "companion",
}
WORDS = {"spelling.txt": b"order 9\nrefund 4\n"}


def opened(store: Path, **manifest: Any) -> LoadedModel:
    write_encoder(store)
    opener = Opener(store)
    return opener.open(opener.prepare(write_pipeline(store, **manifest)))


def ask(model: LoadedModel, *texts: str) -> dict[str, Any]:
    outputs = [spec.name for spec in model.signature.outputs]
    return model.runner.run({"text": np.array(texts, dtype=object)}, outputs)


def test_a_head_may_read_the_vectors_of_two_encoders(tmp_path: Path) -> None:
    model = opened(tmp_path, pack_features=("embedding", "companion"), companion=COMPANION)

    answer = ask(model, "where is my order", "refund please !")

    assert answer["commerce"].shape == (2, len(PACK))
    assert np.allclose(answer["commerce"].sum(axis=1), 1)


def test_mistyped_words_are_put_right_before_any_encoder_reads(tmp_path: Path) -> None:
    model = opened(tmp_path, files=WORDS, spelling="spelling.txt")

    mistyped, right = (ask(model, text) for text in ("where is my ordr", "where is my order"))

    assert np.array_equal(mistyped["embedding"], right["embedding"])
    assert np.array_equal(mistyped["commerce"], right["commerce"])


def test_without_a_word_list_a_mistyped_word_is_an_unknown_one(tmp_path: Path) -> None:
    model = opened(tmp_path)

    mistyped, right = (ask(model, text) for text in ("where is my ordr", "where is my order"))

    assert not np.array_equal(mistyped["embedding"], right["embedding"])


def test_rows_together_answer_as_rows_alone(tmp_path: Path) -> None:
    model = opened(
        tmp_path,
        pack_features=("embedding", "companion"),
        companion=COMPANION,
        files=WORDS,
        spelling="spelling.txt",
    )
    texts = ["where is my ordr", "refund please !", "", "order order order"]

    together = ask(model, *texts)

    for place, text in enumerate(texts):
        for output, rows in ask(model, text).items():
            assert np.allclose(rows[0], together[output][place], atol=1e-6)


def test_a_word_list_that_is_not_listed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="word list for spelling"):
        opened(tmp_path, spelling="spelling.txt")


def test_a_word_list_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"spelling\.txt cannot be read"):
        opened(tmp_path, files={"spelling.txt": b"no count\n"}, spelling="spelling.txt")


def test_a_companion_that_is_not_in_the_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="its encoder missing/1"):
        opened(tmp_path, companion=COMPANION | {"model": "missing"})


def test_the_feature_of_a_companion_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="need a companion"):
        opened(tmp_path, pack_features=("embedding", "companion"))
