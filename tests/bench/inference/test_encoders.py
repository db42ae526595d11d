"""The texts and the store of the embedding benchmark."""

from argparse import ArgumentTypeError
from pathlib import Path

import numpy as np
import pytest

from bench.inference.encoders import CANDIDATES, mixed_texts, write_store
from bench.inference.options import one_of
from ridealong.serving.models.manifest import read_manifest
from ridealong.text.encoders import Wordpieces
from tests.learning.stores import real_store

INT8 = next(each for each in CANDIDATES if each.name == "int8")


def test_texts_have_every_length_alike() -> None:
    tokenizer = Wordpieces(real_store() / "minilm" / "1" / "tokenizer.json", 256)

    lengths = [len(tokenizer.ids(text)) for text in mixed_texts(tokenizer, 300, seed=1)]

    assert min(lengths) < 12
    assert 120 < max(lengths) <= 128
    assert np.mean(lengths) == pytest.approx(66, abs=8)


def test_texts_are_the_same_in_every_run() -> None:
    tokenizer = Wordpieces(real_store() / "minilm" / "1" / "tokenizer.json", 256)

    assert mixed_texts(tokenizer, 5, seed=1) == mixed_texts(tokenizer, 5, seed=1)


def test_the_store_holds_an_encoder_and_a_pipeline_with_true_manifests(tmp_path: Path) -> None:
    store = write_store(tmp_path / "store", tmp_path, [INT8])

    encoder = read_manifest(store / "minilm" / "1")
    pipeline = read_manifest(store / "embed-int8" / "1")
    assert pipeline.encoder is not None
    assert (pipeline.encoder.model, pipeline.encoder.version) == (encoder.name, encoder.version)
    assert pipeline.outputs[0].shape == encoder.outputs[0].shape


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ArgumentTypeError, match="fp33 is not one of fp32, int8"):
        one_of(["fp32", "int8"], "fp32,fp33")
