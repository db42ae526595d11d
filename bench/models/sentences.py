"""What it is worth to read a message's sentences apart: requests hidden among other sentences.

Dev rows of the packs are put among remarks of strangers and read with and without their sentences.
The shipped heads have seen the bare rows: read the differences, not the height.

    python -m bench.models.sentences --data ../shared/data
"""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from rich.table import Table

from bench.inference.report import console
from bench.models.cost import TENANT, EngineReader, Engines, open_engines
from bench.models.evaluate import DATA
from bench.models.outsiders import BOTH, prepared
from ridealong.contracts.nlp import Intent
from ridealong.learning.corpus import NEUTRAL, Corpus, gather
from ridealong.learning.datasets import DataFolder
from ridealong.learning.places import STORE
from ridealong.learning.sampling import SEED
from ridealong.learning.store import assemble
from ridealong.own_intents.readings import SCOPE
from ridealong.text.leveling import level_numbers
from services.nlp.analyse import analyse_text, listen, rank_intents, score_rejection

ROWS: Final = 75
AMONG: Final = (0, 2, 5, 12)
TOLD_FROM: Final = 0.3


@dataclass(frozen=True, slots=True)
class Asked:
    """A message and the intents that it asks for; none where it asks nothing of us."""

    text: str
    wanted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What was made of it: intents that are told at `TOLD_FROM` or more, the first, a refusal."""

    first: str
    told: frozenset[str]
    is_refused: bool


async def main(data: Path) -> None:
    """Every kind of message, both ways."""
    assemble()
    corpus = gather(DataFolder.open(data))
    table = Table("message", "rows", "whole text only", "with sentences")
    async with open_engines(STORE) as engines:
        for kind, messages in kinds(corpus):
            alone = [is_right(each, await read_whole(engines, each.text)) for each in messages]
            apart = [is_right(each, await read_apart(engines, each.text)) for each in messages]
            count = len(messages)
            table.add_row(
                kind, str(count), f"{sum(alone) / count:.2f}", f"{sum(apart) / count:.2f}"
            )
    console.print(table)


def kinds(corpus: Corpus) -> Iterator[tuple[str, list[Asked]]]:
    """One request among more and more sentences, two requests, and none."""
    chance = Random(SEED)
    remarks = [row.text for row in corpus.emotions if row.label == NEUTRAL and "[" not in row.text]
    requests = [
        Asked(row.text, (f"{pack}.{row.label}",))
        for pack in BOTH
        for row in chance.sample([row for row in corpus.packs[pack].rows if row.dev], ROWS)
    ]
    for count in AMONG:
        hidden = [
            Asked(mixed([each.text, *chance.sample(remarks, count)], chance), each.wanted)
            for each in requests
        ]
        yield f"one request among {count} other sentences: right", hidden
    others = chance.sample(requests, len(requests))
    pairs = [
        Asked(ended(first.text) + " " + ended(second.text), first.wanted + second.wanted)
        for first, second in zip(requests, others, strict=True)
        if first.wanted != second.wanted
    ]
    yield f"two requests: both told at {TOLD_FROM} or more", pairs
    nothing = [Asked(mixed(chance.sample(remarks, 6), chance), ()) for _ in range(ROWS)]
    yield "six remarks: refused", nothing


def mixed(sentences: Sequence[str], chance: Random) -> str:
    """In any order, each with an end."""
    return " ".join(ended(each) for each in chance.sample(sentences, len(sentences)))


def ended(sentence: str) -> str:
    """With a stop where there is none."""
    return sentence if sentence.rstrip().endswith((".", "!", "?")) else f"{sentence.rstrip()}."


async def read_whole(engines: Engines, text: str) -> Told:
    """As one row."""
    rules = engines.rules
    reader = EngineReader(engines.server)
    reading = await reader.read(rules.english_model, [level_numbers(text)], rules.packs, TENANT)
    heard = listen(reading.rows, rules)
    intents = rank_intents(heard.speakers, rules.packs, rules.top_intents)
    rejected = score_rejection(heard.speakers[0].heads[SCOPE], rules.packs)
    return told_of(intents, is_refused=rejected > rules.reject_above)


async def read_apart(engines: Engines, text: str) -> Told:
    """As `nlp` does."""
    found = await analyse_text(prepared(engines, text), engines.rules, EngineReader(engines.server))
    return told_of(found.intents, is_refused=found.is_rejected)


def told_of(intents: Sequence[Intent], *, is_refused: bool) -> Told:
    """Of ranked intents."""
    told = frozenset(each.name for each in intents if each.probability >= TOLD_FROM)
    return Told(intents[0].name, told, is_refused)


def is_right(asked: Asked, told: Told) -> bool:
    """All that is wanted is told; nothing is wanted, and it is refused."""
    if not asked.wanted:
        return told.is_refused
    if len(asked.wanted) == 1:
        return told.first == asked.wanted[0] and not told.is_refused
    return told.told >= set(asked.wanted)


if __name__ == "__main__":
    made = argparse.ArgumentParser("bench.models.sentences", description=__doc__.partition("\n")[0])
    made.add_argument("--data", type=Path, default=DATA, help="folder of the training sets")
    asyncio.run(main(made.parse_args().data))
