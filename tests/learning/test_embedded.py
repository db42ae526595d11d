"""Blurred copies and rows in other languages teach a head and never judge it."""

import numpy as np

from ridealong.learning.corpus import BANKING, Part, whole
from ridealong.learning.datasets import Row
from ridealong.learning.embedded import Elsewhere, blurred
from ridealong.learning.lessons import Rows

UNITS = np.eye(6, 512, dtype=np.float32)
DEV = np.arange(6) >= 4
ROWS = Rows(UNITS, np.arange(6), np.full(6, 2, np.float32), DEV, np.zeros(6, dtype=bool))


def test_rows_that_judge_have_no_copies() -> None:
    (copies,) = blurred(ROWS, 1.0)

    assert copies.classes.tolist() == [0, 1, 2, 3]
    assert not copies.dev.any()
    assert copies.rewritten.all()
    assert copies.weights.tolist() == [2, 2, 2, 2]


def test_copies_are_unit_vectors_some_way_off() -> None:
    (copies,) = blurred(ROWS, 1.0)

    alike = (copies.features * UNITS[:4]).sum(axis=1)

    assert np.allclose(np.linalg.norm(copies.features, axis=1), 1, atol=1e-6)
    # As much noise as vector: half a right angle.
    assert np.allclose(alike, np.sqrt(0.5), atol=0.1)


def test_the_same_rows_have_the_same_copies() -> None:
    (first,), (second,) = blurred(ROWS, 1.0), blurred(ROWS, 1.0)

    assert np.array_equal(first.features, second.features)


def test_without_noise_there_are_no_copies() -> None:
    assert blurred(ROWS, 0.0) == []


def test_rows_in_other_languages_teach_with_their_weight_and_never_judge() -> None:
    part = Part(BANKING, tuple(Row(f"satz {n}", "change_pin") for n in range(6)), whole(BANKING))

    rows = Elsewhere(part, UNITS).rows(np.arange(6), np.array([2, 0, 2, 0, 2, 0], np.float32))

    assert rows.classes.tolist() == [0, 2, 4]
    assert rows.weights.tolist() == [2, 2, 2]
    assert not rows.dev.any()
