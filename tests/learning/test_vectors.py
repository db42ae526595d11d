"""A text is embedded once, whatever list it stands in; the next run finds its vector."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ridealong.learning.vectors import Matrix, VectorCache
from ridealong.text.encoders import Encoder

GRAPH = "ab" * 32


class CountingEncoder(Encoder):
    """The length of a text and the code of its first letter; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.width = 2

    def embed_padded(self, texts: Sequence[str]) -> Matrix:
        self.asked += texts
        return np.array([[len(text), ord(text[0])] for text in texts], dtype=np.float32)


@pytest.fixture
def encoder() -> CountingEncoder:
    return CountingEncoder()


def test_a_text_that_stands_twice_is_embedded_once(
    encoder: CountingEncoder, tmp_path: Path
) -> None:
    vectors = VectorCache(encoder, GRAPH, tmp_path).embed(["late", "where", "late"])

    assert vectors.tolist() == [[4, ord("l")], [5, ord("w")], [4, ord("l")]]
    assert sorted(encoder.asked) == ["late", "where"]


def test_the_next_run_embeds_only_what_is_new(encoder: CountingEncoder, tmp_path: Path) -> None:
    VectorCache(encoder, GRAPH, tmp_path).embed(["late", "where"])
    encoder.asked.clear()

    vectors = VectorCache(encoder, GRAPH, tmp_path).embed(["where", "refund"])

    assert encoder.asked == ["refund"]
    assert vectors.tolist() == [[5, ord("w")], [6, ord("r")]]


def test_another_graph_has_vectors_of_its_own(encoder: CountingEncoder, tmp_path: Path) -> None:
    VectorCache(encoder, GRAPH, tmp_path).embed(["late"])

    VectorCache(encoder, "cd" * 32, tmp_path).embed(["late"])

    assert encoder.asked == ["late", "late"]


def test_progress_counts_every_row(encoder: CountingEncoder, tmp_path: Path) -> None:
    told: list[int] = []
    cache = VectorCache(encoder, GRAPH, tmp_path)
    cache.embed(["late"])

    cache.embed(["late", "where", "where", "refund"], advance=told.append)

    assert sum(told) == 4


def test_a_run_that_died_while_writing_leaves_nothing_to_read(
    encoder: CountingEncoder, tmp_path: Path
) -> None:
    (tmp_path / GRAPH[:16]).mkdir()
    (tmp_path / GRAPH[:16] / ".0123.77.partial").write_bytes(b"PK half")

    VectorCache(encoder, GRAPH, tmp_path).embed(["late"])

    assert encoder.asked == ["late"]


def test_no_text_and_half_a_character_are_no_failure(
    encoder: CountingEncoder, tmp_path: Path
) -> None:
    cache = VectorCache(encoder, GRAPH, tmp_path)

    assert cache.embed([]).shape == (0, 2)
    assert cache.embed(["\ud800"]).shape == (1, 2)
