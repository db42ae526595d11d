"""Turns the corpus and its vectors into one lesson per head."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ridealong.learning.corpus import COMMERCE, OUT_OF_SCOPE, PACKS, SCOPES, Corpus, Part
from ridealong.learning.datasets import Row
from ridealong.learning.embedded import (
    Elsewhere,
    Embedded,
    blurred,
    dev_of,
    in_scopes,
    shares_by_scope,
)
from ridealong.learning.lessons import Lesson, Mask, Matrix, Shapes, join
from ridealong.learning.moods import MoodRow, counted, mood_lesson
from ridealong.learning.pipelines import Pipeline
from ridealong.learning.prototypes import Prototypes, typical
from ridealong.learning.rewriting import rewrite_all
from ridealong.learning.sampling import SEED
from ridealong.learning.vectors import Advance, ReadingCache
from ridealong.text.features import COMPANION, EMBEDDING, FeatureRows

# Chosen once on the dev rows; flat around these values.
WEIGHT_OF_COPIES = 0.5
# Of the shop's intents: most of its rows come from templates, on whose words a head would lean.
TEMPLATED_C = 3.0
DEPARTMENT_C = 1.0
SCOPE_C = 1.0
EMOTION_C = 4.0
# Of rows in other languages. More weight gains those little, and costs English.
ELSEWHERE_WEIGHT = 2.0
MOOD_ELSEWHERE_WEIGHT = 1.5
SCOPE_ELSEWHERE_WEIGHT = 5.0


@dataclass(frozen=True, slots=True)
class Curriculum:
    """Everything one encoder's heads learn from."""

    packs: Mapping[str, Embedded]
    others: tuple[Embedded, ...]
    moods: tuple[MoodRow, ...]
    mood_features: Matrix
    emotions: tuple[Row, ...]
    emotion_features: Matrix
    departments: Embedded
    elsewhere: Mapping[str, Elsewhere]
    pack_c: float
    blur: float

    def department(self) -> Lesson:
        """Who should answer."""
        rows = self.departments.part.rows
        labels = tuple(sorted({row.label for row in rows}))
        classes = np.array([labels.index(row.label) for row in rows])
        pieces = self.departments.pieces(classes, np.ones(len(rows), dtype=np.float32))
        return Lesson(labels, join(pieces), DEPARTMENT_C)

    def pack(self, name: str) -> Lesson:
        """The intents of one pack."""
        embedded = self.packs[name]
        rows = embedded.part.rows
        labels = tuple(sorted({row.label for row in rows} - {OUT_OF_SCOPE}))
        place = {label: number for number, label in enumerate(labels)}
        classes = np.array([place.get(row.label, 0) for row in rows])
        weights = np.array([row.label in place for row in rows], dtype=np.float32)
        as_written, rewritten = embedded.pieces(classes, weights)
        rewritten = replace(rewritten, weights=rewritten.weights * np.float32(WEIGHT_OF_COPIES))
        pieces = [as_written, rewritten, *blurred(as_written, self.blur)]
        if name in self.elsewhere:
            other = self.elsewhere[name]
            told = np.array([place[row.label] for row in other.part.rows], dtype=np.intp)
            pieces.append(other.rows(told, np.full(len(told), ELSEWHERE_WEIGHT, dtype=np.float32)))
        c = min(self.pack_c, TEMPLATED_C) if name == COMMERCE else self.pack_c
        return Lesson(labels, join(pieces), c)

    def scope(self) -> Lesson:
        """Which pack a text belongs to, or none; what two packs share counts partly in each."""
        pieces = [
            piece
            for embedded in (*self.packs.values(), *self.others)
            for piece in in_scopes(embedded)
        ]
        told = sum(len(other.part.rows) for other in self.elsewhere.values())
        for other in self.elsewhere.values():
            # As much of every scope, however many intents it has.
            even = np.float32(SCOPE_ELSEWHERE_WEIGHT * told / len(SCOPES) / len(other.part.rows))
            pieces += [
                other.rows(np.full(len(weights), number), weights * even)
                for number, weights in shares_by_scope(other.part)
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
        return mood_lesson(self.moods, self.mood_features)

    def emotion_truth(self, names: Sequence[str]) -> Mask:
        """Which emotions each comment has."""
        said = [set(row.label.split(",")) for row in self.emotions]
        return np.array([[name in labels for name in names] for labels in said])


def fit_rows(rows: Sequence[Row]) -> Mask:
    """Those that do not judge."""
    return ~dev_of(rows)


def all_rows(rows: Sequence[Row]) -> Mask:
    """Every one."""
    return np.ones(len(rows), dtype=bool)


def embed_corpus(
    corpus: Corpus, vectors: ReadingCache, pipeline: Pipeline, *, advance: Advance
) -> Curriculum:
    """Runs every text through the encoders, or takes its vector from the cache."""

    def embed(texts: Sequence[str]) -> Matrix:
        return vectors.embed(texts, advance=advance)

    def embed_part(part: Part) -> Embedded:
        return Embedded(part, embed(part.texts), embed(rewrite_all(part.texts, SEED)))

    def assemble(names: Sequence[str], texts: Sequence[str]) -> Matrix:
        """What a head is fed that sees more than vectors."""
        rows, width = FeatureRows(), pipeline.width
        embedded = [
            {EMBEDDING: vector[:width], COMPANION: vector[width:]} for vector in embed(texts)
        ]
        return np.stack(
            [
                rows.assemble(names, text, vectors)
                for text, vectors in zip(texts, embedded, strict=True)
            ]
        )

    packs = {name: embed_part(part) for name, part in corpus.packs.items()}
    others = tuple(embed_part(part) for part in corpus.others)
    mood_rows = corpus.moods
    elsewhere = {}
    if pipeline.reads_elsewhere:
        mood_rows += tuple(counted(corpus.moods_elsewhere, MOOD_ELSEWHERE_WEIGHT))
        elsewhere = {
            name: Elsewhere(part, embed(part.texts))
            for name, part in corpus.elsewhere.items()
            if part.rows
        }
    return Curriculum(
        packs,
        others,
        mood_rows,
        assemble(pipeline.mood_features, [row.text for row in mood_rows]),
        corpus.emotions,
        assemble(pipeline.emotion_features, [row.text for row in corpus.emotions]),
        embed_part(corpus.departments),
        elsewhere,
        pipeline.pack_c,
        pipeline.blur,
    )


def count_texts(corpus: Corpus, pipeline: Pipeline) -> int:
    """How many texts the first encoder of a pipeline has to embed."""
    twice = (*corpus.packs.values(), *corpus.others, corpus.departments)
    count = 2 * sum(len(part.rows) for part in twice) + len(corpus.moods) + len(corpus.emotions)
    if pipeline.reads_elsewhere:
        count += sum(len(part.rows) for part in corpus.elsewhere.values())
        count += len(corpus.moods_elsewhere)
    return count
