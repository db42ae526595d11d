"""A tenant's own intents, simulated: companies of MultiDoGO give five examples an intent.

Examples come from the train part, the questions from the dev part; no intent of one company is
known to another. What is no request (greetings, thanks, bare names) is nobody's intent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.models.goals import Goal, Measured, mean_of
from bench.models.intents import ENGLISH, MULTILINGUAL
from ridealong.learning.datasets import DOMAINS, Row
from ridealong.learning.evaluation import ask
from ridealong.learning.evaluation_served import InProcess
from ridealong.learning.metrics_bootstrap import Matrix
from ridealong.learning.sampling import SEED
from ridealong.own_intents.examples import words_of
from ridealong.own_intents.fitting import Lesson, fit
from ridealong.own_intents.views import Views

EXAMPLES: Final = 5
DRAWS: Final = 3
FEWEST_QUESTIONS: Final = 5
EMBEDDING: Final = "embedding"
TALK: Final = frozenset(
    {
        *("contentonly", "confirmation", "thankyou", "openinggreeting", "closinggreeting"),
        *("rejection", "outofdomain", "intent", ""),
    }
)


@dataclass(frozen=True, slots=True)
class Company:
    """What its customers said, by intent, and what they will ask."""

    labels: tuple[str, ...]
    said: tuple[Row, ...]
    asked: tuple[Row, ...]

    def draw(self, chance: Random) -> list[Row]:
        """Five examples of each intent."""
        return [
            row
            for label in self.labels
            for row in chance.sample([each for each in self.said if each.label == label], EXAMPLES)
        ]


def companies(turns: Sequence[Row]) -> list[Company]:
    """One for each domain that has two intents or more with enough rows."""
    found = []
    for domain in DOMAINS:
        own = [row for row in turns if is_request(row, domain)]
        said = [row for row in own if not row.dev]
        asked = [row for row in own if row.dev]
        labels = tuple(
            label
            for label in sorted({row.label for row in asked})
            if sum(row.label == label for row in said) >= EXAMPLES
            and sum(row.label == label for row in asked) >= FEWEST_QUESTIONS
        )
        if len(labels) > 1:
            kept = [tuple(row for row in part if row.label in labels) for part in (said, asked)]
            found.append(Company(labels, *kept))
    return found


def is_request(row: Row, domain: str) -> bool:
    """A single request of a customer of this company."""
    own, _, intent = row.label.partition(".")
    return own == domain and intent not in TALK and "<div>" not in intent


async def measure_companies(turns: Sequence[Row], store: Path) -> Measured:
    """The mean over companies; each asked three times, after other examples."""
    right = []
    for company in companies(turns):
        chance = Random(SEED)
        drawn = [company.draw(chance) for _ in range(DRAWS)]
        right.append(np.concatenate([await ask_one(company, rows, store) for rows in drawn]))
    on = f"{len(right)} companies of MultiDoGO, {EXAMPLES} examples an intent, {DRAWS} draws"
    return Measured(
        "own intents, mean of companies", on, sum(map(len, right)), mean_of(right), Goal(0.93, 0.96)
    )


async def ask_one(company: Company, examples: Sequence[Row], store: Path) -> NDArray[np.bool_]:
    """Fit on the examples, as the service does, and ask all questions of the dev part."""
    shown = [row.text for row in examples] + [
        words_of(label.partition(".")[2]) for label in company.labels
    ]
    classes = np.array([company.labels.index(row.label) for row in examples])
    lesson = Lesson(
        company.labels, classes, np.ones(len(classes), dtype=bool), await view(shown, store)
    )
    head, _ = fit(lesson)
    views = await view([row.text for row in company.asked], store)
    probabilities, _ = head.score(views, is_english=True)
    truth = np.array([head.labels.index(row.label) for row in company.asked])
    found: NDArray[np.bool_] = probabilities.argmax(axis=1) == truth
    return found


async def view(texts: Sequence[str], store: Path) -> Views:
    """What the served pipelines say of these texts."""
    english, multilingual = [await embed(name, texts, store) for name in (ENGLISH, MULTILINGUAL)]
    return Views.of(texts, english, multilingual)


async def embed(name: str, texts: Sequence[str], store: Path) -> Matrix:
    """A pipeline's vectors."""
    async with InProcess(name, store) as served:
        _, given = await ask(served, texts, [EMBEDDING], lambda _rows: None)
    return given[EMBEDDING]
