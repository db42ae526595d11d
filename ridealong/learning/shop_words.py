"""Requests to a shop in words of this project.

The shop's own set was made from templates, most of which name an order number; the questions to a
bank are the only ones that speak of refunds and lost passwords as people do. Without these, a coat
that was sent back is a matter of the bank.
"""

import csv
from collections.abc import Collection
from pathlib import Path
from typing import Final

from ridealong.learning.datasets import DataFolder, Row

SENTENCES: Final = Path(__file__).with_name("shop_sentences.tsv")


def read_shop_sentences(data: DataFolder, labels: Collection[str]) -> list[Row]:
    """Those with one of these labels, but for what is held out elsewhere."""
    with SENTENCES.open(newline="", encoding="utf-8") as file:
        lines = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        rows = [Row(line["text"], line["label"]) for line in lines]
    return [row for row in rows if row.label in labels and not data.heldout.holds(row.text)]
