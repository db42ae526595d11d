"""Which rows of a set are taken and which judge, by lot, the same ones every time."""

import random
from collections.abc import Iterable, Sequence
from typing import Final

from ridealong.learning.datasets import Row

SEED: Final = 20_251_123
DEV_SHARE: Final = 0.15
TURNS_PER_INTENT: Final = 150


def split(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Marks a stratified share of the rows for tuning, where their publisher did not."""
    if any(row.dev for row in rows):
        return tuple(rows)
    chance = random.Random(SEED)
    marked: set[int] = set()
    for places in by_label(rows).values():
        chance.shuffle(places)
        marked.update(places[: round(len(places) * DEV_SHARE)])
    return tuple(Row(row.text, row.label, dev=at in marked) for at, row in enumerate(rows))


def by_label(rows: Iterable[Row]) -> dict[str, list[int]]:
    """The places of the rows of each label, labels in alphabetical order."""
    places: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        places.setdefault(row.label, []).append(place)
    return dict(sorted(places.items()))


def pick(rows: Sequence[Row], count: int) -> list[Row]:
    """So many rows by lot, in their old order."""
    if len(rows) <= count:
        return list(rows)
    chosen = sorted(random.Random(SEED).sample(range(len(rows)), count))
    return [rows[place] for place in chosen]


def pick_each(rows: Sequence[Row], labels: Iterable[str]) -> list[Row]:
    """So many rows of each of these labels."""
    return [
        row
        for label in labels
        for row in pick([each for each in rows if each.label == label], TURNS_PER_INTENT)
    ]
