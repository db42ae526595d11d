"""What a text becomes before any head sees it: spelling put right, then vectors."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ridealong.text.encoders import Encoder
from ridealong.text.features import COMPANION, EMBEDDING
from ridealong.text.spelling import Spelling

Matrix = NDArray[np.float32]


class Read(NamedTuple):
    """Vectors by feature name, one row per text, and the tokens they took, padding apart."""

    vectors: Mapping[str, Matrix]
    tokens: int
    padded_tokens: int


class Reader:
    """One code for training and serving. Any number of threads may read at once."""

    def __init__(
        self,
        encoder: Encoder,
        *,
        companion: Encoder | None = None,
        spelling: Spelling | None = None,
    ) -> None:
        """`companion`: a second encoder, whose vectors stand beside those of the first."""
        self.encoders = {EMBEDDING: encoder}
        if companion is not None:
            self.encoders[COMPANION] = companion
        self._spelling = spelling

    def repair(self, texts: Sequence[str]) -> list[str]:
        """The texts as the encoders get them."""
        if self._spelling is None:
            return list(texts)
        return [self._spelling.repair(text) for text in texts]

    def read(self, texts: Sequence[str], wanted: Collection[str]) -> Read:
        """Vectors of those encoders whose features somebody wants."""
        repaired = self.repair(texts)
        embedded = {
            name: encoder.embed_counted(repaired)
            for name, encoder in self.encoders.items()
            if name in wanted
        }
        return Read(
            {name: each.vectors for name, each in embedded.items()},
            sum(each.tokens for each in embedded.values()),
            sum(each.padded_tokens for each in embedded.values()),
        )
