"""Requests to a shop in words of this project.

The shop's own set was made from templates, most of which name an order number; the questions to a
bank are the only ones that speak of refunds and lost passwords as people do. Without these, a coat
that was sent back is a matter of the bank.
"""

import csv
import random
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from ridealong.learning.datasets import DataFolder, Row

SENTENCES: Final = Path(__file__).with_name("shop_sentences.tsv")
SEED: Final = 20_251_129
NUMBERED: Final = re.compile(
    r"(?:\b(?:my|the|an?) )?\b(order|purchase|refund)\b(?: (?:number|no\.?))? #?\d{4,}",
    re.IGNORECASE,
)
OWNERS: Final = ("my", "my", "the")


def read_shop_sentences(data: DataFolder, labels: Collection[str]) -> list[Row]:
    """Those with one of these labels, but for what is held out elsewhere."""
    with SENTENCES.open(newline="", encoding="utf-8") as file:
        lines = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        rows = [Row(line["text"], line["label"]) for line in lines]
    return [row for row in rows if row.label in labels and not data.heldout.holds(row.text)]


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
