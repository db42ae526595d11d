"""Intents, rejection and sentiment, through the serving engine, of rows no judged head has seen."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.models.goals import Goal, Measured, mean_of, share_of
from bench.models.twins import Held
from ridealong.learning.corpus import MOODS, PACKS
from ridealong.learning.datasets import Row
from ridealong.learning.evaluation import Evaluation, evaluate
from ridealong.learning.evaluation_labels import Wishes
from ridealong.learning.evaluation_rows import LabelledFile, LabelledRow, read_labelled
from ridealong.learning.evaluation_served import InProcess
from ridealong.learning.moods import RATING_WEIGHT
from ridealong.learning.places import ROOT
from ridealong.learning.sampling import SEED
from ridealong.learning.scoring import REJECTION, ClassesJudged
from ridealong.learning.typos import mistype

ENGLISH, MULTILINGUAL = "understand-en", "understand-multilingual"
LANGUAGES: Final = ROOT / "tests" / "learning" / "languages"
ELSEWHERE: Final = ("de", "it", "nl", "tr", "zh", "ar", "ja")
ECE: Final = Goal(0.05, 0.02, is_most=True)
NEUTRAL: Final = MOODS.index("neutral")
NEGATIVE, POSITIVE = MOODS.index("negative"), MOODS.index("positive")


async def measure_english(held: Held, store: Path) -> list[Measured]:
    """By the English pipeline's twin."""
    async with InProcess(ENGLISH, store) as served:
        banking = await evaluate(served, as_file(held.banking), Wishes("banking"))
        general = await evaluate(served, as_file(held.general), Wishes("general"))
        commerce = await evaluate(served, as_file(held.commerce), Wishes("commerce"))
        typos = await evaluate(served, as_file(mistyped(held.banking)), Wishes("banking"))
        # Without the project's own sentences, of which every seventh judges, too.
        rated = [Row(row.text, row.mood) for row in held.moods if row.weight == RATING_WEIGHT]
        moods = await evaluate(served, as_file(rated), Wishes("sentiment"))
    return [
        one("BANKING77 accuracy", "BANKING77 dev", banking, "accuracy", Goal(0.935, 0.945)),
        one("BANKING77 top-3", "BANKING77 dev", banking, "top_3", Goal(0.980, 0.990)),
        one("CLINC150 in-scope accuracy", "CLINC150 val", general, "accuracy", Goal(0.955, 0.968)),
        one(
            "CLINC150 rejection, AUROC", "CLINC150 val, oos", general, REJECTION, Goal(0.965, 0.982)
        ),
        one("accuracy with typos", "BANKING77 dev, 8 % typos", typos, "accuracy", Goal(0.84, 0.89)),
        one("sentiment macro-F1", "VADER dev", moods, "macro_f1", Goal(0.63, 0.70)),
        measure_polarity(moods),
        one("ECE, banking", "BANKING77 dev", banking, "ece", ECE),
        one("ECE, general", "CLINC150 val", general, "ece", ECE),
        one("ECE, commerce", "dev rows of Bitext and our own", commerce, "ece", ECE),
    ]


async def measure_elsewhere(store: Path) -> Measured:
    """By the multilingual pipeline that ships, which learned from none of these requests."""
    right: dict[str, list[NDArray[np.bool_]]] = {language: [] for language in ELSEWHERE}
    async with InProcess(MULTILINGUAL, store) as served:
        for pack in PACKS:
            rows = read_labelled(LANGUAGES / f"{pack}.csv").rows
            for language, some in right.items():
                asked = [row for row in rows if row.language == language]
                verdict = await evaluate(served, LabelledFile(tuple(asked), 0, 0, 0), Wishes(pack))
                some.append(right_rows(verdict))
    groups = [np.concatenate(some) for some in right.values()]
    on = f"36 requests each in {', '.join(ELSEWHERE)}"
    return Measured(
        "other languages, mean", on, sum(map(len, groups)), mean_of(groups), Goal(0.84, 0.90)
    )


def one(what: str, on: str, verdict: Evaluation, name: str, goal: Goal) -> Measured:
    """One figure of an evaluation."""
    rows = verdict.whole.rows + (verdict.outside if name == REJECTION else 0)
    return Measured(what, on, rows, verdict.whole.figures[name], goal)


def measure_polarity(verdict: Evaluation) -> Measured:
    """Of rows that are not neutral: is the right one of the two poles the likelier?"""
    judged = verdict.judged
    assert isinstance(judged, ClassesJudged)
    poles = judged.truth != NEUTRAL
    scores = judged.probabilities[poles]
    says = np.where(scores[:, POSITIVE] > scores[:, NEGATIVE], POSITIVE, NEGATIVE)
    figure = share_of(says == judged.truth[poles])
    return Measured("polarity accuracy", "VADER dev", int(poles.sum()), figure, Goal(0.88, 0.92))


def right_rows(verdict: Evaluation) -> NDArray[np.bool_]:
    """Which rows have the right class on top."""
    judged = verdict.judged
    assert isinstance(judged, ClassesJudged)
    found: NDArray[np.bool_] = judged.probabilities.argmax(axis=1) == judged.truth
    return found


def mistyped(rows: Sequence[Row]) -> Iterator[Row]:
    """As training mistypes, with other chances."""
    chance = Random(SEED + 1)
    for row in rows:
        yield Row(mistype(row.text, chance), row.label)


def as_file(rows: Sequence[Row] | Iterator[Row]) -> LabelledFile:
    """Rows as if somebody had brought them."""
    return LabelledFile(tuple(LabelledRow(row.text, row.label) for row in rows), 0, 0, 0)
