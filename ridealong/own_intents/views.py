"""What a head sees of texts: the vectors of two encoders, and which letters stand together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import HashingVectorizer

Matrix = NDArray[np.float32]

# Runs of two to four letters within words outlive most typing mistakes: eight letters in a
# hundred mistyped cost 6 points of accuracy less. A long mail would cost a head much time.
LETTER_COLUMNS = 1024
READ_CHARACTERS = 4_000
_counter = HashingVectorizer(
    analyzer="char_wb",
    ngram_range=(2, 4),
    n_features=LETTER_COLUMNS,
    alternate_sign=False,
    norm=None,
    dtype=np.float32,
)


@dataclass(frozen=True, slots=True)
class Views:
    """One row per text: unit vectors (384 and 512 numbers), and log counts of runs of letters."""

    english: Matrix
    multilingual: Matrix
    letters: Matrix

    @classmethod
    def of(cls, texts: Sequence[str], english: Matrix, multilingual: Matrix) -> Self:
        """`english` may have no columns where the message is in another language."""
        return cls(english, multilingual, count_letters(texts))

    def rows(self, places: NDArray[np.intp] | slice) -> "Views":
        """Some of the texts."""
        return Views(self.english[places], self.multilingual[places], self.letters[places])


def count_letters(texts: Sequence[str]) -> Matrix:
    """1 + log of how often each run of letters stands in each text; 0 for never."""
    counts = _counter.transform([text[:READ_CHARACTERS] for text in texts])
    counts.data = 1 + np.log(counts.data)
    dense: Matrix = counts.toarray()
    return dense


def at_length_one(rows: Matrix) -> Matrix:
    """Unit rows; a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    units: Matrix = rows / np.maximum(lengths, np.finfo(np.float32).tiny)
    return units
