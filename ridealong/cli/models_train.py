"""`ridealong models train`: make the heads anew from the training sets."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from ridealong.cli.options import AsJson, console, errors
from ridealong.learning import places
from ridealong.learning.errors import TrainingDataMissing

if TYPE_CHECKING:
    from rich.progress import TaskID

    from ridealong.learning.training import Watch

DEFAULT_DATA = places.ROOT.parent / "shared" / "data"
COLUMNS = ("accuracy", "macro_f1", "top_3", "ece")


@dataclass
class Display:
    """What is going on: texts being embedded, then one line for each head, with its own clock.

    Where nobody watches a terminal, a line is printed for each head and each tenth of the texts.
    """

    progress: Progress
    embedding: "TaskID"
    heads: "dict[str, TaskID]" = field(default_factory=dict)
    texts: int = 0
    embedded: int = 0

    def expect(self, texts: int) -> None:
        """So many are to be embedded."""
        self.texts = texts
        self.progress.update(self.embedding, description="embedding", total=texts)

    def advance(self, count: int) -> None:
        """Some have been."""
        before, self.embedded = self.embedded, self.embedded + count
        self.progress.advance(self.embedding, count)
        if 10 * self.embedded // self.texts > 10 * before // self.texts:
            self._say(f"embedded {self.embedded} of {self.texts} texts")

    def begin(self, line: str) -> None:
        """A head is being fitted."""
        self.heads[line] = self.progress.add_task(line, total=1)

    def end(self, line: str) -> None:
        """It is done."""
        self.progress.update(self.heads[line], completed=1)
        self._say(line)

    def _say(self, line: str) -> None:
        if not errors.is_terminal:
            errors.print(line, soft_wrap=True)

    def watch(self) -> "Watch":
        """Whom training tells."""
        from ridealong.learning.training import Watch

        return Watch(begin=self.begin, end=self.end, advance=self.advance)


def command(
    names: Annotated[list[str] | None, typer.Argument(help="Pipelines; all by default.")] = None,
    *,
    data: Annotated[Path, typer.Option(help="Folder of the training sets.")] = DEFAULT_DATA,
    allow_worse: Annotated[
        bool,
        typer.Option("--allow-worse", help="Write heads that score below those before, too."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Train the heads anew from the training sets and write them into the checkout.

    The sets are no part of the project: models/README.md names them, their sources and licences.
    What the list of held-out texts holds is never trained on; without that list nothing is trained.
    A head that scores below the one before is refused, unless --allow-worse.

    Examples:

        ridealong models train
        ridealong models train understand-en --data ../shared/data
        ridealong models train --allow-worse --json | jq .metrics
    """
    from ridealong.learning import corpus, curriculum, pipelines, store, training
    from ridealong.learning.datasets import DataFolder

    chosen = [pipelines.find_pipeline(name) for name in names or []] or list(pipelines.PIPELINES)
    if not data.is_dir():
        raise TrainingDataMissing(
            f"{data} is no folder; models/README.md says which sets it must hold, and where from"
        )
    sets = DataFolder.open(data)
    with display() as shown:
        gathered = corpus.gather(sets)
        shown.expect(sum(curriculum.count_texts(gathered, pipeline) for pipeline in chosen))
        folders = [
            training.train(
                pipeline,
                gathered,
                dropped=sets.dropped,
                watch=shown.watch(),
                allow_worse=allow_worse,
            )
            for pipeline in chosen
        ]
    store.assemble()
    documents = [json.loads((folder / "manifest.json").read_text()) for folder in folders]
    metrics = {document["name"]: document["metrics"] for document in documents}
    dropped = {name: count.heldout for name, count in sets.dropped.items()}
    if as_json:
        typer.echo(json.dumps({"metrics": metrics, "dropped_held_out": dropped}, indent=2))
    else:
        show(metrics, dropped)


@contextmanager
def display() -> Iterator[Display]:
    """A bar for the embedding, which takes the time, and a line with its clock for each head."""
    with Progress(
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=errors,
        disable=not errors.is_terminal,
    ) as progress:
        shown = Display(progress, progress.add_task("reading the training sets", total=None))
        yield shown


def show(metrics: Mapping[str, Mapping[str, Any]], dropped: Mapping[str, int]) -> None:
    """The verdict on the dev rows, and how many held-out rows were left out."""
    table = Table(box=None, pad_edge=False)
    for column in ("model", "head", "accuracy", "macro F1", "top 3", "ECE"):
        table.add_column(column)
    for name, heads in metrics.items():
        for head, verdict in heads.items():
            numbers = [verdict["dev"].get(key) for key in COLUMNS]
            table.add_row(
                name, head, *("" if value is None else f"{value:.3f}" for value in numbers)
            )
    console.print(table)
    left_out = ", ".join(f"{name} {count}" for name, count in dropped.items() if count)
    console.print(f"held-out rows left out: {left_out or 'none'}")
