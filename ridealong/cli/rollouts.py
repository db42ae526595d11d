"""`ridealong models rollout`: try a version on some callers, or beside another; promote, return."""

import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import quote

import typer

from ridealong.cli.options import DEFAULT_FILE, AsJson, RunFile, console
from ridealong.cli.peers import Peer, with_peer
from ridealong.cli.rollout_views import in_words, versions_table
from ridealong.contracts.contract import Reply
from ridealong.contracts.inference import (
    ArrangeRollout,
    PromoteVersion,
    RolloutShown,
    RolloutsShown,
)

SERVER = "inference"
VERSION = re.compile("[1-9][0-9]{0,8}")
ADVICE = "see `ridealong models rollout show`"
ReplyT = TypeVar("ReplyT", bound=Reply)


def whole_number(version: str | None) -> str | None:
    """Versions are whole numbers, here as on disk."""
    if version is not None and not VERSION.fullmatch(version):
        raise typer.BadParameter("a version is a whole number")
    return version


Model = Annotated[str, typer.Argument(help="A model that `inference` serves.")]
Weight = Annotated[
    float | None,
    typer.Option(min=0, max=1, help="The share of the requests that the canary answers, 0 to 1."),
]

commands = typer.Typer(
    no_args_is_help=True,
    help="Try a version on some callers or beside another, promote it, return to the one before.",
)


@commands.command("show")
def show_rollouts(
    model: Annotated[str | None, typer.Argument(help="One model; all by default.")] = None,
    file: RunFile = DEFAULT_FILE,
    *,
    as_json: AsJson = False,
) -> None:
    """Show which versions answer whom, and how they do in the replica that replies.

    Examples:

        ridealong models rollout show
        ridealong models rollout show understand-en --json | jq .shadow_report
    """
    if model is None:
        found = with_server(file, lambda peer: peer.ask("GET", "/rollouts", RolloutsShown))
        if as_json:
            typer.echo(found.model_dump_json(indent=2))
        elif found.rollouts:
            console.print(versions_table(found.rollouts))
        else:
            console.print("No rollout is in force: of each model its newest version answers.")
        return
    say(ask(file, "GET", path_of(model)), as_json=as_json)


@commands.command("start")
def start_rollout(
    model: Model,
    file: RunFile = DEFAULT_FILE,
    *,
    canary: Annotated[
        str | None, typer.Option(callback=whole_number, help="A version to try on some callers.")
    ] = None,
    weight: Weight = None,
    shadow: Annotated[
        str | None,
        typer.Option(
            callback=whole_number, help="A version to ask the same, after the answer, and compare."
        ),
    ] = None,
    stable: Annotated[
        str | None,
        typer.Option(
            callback=whole_number, help="The version for all others; by default who answers now."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Start a canary, a shadow, or both. The versions are loaded before anybody is sent there.

    Examples:

        ridealong models rollout start understand-en --canary 2 --weight 0.05
        ridealong models rollout start understand-en --shadow 2
    """
    given = {"canary": canary, "weight": weight, "shadow": shadow, "stable": stable}
    wanted = {name: value for name, value in given.items() if value is not None}
    if not wanted:
        raise typer.BadParameter("give --canary with --weight, --shadow, or --stable")
    arrange(model, file, wanted, as_json=as_json)


@commands.command("adjust")
def adjust_rollout(
    model: Model,
    file: RunFile = DEFAULT_FILE,
    *,
    weight: Weight = None,
    end_canary: Annotated[bool, typer.Option("--end-canary", help="Try it no longer.")] = False,
    end_shadow: Annotated[bool, typer.Option("--end-shadow", help="Ask it no longer.")] = False,
    as_json: AsJson = False,
) -> None:
    """Change a canary's weight, or end a canary or a shadow. Whoever is in a growing canary stays.

    Examples:

        ridealong models rollout adjust understand-en --weight 0.2
        ridealong models rollout adjust understand-en --end-shadow
    """
    wanted: dict[str, str | float | None] = {} if weight is None else {"weight": weight}
    if end_canary:
        wanted["canary"] = None
    if end_shadow:
        wanted["shadow"] = None
    if not wanted:
        raise typer.BadParameter("give --weight, --end-canary or --end-shadow")
    arrange(model, file, wanted, as_json=as_json)


@commands.command("promote")
def promote_version(
    model: Model,
    file: RunFile = DEFAULT_FILE,
    *,
    version: Annotated[
        str | None, typer.Option(callback=whole_number, help="By default the canary.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Have the canary, or a version, answer everything from now on.

    Examples:

        ridealong models rollout promote understand-en
        ridealong models rollout promote understand-en --version 3
    """
    request = PromoteVersion() if version is None else PromoteVersion(version=version)
    say(ask(file, "POST", f"{path_of(model)}/promote", request), as_json=as_json)


@commands.command("rollback")
def roll_back(model: Model, file: RunFile = DEFAULT_FILE, *, as_json: AsJson = False) -> None:
    """End the canary; without one, return to the version before the last promotion.

    Examples:

        ridealong models rollout rollback understand-en
    """
    seen = ask(file, "GET", path_of(model)).revision
    say(ask(file, "POST", f"{path_of(model)}/rollback?revision={seen}"), as_json=as_json)


@commands.command("clear")
def clear_rollout(model: Model, file: RunFile = DEFAULT_FILE, *, as_json: AsJson = False) -> None:
    """Forget the rollout: the newest version on disk answers everything, a canary's included.

    Examples:

        ridealong models rollout clear understand-en
    """
    say(ask(file, "DELETE", path_of(model)), as_json=as_json)


def arrange(
    model: str, file: Path, wanted: Mapping[str, str | float | None], *, as_json: bool
) -> None:
    """Have it so, and show what it is now."""
    request = ArrangeRollout.model_validate(wanted)
    say(ask(file, "PUT", path_of(model), request), as_json=as_json)


def path_of(model: str) -> str:
    """No name reaches anything but a rollout."""
    return f"/rollouts/{quote(model, safe='')}"


def ask(
    file: Path, method: str, path: str, request: ArrangeRollout | PromoteVersion | None = None
) -> RolloutShown:
    """One question about one model."""
    return with_server(file, lambda peer: peer.ask(method, path, RolloutShown, request=request))


def with_server(file: Path, work: Callable[[Peer], Awaitable[ReplyT]]) -> ReplyT:
    """Do something with `inference`."""
    return with_peer(file, SERVER, work, advice=ADVICE)


def say(shown: RolloutShown, *, as_json: bool) -> None:
    """What is so now, for people or for programs."""
    if as_json:
        typer.echo(shown.model_dump_json(indent=2))
        return
    console.print(versions_table([shown]))
    if shown.shadow_report is not None:
        console.print(in_words(shown.shadow_report), soft_wrap=True)
