"""`ridealong dead-letters`: events that a subscriber could not take, and sending them again."""

import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import quote

import typer
from rich.table import Table

from ridealong.cli.options import DEFAULT_FILE, AsJson, RunFile, console
from ridealong.cli.peers import Peer, with_peer
from ridealong.contracts.analytics import (
    DeadLetterEntry,
    DeadLetterOpened,
    DeadLetterResent,
    DeadLetters,
    LetterStatus,
)

KEEPER = "analytics"
ADVICE = "see `ridealong dead-letters list`"
MOST_AT_ONCE = 1000
COLOURS = {
    LetterStatus.WAITING: "yellow",
    LetterStatus.RESENT: "green",
    LetterStatus.RESENT_FAILED: "red",
}
ResultT = TypeVar("ResultT")

commands = typer.Typer(
    no_args_is_help=True, help="Events that a subscriber could not take: see them, send them again."
)


class Keeper:
    """`analytics`, asked through its sidecar."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    async def find(self, **filters: str | int | None) -> tuple[DeadLetterEntry, ...]:
        """The newest first."""
        given = {name: value for name, value in filters.items() if value is not None}
        found = await self._peer.ask("GET", "/dead-letters", DeadLetters, filters=given)
        return found.dead_letters

    async def open(self, letter_id: str) -> DeadLetterOpened:
        """One letter with its event."""
        return await self._peer.ask("GET", path_of(letter_id), DeadLetterOpened)

    async def resend(self, letter_id: str) -> DeadLetterResent:
        """Give it to its subscriber again."""
        return await self._peer.ask("POST", f"{path_of(letter_id)}/resend", DeadLetterResent)


def path_of(letter_id: str) -> str:
    """No id reaches anything but a letter."""
    return f"/dead-letters/{quote(letter_id, safe='')}"


@commands.command("list")
def list_letters(
    file: RunFile = DEFAULT_FILE,
    *,
    status: Annotated[LetterStatus | None, typer.Option(help="Only these.")] = None,
    topic: Annotated[str | None, typer.Option(help="Only events of this topic.")] = None,
    app_id: Annotated[str | None, typer.Option(help="Only this subscriber.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=MOST_AT_ONCE)] = 100,
    as_json: AsJson = False,
) -> None:
    """List dead letters, the newest first.

    Examples:

        ridealong dead-letters list --status waiting
        ridealong dead-letters list --app-id aggregation --json | jq '.[].letter_id'
    """
    letters = _with_keeper(
        file, lambda keeper: keeper.find(status=status, topic=topic, app_id=app_id, limit=limit)
    )
    if as_json:
        typer.echo(json.dumps([letter.model_dump(mode="json") for letter in letters], indent=2))
    elif letters:
        console.print(_table(letters))
    else:
        console.print("There are no dead letters.")


@commands.command("show")
def show_letter(
    letter_id: Annotated[str, typer.Argument(help="From `list`.")],
    file: RunFile = DEFAULT_FILE,
    *,
    as_json: AsJson = False,
) -> None:
    """Show one dead letter with its event, as it was published.

    Examples:

        ridealong dead-letters show 3f1c9a7be2d04c55
        ridealong dead-letters show 3f1c9a7be2d04c55 --json | jq .event.data
    """
    opened = _with_keeper(file, lambda keeper: keeper.open(letter_id))
    if as_json:
        typer.echo(opened.model_dump_json(indent=2))
        return
    console.print(_table([opened.dead_letter]))
    console.print_json(json.dumps(opened.event))


@commands.command("resend")
def resend_letters(
    letter_ids: Annotated[list[str] | None, typer.Argument(help="From `list`.")] = None,
    file: RunFile = DEFAULT_FILE,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="All that wait, or failed when last sent.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Send dead letters to the one subscriber that could not take them.

    Ends with 1 where one of them is still not taken.

    Examples:

        ridealong dead-letters resend 3f1c9a7be2d04c55
        ridealong dead-letters resend --all --json
    """
    if everything == bool(letter_ids):
        raise typer.BadParameter("give either the ids of dead letters or --all")
    resent = _with_keeper(file, lambda keeper: _resend(keeper, letter_ids or []))
    if as_json:
        typer.echo(json.dumps([one.model_dump(mode="json") for one in resent], indent=2))
    elif resent:
        console.print(_table([one.dead_letter for one in resent]))
    else:
        console.print("There is nothing to resend.")
    if any(one.dead_letter.status is not LetterStatus.RESENT for one in resent):
        raise typer.Exit(1)


async def _resend(keeper: Keeper, letter_ids: Sequence[str]) -> list[DeadLetterResent]:
    return [await keeper.resend(one) for one in letter_ids or await _unsettled(keeper)]


async def _unsettled(keeper: Keeper) -> list[str]:
    unsettled = (LetterStatus.WAITING, LetterStatus.RESENT_FAILED)
    found = [await keeper.find(status=status, limit=MOST_AT_ONCE) for status in unsettled]
    return [letter.letter_id for letters in found for letter in letters]


def _with_keeper(file: Path, work: Callable[[Keeper], Awaitable[ResultT]]) -> ResultT:
    return with_peer(file, KEEPER, lambda peer: work(Keeper(peer)), advice=ADVICE)


def _table(letters: Sequence[DeadLetterEntry]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("id", "status", "subscriber"):
        table.add_column(column, no_wrap=True)
    for column in ("event", "times", "last", "last resend"):
        table.add_column(column, overflow="fold")
    for letter in letters:
        colour = COLOURS[letter.status]
        table.add_row(
            letter.letter_id,
            f"[{colour}]{letter.status}[/{colour}]",
            letter.app_id,
            f"{letter.topic}\n{_plain(letter.event_id)}",
            str(letter.count),
            f"{letter.last_at:%Y-%m-%d %H:%M:%S}Z",
            letter.last_resend or "",
        )
    return table


def _plain(text: str) -> str:
    # An id of a malformed event may hold anything, Rich's markup and control codes included.
    return "".join(c if c.isprintable() else "?" for c in text).replace("[", r"\[")
