"""Requests in words of this project: to a shop, to a bank, and to neither.

The shop's own set was made from templates, most of which name an order number, and the bank's
questions all come from one bank. People who write to other companies say it in other words: of 216
requests that an outside author wrote, heads without these rows refused 60 or more.
"""

import random
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from ridealong.learning.datasets import DataFolder, Row
from ridealong.learning.sentence_files import read_lines

FOLDER: Final = Path(__file__).parent
SHOP, BANK, OUTSIDE = "shop", "bank", "outside"
SEED: Final = 20_251_129
NUMBERED: Final = re.compile(
    r"(?:\b(?:my|the|an?) )?\b(order|purchase|refund)\b(?: (?:number|no\.?))? #?\d{4,}",
    re.IGNORECASE,
)
OWNERS: Final = ("my", "my", "the")


def read_own(kind: str, data: DataFolder, labels: Collection[str]) -> list[Row]:
    """Those of a kind with one of these labels, but for what is held out elsewhere."""
    rows = [Row(line["text"], line["label"]) for line in read_lines(file_of(kind))]
    return [row for row in rows if row.label in labels and not data.heldout.holds(row.text)]


def file_of(kind: str) -> Path:
    """Where they stand: a label and a text in each line."""
    return FOLDER / f"{kind}_sentences.tsv"


def unnumbered(rows: Iterable[Row]) -> list[Row]:
    """Copies of the rows that name an order by its number, in which it is just an order.

    In the shop's set nearly every request to cancel, change or follow an order has one; without
    these copies an order without a number would be the bank's.
    """
    chance = random.Random(SEED)

    def told(found: re.Match[str]) -> str:
        return f"{chance.choice(OWNERS)} {found[1]}"

    return [
        Row(NUMBERED.sub(told, row.text), row.label, dev=row.dev)
        for row in rows
        if NUMBERED.search(row.text)
    ]
