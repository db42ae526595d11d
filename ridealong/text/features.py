"""Features beyond the embedding, and the rows that heads are fed, in training and in serving."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from ridealong.text.mood_features import MOOD, read_moods
from ridealong.text.mood_features import WIDTH as MOOD_WIDTH

Vector = NDArray[np.float32]

EMBEDDING = "embedding"
COMPANION = "companion"
VADER = "vader"
WIDTHS = {VADER: 6, MOOD: MOOD_WIDTH}

# VADER's time grows with the square of the length; what matters about a mood stands near the start.
VADER_READS_CHARS = 2_000
LOUD_WORD_CHARS = 3
EXCLAMATIONS_THAT_COUNT = 4


class FeatureNameUnknown(ValueError):
    """A head asks for a feature that this version of the code does not make."""


class FeatureRows:
    """Makes the input row of a head. Holds VADER's lexicon: make one and keep it."""

    def __init__(self) -> None:
        self._analyzer = SentimentIntensityAnalyzer()

    def assemble(self, names: Sequence[str], text: str, vectors: Mapping[str, Vector]) -> Vector:
        """The features called `names`, side by side in that order.

        `vectors`: those of the encoders, by name; `text` as it was written.
        """
        if len(names) == 1 and names[0] in vectors:
            return vectors[names[0]]
        return np.concatenate(
            [vectors[name] if name in vectors else self.feature(name, text) for name in names]
        )

    def feature(self, name: str, text: str) -> Vector:
        """One that the text alone makes. Raises `FeatureNameUnknown`."""
        if name == VADER:
            return self.vader(text)
        if name == MOOD:
            return read_moods(text, self._analyzer)
        raise FeatureNameUnknown(f"no feature is called {name}")

    def vader(self, text: str) -> Vector:
        """VADER's four scores, exclamation marks and words in capitals, each from -1 to 1."""
        read = text[:VADER_READS_CHARS]
        scores = self._analyzer.polarity_scores(read)
        return np.array(
            [
                scores["compound"],
                scores["pos"],
                scores["neg"],
                scores["neu"],
                min(read.count("!"), EXCLAMATIONS_THAT_COUNT) / EXCLAMATIONS_THAT_COUNT,
                share_of_loud_words(read),
            ],
            dtype=np.float32,
        )


def share_of_loud_words(text: str) -> float:
    """How much of a text is SHOUTED; short words such as I or OK do not count."""
    words = [word for word in text.split() if len(word) >= LOUD_WORD_CHARS and word[0].isalpha()]
    return sum(word.isupper() for word in words) / len(words) if words else 0.0
