"""The first look at a system that has just come up: the examples, their answers, how to go on."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import typer
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from ridealong.cli.examples import Example, read_examples
from ridealong.cli.gateway import (
    Gateway,
    Replied,
    demo_key_file,
    public_gateway,
    public_url,
)
from ridealong.cli.keys import mint
from ridealong.cli.options import console
from ridealong.contracts.contract import Decision
from ridealong.contracts.gateway import NewKey, Scope
from ridealong.local.credentials import write_privately
from ridealong.local.startup import System
from ridealong.local.topology import Topology

AT_ONCE = 4
# In all: while models warm up, the first messages may be queued.
PATIENCE_S = 60
LOOK_AGAIN_S = 0.3
LONGEST_START = 60
NO_MESSAGE = "00000000-0000-7000-8000-000000000000"
WORDS = {
    Decision.AUTOMATE.value: "[green]automate[/green]",
    Decision.SUGGEST.value: "[cyan]suggest[/cyan]",
    Decision.HAND_OVER.value: "[yellow]person[/yellow]",
}


@dataclass(frozen=True)
class Answered:
    """What became of an example. `problem` stands where it was refused."""

    name: str
    message: str
    channel: str
    status: int
    took_ms: int
    language: str | None = None
    intent: str | None = None
    probability: float | None = None
    sentiment: str | None = None
    decision: str | None = None
    reply: str | None = None
    problem: str | None = None


def welcome(system: System, *, as_json: bool = False) -> None:
    """Send the examples, show their answers, and say how to go on."""
    topology = system.topology
    key = asyncio.run(demo_key(topology))
    examples = list(read_examples(topology.folder / "examples"))
    with Progress(console=console, transient=True, disable=as_json) as progress:
        task = progress.add_task("sending the examples", total=len(examples))
        answered = asyncio.run(send_all(topology, key, examples, lambda: progress.advance(task)))
    if as_json:
        results = [asdict(one) for one in answered]
        found = {"key": key, "urls": urls(topology), "examples": results}
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    console.print(table_of(answered))
    say_how_to_go_on(topology, key)


async def demo_key(topology: Topology) -> str:
    """The demo tenant's key as kept, or a new one where that is no longer good."""
    kept = demo_key_file(topology)
    if kept.exists():
        key = kept.read_text().strip()
        async with public_gateway(topology, key) as gateway:
            if (await gateway.ask("GET", f"/v1/messages/{NO_MESSAGE}")).status != 401:
                return key
    minted = await mint(topology, NewKey(tenant="demo", scopes=frozenset(Scope), name="demo"))
    write_privately(kept, f"{minted.key}\n")
    return minted.key


async def send_all(
    topology: Topology, key: str, examples: Sequence[Example], tick: Callable[[], object]
) -> list[Answered]:
    """A few at once, the results in the order of the examples."""
    places = asyncio.Semaphore(AT_ONCE)
    deadline = time.monotonic() + PATIENCE_S
    async with public_gateway(topology, key) as gateway:

        async def send(example: Example) -> Answered:
            async with places:
                began = time.perf_counter()
                reply = await gateway.ask(
                    "POST", "/v1/messages", example.body, content_type=example.kind
                )
                if reply.status == 202:
                    reply = await answer_of(gateway, reply, deadline)
                tick()
                return read_answered(example, reply, time.perf_counter() - began)

        return list(await asyncio.gather(*map(send, examples)))


async def answer_of(gateway: Gateway, queued: Replied, deadline: float) -> Replied:
    """Of a message that was queued, if it comes in time; else that it was queued."""
    url = str(queued.content["status_url"])
    while time.monotonic() < deadline:
        await asyncio.sleep(LOOK_AGAIN_S)
        status = await gateway.ask("GET", url)
        if answer := status.content.get("answer"):
            return Replied(200, json.dumps(answer).encode())
    return queued


def read_answered(example: Example, reply: Replied, took_s: float) -> Answered:
    """What the table shows of a reply."""
    content = reply.content
    best: dict[str, Any] = next(iter(content.get("intents") or ()), {})
    suggested: dict[str, Any] = next(iter(content.get("suggestions") or ()), {})
    code = str(content.get("type", "")).removeprefix("urn:ridealong:")
    return Answered(
        name=example.name,
        message=_plain(example.start),
        channel=example.channel,
        status=reply.status,
        took_ms=round(took_s * 1000),
        language=content.get("language"),
        intent=best.get("name"),
        probability=best.get("probability"),
        sentiment=(content.get("sentiment") or {}).get("label"),
        decision=content.get("decision"),
        reply=suggested.get("title"),
        problem=(code or "refused") if reply.status >= 400 else None,
    )


def _plain(text: str) -> str:
    line = " ".join(text.split())[:LONGEST_START]
    return "".join(sign if sign.isprintable() else "·" for sign in line)


def table_of(answered: Sequence[Answered]) -> Table:
    """One line an example, also on 80 columns."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), expand=True)
    table.add_column("message", ratio=3, no_wrap=True, overflow="ellipsis")
    for name, width in (("by", 4), ("lang", 4)):
        table.add_column(name, width=width, no_wrap=True, overflow="crop")
    table.add_column("intent", ratio=3, no_wrap=True, overflow="ellipsis")
    table.add_column("mood", width=4, no_wrap=True, overflow="crop")
    table.add_column("decision", width=8, no_wrap=True)
    table.add_column("best reply", ratio=2, no_wrap=True, overflow="ellipsis")
    table.add_column("ms", width=5, justify="right", no_wrap=True)
    for one in answered:
        by = "mail" if one.channel == "email" else "chat"
        took = str(one.took_ms)
        if one.problem:
            problem = f"[red]{one.status} {escape(one.problem)}[/red]"
            table.add_row(escape(one.message), by, "", problem, "", "[red]refused[/red]", "", took)
            continue
        table.add_row(
            escape(one.message),
            by,
            "?" if one.language == "unknown" else escape(one.language or ""),
            _intent(one),
            (one.sentiment or "")[:3],
            WORDS.get(one.decision or "", "[dim]queued[/dim]"),
            escape(one.reply or ""),
            took,
        )
    return table


def _intent(one: Answered) -> str:
    if one.intent is None or one.probability is None:
        return "[dim]none[/dim]"
    return f"{one.probability:4.0%} {escape(one.intent.partition('.')[2] or one.intent)}"


def urls(topology: Topology) -> dict[str, str]:
    """What is up, by name."""
    sidecars = {
        f"{service.name} through its sidecar": f"http://127.0.0.1:{service.dapr_http_port}"
        f"/v1.0/invoke/{service.app_id}/method/"
        for service in topology.apps
    }
    return {"API": public_url(topology), "API page": f"{public_url(topology)}/docs"} | sidecars


def say_how_to_go_on(topology: Topology, key: str) -> None:
    """The key, the addresses, and a line to try."""
    lines = ["", f"demo key  {key}", f"          (kept in {demo_key_file(topology)})", ""]
    lines += [f"{name}\n          {url}" for name, url in urls(topology).items()]
    lines += ["", "Try:", f"curl -H 'Authorization: Bearer {key}' \\"]
    lines += ["  -H 'Content-Type: application/json' \\"]
    lines += [f"  {public_url(topology)}/v1/messages \\"]
    lines += ['  -d \'{"text": "Where is my order 12345?"}\'']
    console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)
