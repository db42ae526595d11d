"""`ridealong intents`: a tenant's own intents, taught by a few examples of each."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer
from rich.markup import escape
from rich.table import Table

from ridealong.cli.gateway import JSON, Replied, known_key, public_gateway
from ridealong.cli.options import DEFAULT_FILE, AsJson, RunFile, console
from ridealong.contracts.own_intents import OwnIntents, Taught
from ridealong.local.problems import LocalProblem
from ridealong.local.topology import Topology, load_topology

CSV = "text/csv"
KINDS = {".csv": CSV, ".json": JSON}
PATH = "/v1/intents"
Key = Annotated[
    str | None, typer.Option(help="With the scope `intents`. Else as for `ridealong send`.")
]
commands = typer.Typer(
    no_args_is_help=True, help="Intents of your own, taught by five examples each."
)


class NothingToTeach(LocalProblem):
    """The file with the examples is not readable, or of no known kind."""


@commands.command("add")
def add_examples(
    source: Annotated[str, typer.Argument(help=".csv (text,label) or .json; `-` reads CSV.")],
    file: RunFile = DEFAULT_FILE,
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="These are all examples from now on.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Use the head whatever its figures say.")
    ] = False,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Teach intents by examples, and show how well they were learned.

    Ends with 1 where the head that was fitted is not used.

    Examples:

        ridealong keys create --tenant demo --demo --scope intents --scope messages:write
        ridealong intents add intents.csv
        printf 'text,label\\nMay my dog fly too?,pets\\n' | ridealong intents add -
        ridealong intents add intents.json --replace --json | jq .figures.accuracy
    """
    kind, body = read_source(source)
    flags = [name for name, wanted in (("replace", replace), ("force", force)) if wanted]
    query = "&".join(f"{name}=true" for name in flags)
    topology = load_topology(file)
    path = f"{PATH}?{query}" if query else PATH
    reply = asyncio.run(ask(topology, key, "POST", path, kind, body))
    taught = Taught.model_validate_json(reply.body)
    if as_json:
        typer.echo(taught.model_dump_json(indent=2))
    else:
        show(taught)
        console.print(
            f"\n{taught.added} added, {taught.repeated} known already,"
            f" {taught.unreadable} without words",
            highlight=False,
        )
    if taught.active_revision != taught.revision:
        raise typer.Exit(1)


@commands.command("list")
def list_intents(file: RunFile = DEFAULT_FILE, *, key: Key = None, as_json: AsJson = False) -> None:
    """List intents, how many examples each has and how well it is known.

    Examples:

        ridealong intents list
        ridealong intents list --json | jq -r '.intents[] | select(.recall < 0.8) | .label'
    """
    reply = asyncio.run(ask(load_topology(file), key, "GET", PATH))
    tell(reply, as_json=as_json)


@commands.command("remove")
def remove_intent(
    label: Annotated[str, typer.Argument(help="From `list`.")],
    file: RunFile = DEFAULT_FILE,
    *,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Unlearn an intent, with all of its examples.

    Examples:

        ridealong intents remove pets_on_board
    """
    path = f"{PATH}/{quote(label, safe='')}"
    reply = asyncio.run(ask(load_topology(file), key, "DELETE", path))
    tell(reply, as_json=as_json)


def read_source(source: str) -> tuple[str, bytes]:
    """The media type and the body."""
    if source == "-":
        return CSV, sys.stdin.buffer.read()
    path = Path(source)
    if path.suffix not in KINDS:
        raise NothingToTeach(f"{source} is not known", f"name it {' or '.join(KINDS)}")
    try:
        return KINDS[path.suffix], path.read_bytes()
    except OSError as error:
        raise NothingToTeach(f"{source} cannot be read", str(error.strerror)) from error


async def ask(
    topology: Topology,
    key: str | None,
    method: str,
    path: str,
    kind: str = JSON,
    body: bytes | None = None,
) -> Replied:
    """What the gateway answers. Raises `GatewaySaysNo`."""
    async with public_gateway(topology, known_key(topology, key)) as gateway:
        return (await gateway.ask(method, path, body, content_type=kind)).wanted()


def tell(reply: Replied, *, as_json: bool) -> None:
    """As a table or as JSON."""
    if as_json:
        typer.echo(json.dumps(reply.content, indent=2))
    else:
        show(OwnIntents.model_validate_json(reply.body))


def show(known: OwnIntents) -> None:
    """Each intent, then what became of the head."""
    if not known.intents:
        console.print("There are no intents: teach some with `ridealong intents add`.")
        return
    table = Table(box=None, pad_edge=False)
    for column in ("intent", "examples", "recognised"):
        table.add_column(column, overflow="fold")
    for intent in known.intents:
        recall = "waits for more" if intent.recall is None else f"{intent.recall:.0%}"
        table.add_row(escape(intent.label), str(intent.examples), recall)
    console.print(table)
    if known.figures:
        console.print(
            f"\naccuracy {known.figures.accuracy:.0%}, macro-F1 {known.figures.macro_f1:.0%} by"
            f" cross-validation over {known.figures.examples} examples; floor {known.floor:.0%}",
            highlight=False,
        )
        for pair in known.figures.confused[:3]:
            console.print(f"{pair.count} x {pair.label} taken for {pair.taken_for}", markup=False)
    answering = known.active_revision
    console.print(
        f"{known.state.value}: {known.reason};"
        f" revision {known.revision}, answering {answering if answering else 'none'}",
        markup=False,
        highlight=False,
    )
