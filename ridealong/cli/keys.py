"""`ridealong keys`: who may call the gateway, and for what."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import quote

import typer
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table

from ridealong.cli.gateway import demo_key_file, own_gateway
from ridealong.cli.options import DEFAULT_FILE, AsJson, RunFile, console
from ridealong.contracts.gateway import KeyCard, KeyCards, MintedKey, NewKey, Scope
from ridealong.local.credentials import write_privately
from ridealong.local.topology import Topology, load_topology

DEFAULT_SCOPES = [Scope.WRITE, Scope.READ]
commands = typer.Typer(no_args_is_help=True, help="API keys: make, list, revoke.")


@commands.command("create")
def create_key(
    tenant: Annotated[str, typer.Option(help="Whose messages it sends and reads.")],
    file: RunFile = DEFAULT_FILE,
    *,
    scope: Annotated[
        list[Scope] | None,
        typer.Option(help="What it allows; give it once for each. Default: write and read."),
    ] = None,
    name: Annotated[str, typer.Option(help="To tell it from others.")] = "",
    days: Annotated[int | None, typer.Option(min=1, help="Then it expires.")] = None,
    rate: Annotated[int | None, typer.Option(min=1, help="Requests a minute.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Keep it for `ridealong send`.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make an API key. It is shown this once; the gateway keeps its hash only.

    Examples:

        ridealong keys create --tenant acme
        ridealong keys create --tenant acme --scope messages:read --scope personal-data --days 30
        ridealong keys create --tenant acme --rate 60000 --json | jq -r .key
    """
    try:
        new = NewKey(
            tenant=tenant,
            scopes=frozenset(scope or DEFAULT_SCOPES),
            name=name,
            expires_at=datetime.now(UTC) + timedelta(days=days) if days else None,
            rate_per_minute=rate,
        )
    except ValidationError as error:
        wrong = ", ".join(f"{found['loc'][0]}: {found['msg']}" for found in error.errors())
        raise typer.BadParameter(wrong) from error
    topology = load_topology(file)
    minted = asyncio.run(mint(topology, new))
    if demo:
        write_privately(demo_key_file(topology), f"{minted.key}\n")
    if as_json:
        typer.echo(minted.model_dump_json(indent=2))
        return
    console.print(table_of([minted]))
    console.print(f"\nThe key, shown this once:\n{minted.key}", soft_wrap=True, highlight=False)


@commands.command("list")
def list_keys(
    file: RunFile = DEFAULT_FILE,
    *,
    tenant: Annotated[str | None, typer.Option(help="Only this tenant's.")] = None,
    as_json: AsJson = False,
) -> None:
    """List all keys, revoked ones too; what a key says is kept nowhere.

    Examples:

        ridealong keys list --tenant acme
        ridealong keys list --json | jq -r '.[] | select(.revoked_at == null) | .key_id'
    """
    cards = asyncio.run(find(load_topology(file), tenant))
    if as_json:
        typer.echo(json.dumps([card.model_dump(mode="json") for card in cards], indent=2))
    elif cards:
        console.print(table_of(cards))
    else:
        console.print("There are no keys: make one with `ridealong keys create`.")


@commands.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(help="From `list`.")],
    file: RunFile = DEFAULT_FILE,
    *,
    as_json: AsJson = False,
) -> None:
    """Refuse a key from now on; every replica of the gateway does so within two seconds.

    Examples:

        ridealong keys revoke 3f1c9a7be2d0
        ridealong keys revoke 3f1c9a7be2d0 --json
    """
    card = asyncio.run(revoke(load_topology(file), key_id))
    if as_json:
        typer.echo(card.model_dump_json(indent=2))
    else:
        console.print(table_of([card]))


async def mint(topology: Topology, new: NewKey) -> MintedKey:
    """Have the gateway make a key."""
    async with own_gateway(topology) as gateway:
        body = new.model_dump_json().encode()
        reply = await gateway.ask("POST", "keys", body, content_type="application/json")
    return MintedKey.model_validate_json(reply.wanted().body)


async def find(topology: Topology, tenant: str | None) -> list[KeyCard]:
    """The keys that the gateway knows."""
    path = f"keys?tenant={quote(tenant, safe='')}" if tenant else "keys"
    async with own_gateway(topology) as gateway:
        reply = await gateway.ask("GET", path)
    cards = KeyCards.model_validate_json(reply.wanted().body).keys
    return sorted(cards, key=lambda card: card.created_at)


async def revoke(topology: Topology, key_id: str) -> KeyCard:
    """Have the gateway refuse a key."""
    async with own_gateway(topology) as gateway:
        reply = await gateway.ask("DELETE", f"keys/{quote(key_id, safe='')}")
    return KeyCard.model_validate_json(reply.wanted().body)


def table_of(cards: list[KeyCard] | list[MintedKey]) -> Table:
    """One line a key."""
    table = Table(box=None, pad_edge=False)
    for column in ("id", "tenant", "state"):
        table.add_column(column, no_wrap=True)
    for column in ("scopes", "name", "created"):
        table.add_column(column, overflow="fold")
    for card in cards:
        scopes = "\n".join(sorted(card.scopes))
        created = f"{card.created_at:%Y-%m-%d}"
        table.add_row(card.key_id, card.tenant, _state(card), scopes, escape(card.name), created)
    return table


def _state(card: KeyCard) -> str:
    if card.revoked_at:
        return "[red]revoked[/red]"
    if card.expires_at and card.expires_at <= datetime.now(UTC):
        return "[red]expired[/red]"
    return "[green]good[/green]"
