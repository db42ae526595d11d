"""Parts of the corpus with their vectors, as rows that lessons are made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ridealong.learning.corpus import SCOPES, Part
from ridealong.learning.datasets import Row
from ridealong.learning.lessons import Classes, Mask, Matrix, Rows
from ridealong.learning.sampling import SEED


@dataclass(frozen=True, slots=True)
class Embedded:
    """A part with the vectors of its rows and of their rewritten copies."""

    part: Part
    vectors: Matrix
    rewritten: Matrix

    def pieces(self, classes: Classes, weights: Matrix) -> list[Rows]:
        """The rows that weigh something, and their rewritten copies."""
        chosen = weights > 0
        dev = dev_of(self.part.rows)[chosen]
        return [
            Rows(vectors[chosen], classes[chosen], weights[chosen], dev, np.full(len(dev), is_copy))
            for vectors, is_copy in ((self.vectors, False), (self.rewritten, True))
        ]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A part in other languages. Its rows teach and never judge."""

    part: Part
    vectors: Matrix

    def rows(self, classes: Classes, weights: Matrix) -> Rows:
        """Those that weigh something."""
        chosen = weights > 0
        never = np.zeros(int(chosen.sum()), dtype=bool)
        return Rows(self.vectors[chosen], classes[chosen], weights[chosen], never, never)


def blurred(rows: Rows, length: float) -> list[Rows]:
    """Copies of the rows that do not judge, with noise of about this length on unit vectors."""
    if not length:
        return []
    vectors = rows.features[~rows.dev]
    noise = np.random.default_rng(SEED).normal(size=vectors.shape).astype(np.float32)
    moved = vectors + noise * np.float32(length / np.sqrt(vectors.shape[1]))
    units = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    count = len(units)
    return [
        Rows(
            units,
            rows.classes[~rows.dev],
            rows.weights[~rows.dev],
            np.zeros(count, dtype=bool),
            np.ones(count, dtype=bool),
        )
    ]


def in_scopes(embedded: Embedded) -> list[Rows]:
    """The rows of a part, once for every scope they belong to."""
    pieces = []
    for number, weights in shares_by_scope(embedded.part):
        as_written, rewritten = embedded.pieces(np.full(len(weights), number), weights)
        pieces += [as_written, every_second(rewritten)]
    return pieces


def shares_by_scope(part: Part) -> Iterator[tuple[int, Matrix]]:
    """How far each row of a part belongs to each scope."""
    shares = [part.shares(row) for row in part.rows]
    for number, scope in enumerate(SCOPES):
        yield number, np.array([share.get(scope, 0.0) for share in shares], dtype=np.float32)


def every_second(rows: Rows) -> Rows:
    """Enough of the rewritten copies to learn a scope from."""
    return Rows(
        rows.features[::2], rows.classes[::2], rows.weights[::2], rows.dev[::2], rows.rewritten[::2]
    )


def dev_of(rows: Sequence[Row]) -> Mask:
    """Which rows judge."""
    return np.array([row.dev for row in rows], dtype=bool)
