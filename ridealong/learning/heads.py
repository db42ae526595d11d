"""Fits linear heads with scikit-learn, calibrates them, and exports them as small ONNX graphs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from ridealong.learning.errors import HeadDiffers
from ridealong.learning.onnx_graph import Graph, save
from ridealong.text.encoders import open_session

Matrix = NDArray[np.float32]

MOST_STEPS = 500
TEMPERATURES = np.geomspace(0.1, 10, 401)
PARITY_TOLERANCE = 1e-5
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows to fit on: features, the class of each as an index, and how much each counts."""

    features: Matrix
    classes: NDArray[np.intp]
    weights: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A fitted head: `squash(features @ weight + bias)`, whose classes are `labels` in order."""

    labels: tuple[str, ...]
    weight: Matrix
    bias: Matrix
    one_of_many: bool

    def logits(self, features: Matrix) -> Matrix:
        """Before they become probabilities."""
        return features @ self.weight + self.bias

    def probabilities(self, features: Matrix) -> Matrix:
        """They add up to 1 where one class is chosen; else each stands alone."""
        logits = self.logits(features)
        return softmax(logits) if self.one_of_many else sigmoid(logits)

    def cooled(self, temperature: float) -> "Head":
        """Logits over a temperature: the order of the classes stays, their confidence changes."""
        scale = np.float32(1 / temperature)
        return Head(self.labels, self.weight * scale, self.bias * scale, self.one_of_many)


def fit_classes(sample: Sample, labels: Sequence[str], *, c: float) -> Head:
    """One class of many."""
    model = LogisticRegression(C=c, max_iter=MOST_STEPS)
    model.fit(sample.features, sample.classes, sample_weight=sample.weights)
    return Head(
        tuple(labels), model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32), True
    )


def fit_labels(
    features: Matrix, truth: NDArray[np.bool_], labels: Sequence[str], *, c: float
) -> Head:
    """Any number of labels: one independent yes or no for each."""
    # Few columns and many rows: Newton's method needs a handful of steps.
    models = [
        LogisticRegression(C=c, solver="newton-cholesky", max_iter=MOST_STEPS).fit(features, column)
        for column in truth.T
    ]
    weight = np.concatenate([model.coef_ for model in models]).T
    bias = np.concatenate([model.intercept_ for model in models])
    return Head(tuple(labels), weight.astype(np.float32), bias.astype(np.float32), False)


def best_temperature(head: Head, sample: Sample) -> float:
    """The temperature under which rows the head was not fitted on are least surprising."""
    logits = head.logits(sample.features)
    rows = np.arange(len(sample.classes))

    def surprise(temperature: float) -> float:
        chosen = softmax(logits / np.float32(temperature))[rows, sample.classes]
        return -float(np.average(np.log(np.maximum(chosen, TINY)), weights=sample.weights))

    return round(float(min(TEMPERATURES, key=surprise)), 4)


def export(head: Head, path: Path, *, output: str) -> None:
    """A matrix product and what makes probabilities of it: no locale, no strings, no converter."""
    graph = Graph()
    logits = graph.node("Gemm", "features", graph.constant(head.weight), graph.constant(head.bias))
    squashed = (
        graph.node("Softmax", logits, axis=-1)
        if head.one_of_many
        else graph.node("Sigmoid", logits)
    )
    width, classes = head.weight.shape
    save(graph.finish_head(squashed, output, width=width, classes=classes), path)


def prove_parity(head: Head, path: Path, features: Matrix) -> float:
    """The largest difference between the file's answers and the head's own."""
    answered = open_session(path).run(None, {"features": features})[0]
    expected = head.probabilities(features)
    difference = float(np.abs(answered - expected).max())
    if difference > PARITY_TOLERANCE:
        raise HeadDiffers(f"{path.name} differs from the trained head by {difference:.2e}")
    return difference


def softmax(logits: Matrix) -> Matrix:
    """Rows that add up to 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Matrix = powers / powers.sum(axis=1, keepdims=True)
    return shares


def sigmoid(logits: Matrix) -> Matrix:
    """Each between 0 and 1 by itself."""
    shares: Matrix = np.float32(1) / (np.float32(1) + np.exp(-logits))
    return shares
