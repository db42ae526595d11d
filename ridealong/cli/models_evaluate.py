"""`ridealong models evaluate`: how well a served model does on labelled rows of one's own."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from ridealong.cli.options import DEFAULT_FILE, AsJson, errors


def command(
    name: Annotated[str, typer.Argument(help="A model that reads texts, such as understand-en.")],
    *,
    file: Annotated[
        Path, typer.Option(help="CSV or JSON lines with text, label and, if you like, language.")
    ],
    output: Annotated[
        str | None,
        typer.Option(help="Which output the labels are of; by default the one that knows them."),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Open the model on disk instead of asking the system.")
    ] = False,
    skip_unknown: Annotated[
        bool, typer.Option("--skip-unknown", help="Leave out rows whose label nobody knows.")
    ] = False,
    pack: Annotated[
        list[str] | None,
        typer.Option(help="A pack of the tenant whose rejections are judged; all by default."),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(help="Reliability and confusion: a .png, or a page as .html."),
    ] = None,
    run_file: Annotated[
        Path,
        typer.Option(
            "--run-file",
            help="The run file of the system that is asked.",
            envvar="RIDEALONG_FILE",
            show_default=False,
        ),
    ] = DEFAULT_FILE,
    as_json: AsJson = False,
) -> None:
    """Score a model on labelled rows, through the same path that serves everybody.

    The running system is asked over its sidecar, or with --offline the same engine in this process.
    Rows labelled none or oos belong to no class: they judge how well the rest is told from them.
    The labels of emotion may be several, joined by commas.

    Examples:

        ridealong models evaluate understand-en --file rows.csv
        ridealong models evaluate understand-en --file rows.jsonl --offline --plot report.html
        ridealong models evaluate understand-multilingual --output banking --file rows.csv
        ridealong models evaluate understand-en --file rows.csv --pack banking --json
    """
    # Only this command waits for scikit-learn and the engine.
    from ridealong.cli import models_served as served
    from ridealong.cli import models_verdict as views
    from ridealong.learning.evaluation_labels import Wishes
    from ridealong.learning.evaluation_rows import read_labelled

    if plot is not None:
        from ridealong.learning import charts

        charts.check_plot(plot)
    rows = read_labelled(file)
    with bar() as progress:
        task = progress.add_task("asking", total=len(rows.rows))
        wishes = Wishes(
            output,
            skips_unknown=skip_unknown,
            packs=tuple(pack or ()),
            advance=lambda count: progress.advance(task, count),
        )
        if offline:
            verdict = asyncio.run(served.ask_engine(name, rows, wishes))
        else:
            verdict = served.ask_system(name, rows, wishes, run_file)
    if plot is not None:
        charts.plot(verdict, plot)
    for problem in views.problems(verdict):
        errors.print(problem, style="yellow", soft_wrap=True, markup=False)
    if as_json:
        typer.echo(json.dumps(views.as_document(verdict), indent=2, ensure_ascii=False))
    else:
        views.show(verdict)


def bar() -> Progress:
    """How many rows have been answered, and how long the rest will take."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=errors,
        transient=True,
    )
