"""Fits linear heads with scikit-learn, calibrates them, and exports them as small ONNX graphs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from ridealong.learning.errors import HeadDiffers
from ridealong.learning.onnx_graph import Graph, save
from ridealong.learning.prototypes import Prototypes
from ridealong.text.encoders import open_session

Matrix = NDArray[np.float32]

# Of many classes each row moves each weight little: a larger step would end the fit at once.
SMALL_STEP = 1e-5
MOST_STEPS = 400
TEMPERATURES = np.geomspace(0.1, 10, 401)
PARITY_TOLERANCE = 1e-5
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows to fit on: features, the class of each as an index, and how much each counts."""

    features: Matrix
    classes: NDArray[np.intp]
    weights: NDArray[np.float32] | None = None
    prototypes: Prototypes | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A fitted head: `squash(features @ weight + bias)`, whose classes are `labels` in order."""

    labels: tuple[str, ...]
    weight: Matrix
    bias: Matrix
    one_of_many: bool
    prototypes: Prototypes | None = None

    def logits(self, features: Matrix) -> Matrix:
        """Before they become probabilities."""
        if self.prototypes is not None:
            features = self.prototypes.features(features)
        return features @ self.weight + self.bias

    def probabilities(self, features: Matrix) -> Matrix:
        """They add up to 1 where one class is chosen; else each stands alone."""
        logits = self.logits(features)
        return softmax(logits) if self.one_of_many else sigmoid(logits)

    def cooled(self, temperature: float) -> "Head":
        """Logits over a temperature: the order of the classes stays, their confidence changes."""
        scale = np.float32(1 / temperature)
        return replace(self, weight=self.weight * scale, bias=self.bias * scale)


def fit_classes(sample: Sample, labels: Sequence[str], *, c: float) -> Head:
    """One class of many."""
    shapes = sample.prototypes
    features = sample.features if shapes is None else shapes.features(sample.features)
    model = LogisticRegression(C=c, max_iter=MOST_STEPS, tol=SMALL_STEP)
    model.fit(features, sample.classes, sample_weight=sample.weights)
    weight, bias = per_class(model.coef_), per_class(model.intercept_[:, None])[0]
    return Head(tuple(labels), weight, bias, one_of_many=True, prototypes=shapes)


def per_class(rows: NDArray[np.float64]) -> Matrix:
    """One column per class; of two classes scikit-learn keeps the second only."""
    full = np.concatenate([np.zeros_like(rows), rows]) if len(rows) == 1 else rows
    columns: Matrix = full.T.astype(np.float32)
    return columns


def fit_labels(
    features: Matrix, truth: NDArray[np.bool_], labels: Sequence[str], *, c: float
) -> Head:
    """Any number of labels: one independent yes or no for each."""
    models = [
        LogisticRegression(C=c, max_iter=MOST_STEPS, tol=SMALL_STEP).fit(features, yes)
        for yes in truth.T
    ]
    weight = np.concatenate([model.coef_ for model in models]).T
    bias = np.concatenate([model.intercept_ for model in models])
    return Head(
        tuple(labels), weight.astype(np.float32), bias.astype(np.float32), one_of_many=False
    )


def best_temperature(head: Head, sample: Sample) -> float:
    """The temperature under which rows the head was not fitted on are least surprising."""
    logits = head.logits(sample.features)
    rows = np.arange(len(sample.classes))

    def surprise(temperature: float) -> float:
        chosen = softmax(logits / np.float32(temperature))[rows, sample.classes]
        return -float(np.average(np.log(np.maximum(chosen, TINY)), weights=sample.weights))

    return round(float(min(TEMPERATURES, key=surprise)), 4)


def export(head: Head, path: Path, *, output: str, width: int) -> None:
    """A matrix product and what makes probabilities of it: no locale, no strings, no converter."""
    graph = Graph()
    given = "features" if head.prototypes is None else head.prototypes.add_to(graph, "features")
    logits = graph.node("Gemm", given, graph.constant(head.weight), graph.constant(head.bias))
    squashed = (
        graph.node("Softmax", logits, axis=-1)
        if head.one_of_many
        else graph.node("Sigmoid", logits)
    )
    save(graph.finish_head(squashed, output, width=width, classes=len(head.labels)), path)


def prove_parity(head: Head, path: Path, features: Matrix) -> float:
    """The largest difference between the file's answers and the head's own."""
    answered = open_session(path).run(None, {"features": features})[0]
    expected = head.probabilities(features)
    difference = float(np.abs(answered - expected).max())
    if difference > PARITY_TOLERANCE:
        raise HeadDiffers(f"{path.name} differs from the trained head by {difference:.2e}")
    return difference


@contextmanager
def calmly() -> Iterator[None]:
    """For whoever fits: one thread of BLAS a fit, and silence about the last steps.

    Threads that wait by spinning make a shared machine slower, not faster; and a sum whose order
    hangs on the number of cores would give other heads on another machine. Warnings belong to the
    process: enter this once around all fits that go on at once.
    """
    with threadpool_limits(1), catch_warnings():
        # What the last steps would change shows in no digit of the metrics.
        simplefilter("ignore", ConvergenceWarning)
        yield


def softmax(logits: Matrix) -> Matrix:
    """Rows that add up to 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Matrix = powers / powers.sum(axis=1, keepdims=True)
    return shares


def sigmoid(logits: Matrix) -> Matrix:
    """Each between 0 and 1 by itself."""
    shares: Matrix = np.float32(1) / (np.float32(1) + np.exp(-logits))
    return shares
