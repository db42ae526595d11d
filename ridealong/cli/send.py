"""`ridealong send`: a message in, its answer out."""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.table import Table

from ridealong.cli.answers import answer_view
from ridealong.cli.gateway import JSON, LINES, MAIL, Gateway, Replied, known_key, public_gateway
from ridealong.cli.options import DEFAULT_FILE, AsJson, RunFile, console
from ridealong.contracts.aggregation import Answer
from ridealong.local.problems import LocalProblem
from ridealong.local.topology import Topology, load_topology

KINDS = {".jsonl": LINES, ".ndjson": LINES, ".eml": MAIL, ".json": JSON}


class NothingToSend(LocalProblem):
    """Neither a text nor a readable file."""


@dataclass(frozen=True)
class Manner:
    """How it is sent, and how it is shown."""

    is_async: bool
    follows: bool
    as_json: bool
    reveals: bool


def command(
    text: Annotated[str | None, typer.Argument(help="`-` reads standard input.")] = None,
    file: RunFile = DEFAULT_FILE,
    *,
    source: Annotated[
        Path | None,
        typer.Option("--from", help="A file: .jsonl (a batch), .eml (a mail) or .json."),
    ] = None,
    channel: Annotated[Literal["chat", "email"], typer.Option(help="How it came.")] = "chat",
    subject: Annotated[str | None, typer.Option(help="Of an e-mail.")] = None,
    customer: Annotated[str | None, typer.Option(help="Who wrote it.")] = None,
    conversation: Annotated[str | None, typer.Option(help="Where it belongs.")] = None,
    external_id: Annotated[str | None, typer.Option(help="Sent again, it is known again.")] = None,
    is_async: Annotated[bool, typer.Option("--async", help="Do not wait for the answer.")] = False,
    follow: Annotated[bool, typer.Option("--follow", help="Queue it and watch its steps.")] = False,
    reveal: Annotated[bool, typer.Option("--reveal", help="Fill placeholders in.")] = False,
    key: Annotated[
        str | None, typer.Option(help="Else RIDEALONG_API_KEY, else the demo tenant's.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Send a message and show its answer.

    Examples:

        ridealong send "Where is my order 12345? I have been waiting for two weeks!"
        ridealong send --from mail.eml --follow
        ridealong send --from messages.jsonl --json | jq .
    """
    fields = {
        "channel": channel,
        "subject": subject,
        "customer_id": customer,
        "conversation_id": conversation,
        "external_id": external_id,
    }
    kind, body = read_what(text, source, fields)
    manner = Manner(is_async=is_async, follows=follow, as_json=as_json, reveals=reveal)
    topology = load_topology(file)
    asyncio.run(send(topology, known_key(topology, key), kind, body, manner))


def read_what(
    text: str | None, source: Path | None, fields: dict[str, str | None]
) -> tuple[str, bytes]:
    """The media type and the body, of a text or of a file."""
    if (text is None) == (source is None):
        raise typer.BadParameter("give either a text or --from with a file")
    if source is not None:
        if source.suffix not in KINDS:
            raise NothingToSend(f"{source} is not known", f"name it {' or '.join(KINDS)}")
        try:
            return KINDS[source.suffix], source.read_bytes()
        except OSError as error:
            raise NothingToSend(f"{source} cannot be read", str(error.strerror)) from error
    given = {name: value for name, value in fields.items() if value is not None}
    words = sys.stdin.read() if text == "-" else text
    return JSON, json.dumps({"text": words} | given).encode()


async def send(topology: Topology, key: str, kind: str, body: bytes, manner: Manner) -> None:
    """Send it and show what comes."""
    async with public_gateway(topology, key) as gateway:
        if kind == LINES:
            reply = await gateway.ask("POST", "/v1/messages/batch", body, content_type=kind)
            show_batch(reply.wanted(), manner)
            return
        prefer = {"prefer": "respond-async"} if manner.is_async or manner.follows else {}
        path = "/v1/messages?reveal=true" if manner.reveals else "/v1/messages"
        reply = await gateway.ask("POST", path, body, content_type=kind, **prefer)
        if reply.wanted().status == 202 and manner.follows:
            reply = await follow(gateway, reply, manner)
    show(reply, manner)


async def follow(gateway: Gateway, queued: Replied, manner: Manner) -> Replied:
    """Each step as it comes, then the status with the answer."""
    url = str(queued.content["status_url"])
    async for step in gateway.events(f"{url}/events"):
        if not manner.as_json:
            console.print(f"{step['number']}. {step['name']}  [dim]{step['at']}[/dim]")
    path = f"{url}?reveal=true" if manner.reveals else url
    return (await gateway.ask("GET", path)).wanted()


def show(reply: Replied, manner: Manner) -> None:
    """An answer, or where there will be one."""
    if manner.as_json:
        typer.echo(json.dumps(reply.content, indent=2, ensure_ascii=False))
        return
    content = reply.content
    found = content.get("answer", content) if reply.status == 200 else None
    if found is None:
        console.print(f"queued as {content['message_id']}", highlight=False)
        console.print(f"GET {content.get('status_url', '')} tells how far it is", soft_wrap=True)
        return
    console.print(answer_view(Answer.model_validate(found)))


def show_batch(reply: Replied, manner: Manner) -> None:
    """A line for each line, then the sum."""
    if manner.as_json:
        typer.echo(reply.body.decode(), nl=False)
        return
    *lines, summary = (json.loads(line) for line in reply.body.splitlines())
    console.print(_batch_table(lines))
    console.print(
        f"\nbatch {summary['batch_id']}: {summary['accepted']} accepted,"
        f" {summary['duplicate']} known already, {summary['refused']} refused",
        highlight=False,
    )
    console.print(f"GET /v1/batches/{summary['batch_id']} tells how far they are", soft_wrap=True)


def _batch_table(lines: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("line", "outcome", "message or problem"):
        table.add_column(column, overflow="fold")
    for line in lines:
        what = line.get("message_id") or f"{line['status']} {line.get('problem')}"
        table.add_row(str(line["line"]), line["outcome"], what)
    return table
