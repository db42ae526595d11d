"""Which examples a tenant's intents are learned from: each text once, under one label."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ridealong.contracts.preprocessing import UNKNOWN_LANGUAGE
from ridealong.own_intents.errors import ExamplesRefused

MOST_INTENTS = 200
MOST_EXAMPLES = 10_000
TOLD_ROWS = 10
ENGLISH_OR_SHORT = ("en", UNKNOWN_LANGUAGE)


@dataclass(frozen=True, slots=True)
class Example:
    """A masked text and its intent; `since` is the revision that brought it."""

    text: str
    label: str
    language: str
    since: int = 0


@dataclass(frozen=True, slots=True)
class Admitted:
    """All examples from now on, and what became of those that came."""

    examples: tuple[Example, ...]
    added: int
    repeated: int
    unreadable: int


def plain(text: str) -> str:
    """What two texts have in common that differ in writing only."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def admit(kept: Sequence[Example], new: Sequence[Example], *, replaces: bool) -> Admitted:
    """The kept and the new ones together, or the new ones alone where they replace the others.

    A text that comes twice counts once, one without letters or digits not at all. Raises
    `ExamplesRefused` where a text has two labels, where there are too many, or where a replacement
    would leave none.
    """
    known = {plain(example.text): example for example in kept}
    labels: dict[str, str] = {}
    if not replaces:
        labels = {text: example.label for text, example in known.items()}
    examples = [] if replaces else list(kept)
    rows: dict[str, int] = {}
    contradictions: list[str] = []
    added = repeated = unreadable = 0
    for row, example in enumerate(new, start=1):
        text = plain(example.text)
        if not any(letter.isalnum() for letter in text):
            unreadable += 1
        elif text not in labels:
            labels[text], rows[text] = example.label, row
            before = known.get(text)
            is_known = before is not None and before.label == example.label
            examples.append(before if before and is_known else example)
            added += not is_known
            repeated += is_known
        elif labels[text] == example.label:
            repeated += 1
        else:
            first = f"row {rows[text]}" if text in rows else "an example that is kept"
            contradictions.append(f"row {row} and {first}")
    if contradictions:
        told = "; ".join(contradictions[:TOLD_ROWS])
        more = f" and {len(contradictions) - TOLD_ROWS} more" * (len(contradictions) > TOLD_ROWS)
        raise ExamplesRefused(f"the same text has two labels: {told}{more}")
    if replaces and not examples:
        raise ExamplesRefused("no example among these can be read; all would be lost")
    check_size(examples)
    return Admitted(tuple(examples), added, repeated, unreadable)


def check_size(examples: Sequence[Example]) -> None:
    """Raises `ExamplesRefused` where there are more than a head is made for."""
    intents = len({example.label for example in examples})
    if intents > MOST_INTENTS:
        raise ExamplesRefused(f"these are {intents} intents; a tenant may have {MOST_INTENTS}")
    if len(examples) > MOST_EXAMPLES:
        raise ExamplesRefused(
            f"these are {len(examples)} examples; a tenant may have {MOST_EXAMPLES}"
        )


def count_by_label(examples: Sequence[Example]) -> Counter[str]:
    """How many examples each intent has."""
    return Counter(example.label for example in examples)


def newest_of_each(examples: Sequence[Example], most: int) -> list[Example]:
    """So many of each intent."""
    found: Counter[str] = Counter()
    newest: list[Example] = []
    for each in reversed(examples):
        found[each.label] += 1
        if found[each.label] <= most:
            newest.append(each)
    return newest


def words_of(label: str) -> str:
    """What a label says: `cancelOrder`, `cancel-order` and `cancel_order` are `cancel order`."""
    spaced = "".join(
        f" {letter.lower()}" if letter.isupper() and before.islower() else letter
        for before, letter in zip(" " + label, label, strict=False)
    )
    return " ".join(spaced.replace("_", " ").replace("-", " ").replace(".", " ").split())
