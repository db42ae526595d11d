"""Requests and moods in other languages, in words of this project.

The multilingual encoder carries what was learned from English across, but not whole: a sentence
lies nearer to others of its language than to its English twin. One to five of every intent, and
some of none, show the heads where each language lies. These rows teach and never judge.
"""

from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from ridealong.learning.datasets import DataFolder, Row
from ridealong.learning.sentence_files import read_lines

FOLDER: Final = Path(__file__).with_name("languages")
MOOD_HEAD: Final = "sentiment"
SCOPE_HEAD: Final = "scope"


class Told(NamedTuple):
    """One sentence, the head that learns from it, and its class there."""

    language: str
    head: str
    label: str
    text: str


@cache
def read_told() -> tuple[Told, ...]:
    """Every sentence of every language, files in alphabetical order. Five heads ask for them."""
    return tuple(told for path in sorted(FOLDER.glob("*.tsv")) for told in _read_file(path))


def _read_file(path: Path) -> Iterator[Told]:
    for line in read_lines(path):
        yield Told(path.stem, line["head"], line["label"], line["text"])


def told_to(head: str, data: DataFolder, labels: Collection[str]) -> tuple[Row, ...]:
    """What one head learns with these labels, but for what is held out elsewhere."""
    return tuple(
        Row(told.text, told.label)
        for told in read_told()
        if told.head == head and told.label in labels and not data.heldout.holds(told.text)
    )
