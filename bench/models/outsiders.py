"""Messages by an author who knew the labels and nothing else, read end to end.

`strangers/` holds them. No head learns from them. They are read as customers' messages are:
language, masking, sentences, then the packs that a tenant has.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench.models.cost import TENANT, EngineReader, Engines, as_asked, open_engines
from bench.models.goals import Goal, Measured, share_of
from ridealong.contracts.nlp import AnalyseText, Analysis
from ridealong.text.language import SUPPORTED
from ridealong.text.traits import describe
from services.nlp.analyse import analyse_text
from services.preprocessing.prepare import RawText

FOLDER: Final = Path(__file__).with_name("strangers")
SHOP, BANK = "commerce", "banking"
BOTH: Final = (SHOP, BANK)


@dataclass(frozen=True, slots=True)
class Read:
    """A row and what was made of it."""

    row: Mapping[str, str]
    analysis: Analysis

    def is_right(self, pack: str) -> bool:
        """Whether the likeliest intent is what the row's author meant."""
        return self.analysis.intents[0].name == f"{pack}.{self.row['label']}"

    def is_understood(self, pack: str) -> bool:
        """Right, and not refused."""
        return self.is_right(pack) and not self.analysis.is_rejected


async def measure_outsiders(store: Path) -> list[Measured]:
    """By the shipped pipelines. The goals are this project's own."""
    async with open_engines(store) as engines:
        await engines.server.load(engines.rules.multilingual_model)
        shop, bank = [await read_file(engines, pack, (pack,)) for pack in BOTH]
        shop_of_both, bank_of_both = [await read_file(engines, pack, BOTH) for pack in BOTH]
        complaints = await read_file(engines, "complaints", BOTH)
        elsewhere = await read_file(engines, "languages", (SHOP,))
        outside = await read_file(engines, "outside", BOTH)
        moods = await read_file(engines, "sentiment", BOTH)
    together = [
        *(each.is_understood(SHOP) for each in (*shop_of_both, *complaints)),
        *(each.is_understood(BANK) for each in bank_of_both),
    ]
    known = [each for each in elsewhere if each.row["language"] in SUPPORTED]
    return [
        one("shop, right intent", [each.is_right(SHOP) for each in shop], Goal(0.85, 0.92)),
        one("bank, right intent", [each.is_right(BANK) for each in bank], Goal(0.75, 0.85)),
        one("shop and bank, right and not refused", together, Goal(0.75, 0.85)),
        one(
            f"shop in {len({each.row['language'] for each in known})} other languages, right",
            [each.is_right(SHOP) for each in known],
            Goal(0.75, 0.85),
        ),
        one("of no pack, refused", [each.analysis.is_rejected for each in outside], Goal(0.8, 0.9)),
        one(
            "sentiment, accuracy",
            [each.analysis.sentiment.label.value == each.row["label"] for each in moods],
            Goal(0.8, 0.9),
        ),
    ]


async def read_file(engines: Engines, name: str, packs: Sequence[str]) -> list[Read]:
    """Every row of a file, for a tenant with these packs."""
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rules, models = replace(engines.rules, packs=tuple(packs)), EngineReader(engines.server)
    return [
        Read(row, await analyse_text(prepared(engines, row["text"]), rules, models)) for row in rows
    ]


def prepared(engines: Engines, text: str) -> AnalyseText:
    """As `preprocessing` hands it on, but for what the tagger would mask."""
    raw = RawText(TENANT, "c", is_mail=False, subject=None, text=text)
    language, readings = engines.reader.read(raw)
    masked = readings[0].text
    return as_asked(masked, language.code, describe(masked))


def one(what: str, right: Sequence[bool], goal: Goal) -> Measured:
    """One share of an outside author's rows."""
    return Measured(
        f"strangers: {what}", "`bench/models/strangers`", len(right), share_of(right), goal
    )
