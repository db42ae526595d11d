"""Whether two versions said the same, output by output."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from ridealong.serving.tensors import Array

TOLERANCE: Final = 1e-3
LabelList = tuple[str, ...] | None


class Compared(NamedTuple):
    """One output. `difference`: the largest between two of its numbers, None where none is known.

    It is unknown for labels and whole numbers, for other shapes or label sets, and where one side
    is not finite and the other is.
    """

    agrees: bool
    difference: float | None = None


def compare_all(
    main: Mapping[str, Array],
    shadow: Mapping[str, Array],
    labels: Mapping[str, tuple[LabelList, LabelList]],
) -> dict[str, Compared]:
    """Every output of the main answer; `labels`: of those that have some, ours and the shadow's."""
    return {
        name: compare(array, shadow[name], *labels.get(name, (None, None)))
        for name, array in main.items()
    }


def compare(
    main: Array, shadow: Array, ours: LabelList = None, theirs: LabelList = None
) -> Compared:
    """Rows of scores agree if the same class wins in each, other floats within `TOLERANCE`.

    Everything else agrees where it is equal. A class is its label where both sides have labels, so
    that a version which learnt one more class can still agree.
    """
    if main.dtype.kind != "f" or shadow.dtype.kind != "f":
        return Compared(main.shape == shadow.shape and bool(np.array_equal(main, shadow)))
    are_alike = main.shape == shadow.shape and ours == theirs
    difference = largest_difference(main, shadow) if are_alike else None
    if not (has_scores(main) and has_scores(shadow)):
        return Compared(difference is not None and difference <= TOLERANCE, difference)
    if len(main) != len(shadow) or (are_alike and difference is None):
        return Compared(agrees=False)
    return Compared(winners(main, ours) == winners(shadow, theirs), difference)


def has_scores(array: Array) -> bool:
    """A row per case, a score per class."""
    return array.ndim == 2 and array.shape[1] > 1


def winners(scores: Array, labels: LabelList) -> list[str]:
    """The best class of each row, by label where the labels are as many as the classes."""
    best: list[int] = scores.argmax(axis=1).tolist()
    if labels is None or len(labels) != scores.shape[1]:
        return [str(index) for index in best]
    return [labels[index] for index in best]


def largest_difference(main: Array, shadow: Array) -> float | None:
    """Of two arrays of one shape. NaN is equal to NaN, and infinity to itself."""
    left, right = main.astype(np.float64), shadow.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        differences = np.abs(left - right)
    differences[(left == right) | (np.isnan(left) & np.isnan(right))] = 0
    largest = float(differences.max(initial=0))
    return largest if np.isfinite(largest) else None
