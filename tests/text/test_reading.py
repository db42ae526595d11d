"""What encoders get to see, and which of them run."""

from collections.abc import Sequence

import numpy as np

from ridealong.text.encoders import Embedded, Encoder
from ridealong.text.reading import Reader
from ridealong.text.spelling import Spelling


class Listening(Encoder):
    """Remembers what it was asked; answers rows of one number."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.heard: list[list[str]] = []

    def embed_counted(self, texts: Sequence[str]) -> Embedded:
        self.heard.append(list(texts))
        return Embedded(np.full((len(texts), self.width), self.width, np.float32), 3, 4)


def test_every_encoder_reads_the_repaired_text() -> None:
    first, second = Listening(2), Listening(3)
    reader = Reader(first, companion=second, spelling=Spelling({"order": 5}, ["late", "is"]))

    read = reader.read(["ordr is late"], {"embedding", "companion", "vader"})

    assert first.heard == second.heard == [["order is late"]]
    assert {name: rows.shape for name, rows in read.vectors.items()} == {
        "embedding": (1, 2),
        "companion": (1, 3),
    }
    assert (read.tokens, read.padded_tokens) == (6, 8)


def test_an_encoder_that_nobody_asks_for_does_not_run() -> None:
    first, second = Listening(2), Listening(3)

    read = Reader(first, companion=second).read(["order"], {"embedding"})

    assert set(read.vectors) == {"embedding"}
    assert second.heard == []


def test_without_a_word_list_texts_are_read_as_they_are() -> None:
    encoder = Listening(2)
    Reader(encoder).read(["ordr"], {"embedding"})

    assert encoder.heard == [["ordr"]]
