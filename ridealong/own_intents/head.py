"""A tenant's head: how likely each of its intents is, and that any of them is meant at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from ridealong.own_intents.views import Matrix, Views, at_length_one

# Chosen on simulated companies (docs/own-intents.md): between C 3 and 100 and between weights of
# 0.7 and 1 nothing changes by more than half a point.
REGULARITY = 10.0
LETTERS_WEIGHT = 0.75
LABEL_WEIGHT = 2.0
MOST_STEPS = 300


@dataclass(frozen=True, slots=True)
class Gate:
    """How alike and how sure makes known: weights of the cosines to the nearest centre, one for
    each encoder, and of the highest probability.
    """

    likeness: tuple[float, ...]
    sureness: float
    bias: float


@dataclass(frozen=True, slots=True)
class Sample:
    """What a side is fitted on. `weights`: the words of a label count as two examples."""

    views: Views
    classes: NDArray[np.intp]
    weights: Matrix


@dataclass(frozen=True, slots=True)
class Scored:
    """One row per text: probability of each intent given that one of them is meant, and of that."""

    probabilities: Matrix
    known: Matrix


@dataclass(frozen=True, slots=True)
class Side:
    """A linear head over some views, for messages of which these views are known.

    `rarity`: weight of each run of letters. `centres`: for each encoder, one unit vector an intent.
    """

    uses_english: bool
    weight: Matrix
    bias: Matrix
    rarity: Matrix
    centres: tuple[Matrix, ...]
    temperature: float = 1.0
    shift: float = 0.0

    def logits(self, views: Views) -> Matrix:
        """Before they are calibrated."""
        return (
            assemble(views, self.rarity, uses_english=self.uses_english) @ self.weight + self.bias
        )

    def score(self, views: Views, gate: Gate) -> Scored:
        """Calibrated."""
        probabilities = softmax(self.logits(views) / np.float32(self.temperature))
        openness = open_gate(self, views, probabilities, gate) + self.shift
        known: Matrix = (1 / (1 + np.exp(-openness))).astype(np.float32)
        return Scored(probabilities, known)


def fit_side(sample: Sample, classes: int, *, uses_english: bool) -> Side:
    """Logistic regression over the views side by side."""
    rarity = find_rarity(sample.views.letters)
    features = assemble(sample.views, rarity, uses_english=uses_english)
    model = LogisticRegression(C=REGULARITY, max_iter=MOST_STEPS)
    model.fit(features, sample.classes, sample_weight=sample.weights)
    weight, bias = model.coef_, model.intercept_
    if classes == 2:
        # Of two classes scikit-learn keeps the second only.
        weight, bias = np.concatenate([-weight, weight]) / 2, np.concatenate([-bias, bias]) / 2
    return Side(
        uses_english,
        weight.T.astype(np.float32),
        bias.astype(np.float32),
        rarity,
        tuple(
            find_centres(vectors, sample, classes)
            for vectors in encoded(sample.views, uses_english=uses_english)
        ),
    )


def calibrated(side: Side, temperature: float, shift: float) -> Side:
    """The same order of intents, with probabilities that hold."""
    return replace(side, temperature=temperature, shift=shift)


def open_gate(side: Side, views: Views, probabilities: Matrix, gate: Gate) -> Matrix:
    """The log odds that one of the intents is meant."""
    vectors = encoded(views, uses_english=side.uses_english)
    likeness = [
        (rows @ centres.T).max(axis=1) for rows, centres in zip(vectors, side.centres, strict=True)
    ]
    odds: Matrix = sum(
        (weight * alike for weight, alike in zip(gate.likeness, likeness, strict=True)),
        start=gate.sureness * probabilities.max(axis=1) + gate.bias,
    )
    return odds


def encoded(views: Views, *, uses_english: bool) -> tuple[Matrix, ...]:
    """The vectors that a side knows."""
    return (views.english, views.multilingual) if uses_english else (views.multilingual,)


def assemble(views: Views, rarity: Matrix, *, uses_english: bool) -> Matrix:
    """The row of features for each text."""
    letters = at_length_one(views.letters * rarity) * np.float32(LETTERS_WEIGHT)
    return np.concatenate([*encoded(views, uses_english=uses_english), letters], axis=1)


def find_rarity(letters: Matrix) -> Matrix:
    """Inverse document frequency, smoothed; runs that no example has say nothing."""
    found = np.count_nonzero(letters, axis=0)
    rarity: Matrix = np.where(found > 0, np.log((1 + len(letters)) / (1 + found)) + 1, 0)
    return rarity.astype(np.float32)


def find_centres(vectors: Matrix, sample: Sample, classes: int) -> Matrix:
    """The mean of each intent, at length 1."""
    belongs = np.zeros((classes, len(vectors)), dtype=np.float32)
    belongs[sample.classes, np.arange(len(vectors))] = sample.weights
    return at_length_one(belongs @ vectors)


def weigh(examples: int, labels: Sequence[str]) -> Matrix:
    """The examples first, then the words of each label."""
    return np.array([1.0] * examples + [LABEL_WEIGHT] * len(labels), dtype=np.float32)


def softmax(logits: Matrix) -> Matrix:
    """Rows that add up to 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Matrix = powers / powers.sum(axis=1, keepdims=True)
    return shares
