"""`make evaluate`: every measure of MODELS.md that own rows allow, next to its goal.

Trains a twin of the English pipeline that sees no dev row (minutes at first; kept under
var/evaluation until code or data change), asks it through the serving engine, and writes
docs/evaluation.md. What stands there below the line for notes is kept.

    python -m bench.models.evaluate --data ../shared/data
    python -m bench.models.evaluate --only languages,personal
"""

import argparse
import asyncio
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Final

from rich.markup import escape
from rich.table import Table

from bench.inference.options import one_of
from bench.inference.report import console, machine, markdown_table
from bench.models import intents
from bench.models.companies import measure_companies
from bench.models.goals import HEAD, Goal, Measured
from bench.models.languages import measure_languages
from bench.models.outsiders import measure_outsiders
from bench.models.personal import measure_personal
from bench.models.twins import Held, hold_out, train_twin
from ridealong.learning import corpus
from ridealong.learning.corpus import Corpus
from ridealong.learning.datasets import DataFolder
from ridealong.learning.evaluation_parity import FEWEST_AGREED, TOLERANCE, compare
from ridealong.learning.places import ROOT, STORE
from ridealong.learning.scoring import Figure
from ridealong.learning.store import assemble

PAGE: Final = ROOT / "docs" / "evaluation.md"
DATA: Final = ROOT.parent / "shared" / "data"
NOTES: Final = "<!-- Below this line everything is kept when the page is written anew. -->"


@dataclass
class Workshop:
    """The data, read when first needed, and the English twin, trained when first needed."""

    folder: Path

    @cached_property
    def sets(self) -> DataFolder:
        """Without what is held out. Raises `TrainingDataMissing`, `HeldoutListMissing`."""
        return DataFolder.open(self.folder)

    @cached_property
    def corpus(self) -> Corpus:
        """All rows of all heads."""
        return corpus.gather(self.sets)

    @cached_property
    def held(self) -> Held:
        """The rows that judge."""
        return hold_out(self.corpus)[1]

    @cached_property
    def twin(self) -> Path:
        """A model store."""
        report = partial(console.print, style="dim")
        return train_twin(intents.ENGLISH, self.sets, self.corpus, report)


def measure_intents(workshop: Workshop) -> list[Measured]:
    """Of the twin."""
    return asyncio.run(intents.measure_english(workshop.held, workshop.twin))


def measure_elsewhere(_: Workshop) -> list[Measured]:
    """Of the shipped pipeline."""
    return [asyncio.run(intents.measure_elsewhere(STORE))]


def measure_own(workshop: Workshop) -> list[Measured]:
    """Of heads fitted on the spot."""
    return [asyncio.run(measure_companies(workshop.sets.dialogues(), STORE))]


def measure_parity(workshop: Workshop) -> list[Measured]:
    """Training against serving, of the shipped pipelines, over all outputs."""
    held = workshop.held
    texts = [row.text for rows in (held.banking, held.commerce, held.general) for row in rows]
    measured = []
    for name in (intents.ENGLISH, intents.MULTILINGUAL):
        found = asyncio.run(compare(name, texts, STORE)).values()
        agreed = Figure(min(each.agreed for each in found))
        largest = Figure(max(each.largest for each in found))
        same, near = Goal(FEWEST_AGREED, 1.0), Goal(TOLERANCE, 1e-5, is_most=True)
        on = "dev rows of the packs"
        measured += [
            Measured(f"parity of {name}, same label", on, len(texts), agreed, same),
            Measured(f"parity of {name}, probability", on, len(texts), largest, near),
        ]
    return measured


PARTS: Final[dict[str, Callable[[Workshop], list[Measured]]]] = {
    "intents": measure_intents,
    "elsewhere": measure_elsewhere,
    "own": measure_own,
    "languages": lambda _: [measure_languages()],
    "personal": lambda _: measure_personal(),
    "outsiders": lambda _: asyncio.run(measure_outsiders(STORE)),
    "parity": measure_parity,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """All parts in turn; a page only where all were measured."""
    options = read_options(arguments)
    assemble()
    workshop = Workshop(options.data)
    measured: list[Measured] = []
    for name in options.only:
        console.print(f"measuring: {name}", style="dim")
        measured += PARTS[name](workshop)
    show(measured)
    if list(options.only) == list(PARTS):
        options.page.write_text(as_page(measured, kept_notes(options.page)), encoding="utf-8")
        console.print(f"the same as a page: {options.page}", markup=False)


def read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Where the data is, and which parts are wanted."""
    made = argparse.ArgumentParser(
        prog="python -m bench.models.evaluate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--data", type=Path, default=DATA, help="folder of the training sets")
    made.add_argument("--page", type=Path, default=PAGE, help="where the page is written")
    made.add_argument(
        "--only",
        type=partial(one_of, list(PARTS)),
        default=list(PARTS),
        help=f"parts, with commas, of {', '.join(PARTS)} (default: all, and the page)",
    )
    return made.parse_args(arguments)


def show(measured: Sequence[Measured]) -> None:
    """The table, misses in red."""
    table = Table(*HEAD)
    for each in measured:
        missed = each.goal.verdict(each.figure.value) == "**missed**"
        table.add_row(*map(escape, each.cells()), style="red" if missed else None)
    console.print(table)


def as_page(measured: Sequence[Measured], notes: str) -> str:
    """Date, machine, commit, the table, how to read it, and the notes."""
    lines = [
        "# The models, measured",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {machine()}, commit {commit()}. `make evaluate` makes this",
        "page. Intervals are percentiles of 1,000 resamples of the rows (bootstrap, 95 %).",
        "",
        *markdown_table(HEAD, [each.cells() for each in measured]),
        "",
        "How to read it: goals are for unseen text of others; here stand own dev rows, which",
        "come from the same sources as the rows learned from, and on which settings were",
        "chosen: count on less elsewhere. Intents, rejection, sentiment and ECE are of a",
        "*twin*: a pipeline trained by the same code from the same rows without any dev row,",
        "and asked through the serving engine. The shipped heads are refitted on all rows, so",
        "that no row is left to judge those themselves. Other languages and parity are of the",
        "shipped pipelines; no head has learned from those requests, though from others that",
        "the project wrote in the same languages.",
        "VADER's dev rows are reviews and tweets, not complaints. The language reader's",
        "threshold was set on the very requests that it is measured on. Companies are",
        "simulated; their intents are few, and each draw asks the same questions.",
        "",
        NOTES,
        notes,
    ]
    return "\n".join(lines).rstrip() + "\n"


def kept_notes(page: Path) -> str:
    """What people wrote below the line."""
    written = page.read_text(encoding="utf-8") if page.exists() else ""
    return written.partition(NOTES)[2].strip("\n")


def commit() -> str:
    """Of this checkout, and whether anything was changed since."""
    git = ["git", "-C", str(ROOT)]
    head = subprocess.run(
        [*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    changed = subprocess.run(
        [*git, "status", "--porcelain"], capture_output=True, text=True, check=False
    ).stdout.strip()
    return (head or "unknown") + (" with changes" if changed else "")


if __name__ == "__main__":
    main()
