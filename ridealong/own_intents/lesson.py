"""From examples and their vectors to a lesson, and from a lesson to a head with a verdict."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ridealong.contracts.own_intents import Comparison, ConfusedPair, HeadFigures
from ridealong.own_intents.examples import ENGLISH_OR_SHORT, Example, count_by_label, words_of
from ridealong.own_intents.fitting import (
    LEAST_EXAMPLES,
    Figures,
    Lesson,
    OwnHead,
    choose_rows,
    fit,
)
from ridealong.own_intents.views import Matrix, Views


@dataclass(frozen=True, slots=True)
class Vectors:
    """Of both encoders, one row for each example, then one for the words of each label."""

    english: Matrix
    multilingual: Matrix


@dataclass(frozen=True, slots=True)
class Fitted:
    """A head, what it learned from, and how good it is."""

    head: OwnHead
    learned: tuple[Example, ...]
    lesson: Lesson
    figures: Figures

    def told(self) -> HeadFigures:
        """The figures in the contract's words."""
        pairs = (
            ConfusedPair(label=each.label, taken_for=each.taken_for, count=each.count)
            for each in self.figures.confused
        )
        return HeadFigures(
            folds=self.figures.folds,
            examples=len(self.learned),
            accuracy=self.figures.accuracy,
            macro_f1=self.figures.macro_f1,
            confused=tuple(pairs),
        )


def learnable(examples: Sequence[Example]) -> tuple[str, ...]:
    """The intents that have enough examples, in order."""
    counts = count_by_label(examples)
    return tuple(sorted(label for label, count in counts.items() if count >= LEAST_EXAMPLES))


def learn(examples: Sequence[Example], labels: Sequence[str], vectors: Vectors) -> Fitted:
    """Fits on the examples of these labels; `vectors` has all examples, then these labels."""
    places = {label: place for place, label in enumerate(labels)}
    rows = np.array([row for row, each in enumerate(examples) if each.label in places])
    classes = np.array([places[examples[row].label] for row in rows])
    rows, classes = (found[choose_rows(classes)] for found in (rows, classes))
    learned = tuple(examples[row] for row in rows)
    taken = np.concatenate([rows, np.arange(len(examples), len(examples) + len(labels))])
    lesson = Lesson(
        labels=tuple(labels),
        classes=classes,
        is_english=np.array([each.language in ENGLISH_OR_SHORT for each in learned]),
        views=Views.of(
            [*(each.text for each in learned), *map(words_of, labels)],
            vectors.english[taken],
            vectors.multilingual[taken],
        ),
    )
    head, figures = fit(lesson)
    return Fitted(head, learned, lesson, figures)


def compare(before: OwnHead, revision: int, fitted: Fitted) -> Comparison | None:
    """Both heads on examples that came after `revision`.

    One of an intent that `before` never heard of is one that it does not know.
    """
    rows = np.array(
        [row for row, each in enumerate(fitted.learned) if each.since > revision], dtype=np.intp
    )
    if not len(rows):
        return None
    views = fitted.lesson.views.rows(rows)
    english, _ = before.score(views, is_english=True)
    other, _ = before.score(views, is_english=False)
    said = np.where(fitted.lesson.is_english[rows], english.argmax(axis=1), other.argmax(axis=1))
    was_right = np.array(
        [
            before.labels[place] == fitted.learned[row].label
            for row, place in zip(rows, said, strict=True)
        ]
    )
    is_right = fitted.figures.is_right[rows]
    return Comparison(
        examples=len(rows),
        before=float(was_right.mean()),
        after=float(is_right.mean()),
        gained=int((is_right & ~was_right).sum()),
        lost=int((was_right & ~is_right).sum()),
    )
