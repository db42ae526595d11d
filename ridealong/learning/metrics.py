"""The numbers by which heads are judged, from rows of probabilities and the true classes."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

Matrix = NDArray[np.float32]
Classes = NDArray[np.intp]
Metrics = dict[str, float]

CALIBRATION_BINS = 15
DIGITS = 4


def score_classes(probabilities: Matrix, truth: Classes) -> Metrics:
    """For heads that choose one class."""
    best = probabilities.argmax(axis=1)
    return rounded(
        {
            "rows": len(truth),
            "accuracy": float((best == truth).mean()),
            "macro_f1": float(f1_score(truth, best, average="macro", zero_division=0)),
            "top_3": top_k(probabilities, truth, 3),
            "ece": calibration_error(probabilities.max(axis=1), best == truth),
        }
    )


def score_labels(
    probabilities: Matrix, truth: NDArray[np.bool_], threshold: float = 0.5
) -> Metrics:
    """For heads that give any number of labels to a row."""
    said = probabilities >= threshold
    return rounded(
        {
            "rows": len(truth),
            "macro_f1": float(f1_score(truth, said, average="macro", zero_division=0)),
            "micro_f1": float(f1_score(truth, said, average="micro", zero_division=0)),
            "mean_average_precision": float(average_precision_score(truth, probabilities)),
            "ece": calibration_error(probabilities.ravel(), truth.ravel()),
        }
    )


def score_rejection(reject: NDArray[np.floating], outside: NDArray[np.bool_]) -> float:
    """How well a score parts rows inside the scope from those outside; 1 is perfect, 0.5 chance."""
    return round(float(roc_auc_score(outside, reject)), DIGITS)


def top_k(probabilities: Matrix, truth: Classes, k: int) -> float:
    """The share of rows whose class is among the k most probable."""
    return float((top_places(probabilities, k) == truth[:, None]).any(axis=1).mean())


def top_places(probabilities: Matrix, k: int) -> Classes:
    """The k most probable classes of each row, in no order."""
    k = min(k, probabilities.shape[1])
    best: Classes = np.argpartition(-probabilities, k - 1, axis=1)[:, :k]
    return best


def calibration_error(confidence: NDArray[np.floating], right: NDArray[np.bool_]) -> float:
    """Expected calibration error: how far the stated confidence is from the share that is right."""
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    error = 0.0
    for each in range(CALIBRATION_BINS):
        inside = bins == each
        if inside.any():
            gap = abs(float(confidence[inside].mean()) - float(right[inside].mean()))
            error += gap * float(inside.mean())
    return error


def rounded(metrics: Metrics) -> Metrics:
    """Four digits: more would only make the committed manifests noisy."""
    return {name: round(value, DIGITS) for name, value in metrics.items()}
