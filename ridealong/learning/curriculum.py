"""Turns the corpus and its vectors into one lesson per head."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ridealong.learning.corpus import MOODS, OUT_OF_SCOPE, PACKS, SCOPES, SEED, Corpus, Part
from ridealong.learning.datasets import Row
from ridealong.learning.lessons import Classes, Lesson, Mask, Matrix, Rows, Shapes, join
from ridealong.learning.prototypes import Prototypes, typical
from ridealong.learning.rewriting import rewrite_all
from ridealong.learning.vectors import Advance, VectorCache
from ridealong.text.features import FeatureRows

# Chosen once on the dev rows; flat around these values.
PACK_C = 10.0
SCOPE_C = 1.0
MOOD_C = 1.0
EMOTION_C = 1.0


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
class Curriculum:
    """Everything one encoder's heads learn from."""

    packs: Mapping[str, Embedded]
    others: tuple[Embedded, ...]
    moods: tuple[Row, ...]
    mood_features: Matrix
    emotions: tuple[Row, ...]
    emotion_vectors: Matrix

    def pack(self, name: str) -> Lesson:
        """The intents of one pack."""
        embedded = self.packs[name]
        rows = embedded.part.rows
        labels = tuple(sorted({row.label for row in rows} - {OUT_OF_SCOPE}))
        place = {label: number for number, label in enumerate(labels)}
        classes = np.array([place.get(row.label, 0) for row in rows])
        weights = np.array([row.label in place for row in rows], dtype=np.float32)
        return Lesson(labels, join(embedded.pieces(classes, weights)), PACK_C)

    def scope(self) -> Lesson:
        """Which pack a text belongs to, or none; what two packs share counts partly in each."""
        pieces = [
            piece
            for embedded in (*self.packs.values(), *self.others)
            for piece in in_scopes(embedded)
        ]
        shapes = Shapes(self._prototypes(fit_rows), self._prototypes(all_rows))
        return Lesson(SCOPES, join(pieces), SCOPE_C, shapes)

    def _prototypes(self, chosen: Callable[[Sequence[Row]], Mask]) -> Prototypes:
        """Per pack, of all rows that belong to it, wherever they come from."""
        groups = []
        for pack in PACKS:
            vectors, labels = [], []
            for embedded in (*self.packs.values(), *self.others):
                rows = embedded.part.rows
                own = np.array([pack in embedded.part.shares(row) for row in rows]) & chosen(rows)
                vectors.append(embedded.vectors[own])
                labels += [row.label for row, kept in zip(rows, own, strict=True) if kept]
            groups.append(typical(np.concatenate(vectors), labels, SEED))
        return Prototypes(tuple(groups))

    def mood(self) -> Lesson:
        """Negative, neutral or positive."""
        classes = np.array([MOODS.index(row.label) for row in self.moods])
        ones = np.ones(len(classes), dtype=np.float32)
        never = np.zeros(len(classes), dtype=bool)
        rows = Rows(self.mood_features, classes, ones, dev_of(self.moods), never)
        return Lesson(MOODS, rows, MOOD_C)

    def emotion_truth(self, names: Sequence[str]) -> Mask:
        """Which emotions each comment has."""
        said = [set(row.label.split(",")) for row in self.emotions]
        return np.array([[name in labels for name in names] for labels in said])


def in_scopes(embedded: Embedded) -> list[Rows]:
    """The rows of a part, once for every scope they belong to."""
    shares = [embedded.part.shares(row) for row in embedded.part.rows]
    pieces = []
    for number, scope in enumerate(SCOPES):
        weights = np.array([share.get(scope, 0.0) for share in shares], dtype=np.float32)
        as_written, rewritten = embedded.pieces(np.full(len(shares), number), weights)
        pieces += [as_written, every_second(rewritten)]
    return pieces


def every_second(rows: Rows) -> Rows:
    """Enough of the rewritten copies to learn a scope from."""
    return Rows(
        rows.features[::2], rows.classes[::2], rows.weights[::2], rows.dev[::2], rows.rewritten[::2]
    )


def fit_rows(rows: Sequence[Row]) -> Mask:
    """Those that do not judge."""
    return ~dev_of(rows)


def all_rows(rows: Sequence[Row]) -> Mask:
    """Every one."""
    return np.ones(len(rows), dtype=bool)


def dev_of(rows: Sequence[Row]) -> Mask:
    """Which rows judge."""
    return np.array([row.dev for row in rows], dtype=bool)


def embed_corpus(
    corpus: Corpus, vectors: VectorCache, mood_features: Sequence[str], *, advance: Advance
) -> Curriculum:
    """Runs every text through the encoder, or takes its vector from the cache."""

    def embed(texts: Sequence[str]) -> Matrix:
        return vectors.embed(texts, advance=advance)

    packs = {
        name: Embedded(part, embed(part.texts), embed(rewrite_all(part.texts, SEED)))
        for name, part in corpus.packs.items()
    }
    others = tuple(
        Embedded(part, embed(part.texts), embed(rewrite_all(part.texts, SEED)))
        for part in corpus.others
    )
    mood_texts = [row.text for row in corpus.moods]
    rows = FeatureRows()
    moods = [
        rows.assemble(mood_features, text, vector)
        for text, vector in zip(mood_texts, embed(mood_texts), strict=True)
    ]
    emotion_vectors = embed([row.text for row in corpus.emotions])
    return Curriculum(
        packs, others, corpus.moods, np.stack(moods), corpus.emotions, emotion_vectors
    )


def count_texts(corpus: Corpus) -> int:
    """How many texts one encoder has to embed."""
    packs = sum(2 * len(part.rows) for part in corpus.packs.values())
    others = sum(2 * len(part.rows) for part in corpus.others)
    return packs + others + len(corpus.moods) + len(corpus.emotions)
