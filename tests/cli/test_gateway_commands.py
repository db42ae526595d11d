"""`ridealong keys`, `ridealong send` and the welcome, against a gateway on a free port."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from ridealong.chassis.sidecar import HttpReply
from ridealong.cli import keys, send
from ridealong.cli.examples import read_examples
from ridealong.cli.gateway import GatewaySaysNo, KeyMissing, demo_key_file
from ridealong.cli.options import console
from ridealong.cli.welcome import demo_key, welcome
from ridealong.local.problems import NotRunning
from ridealong.local.startup import System
from ridealong.local.topology import Topology
from tests.cli.live_gateway import live_gateway
from tests.gateway.services import World

commands = typer.Typer()
commands.add_typer(keys.commands, name="keys")
commands.command("send")(send.command)


def run(topology: Topology, *arguments: str) -> Any:
    """One command, with what it printed."""
    file = str(topology.folder / "dapr.yaml")
    result = CliRunner().invoke(commands, [*arguments, "--file", file])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def make_demo_key(topology: Topology) -> None:
    run(topology, "keys", "create", "--tenant", "demo", "--demo")


def test_a_key_is_made_listed_and_revoked(tmp_path: Path) -> None:
    with live_gateway(World(), tmp_path) as topology:
        made = json.loads(run(topology, "keys", "create", "--tenant", "acme", "--json").stdout)
        listed = json.loads(run(topology, "keys", "list", "--json").stdout)
        gone = json.loads(run(topology, "keys", "revoke", made["key_id"], "--json").stdout)

    assert made["key"].startswith(f"rdl_{made['key_id']}_")
    assert [card["key_id"] for card in listed] == [made["key_id"]]
    assert "key" not in listed[0]
    assert "sha256" not in listed[0]
    assert gone["revoked_at"] is not None


def test_a_table_of_keys_shows_what_they_allow(tmp_path: Path) -> None:
    with live_gateway(World(), tmp_path) as topology:
        run(topology, "keys", "create", "--tenant", "acme", "--scope", "personal-data")
        printed = run(topology, "keys", "list", "--tenant", "acme").stdout

    assert "personal-data" in printed
    assert "good" in printed


def test_a_tenant_that_cannot_be_is_told_before_asking(tmp_path: Path) -> None:
    with live_gateway(World(), tmp_path) as topology:
        result = run(topology, "keys", "create", "--tenant", "Not A Tenant")

    assert result.exit_code == 2


def test_the_demo_key_is_kept_for_its_owner_only(tmp_path: Path) -> None:
    with live_gateway(World(), tmp_path) as topology:
        make_demo_key(topology)

        assert stat.S_IMODE(demo_key_file(topology).stat().st_mode) == 0o600


def test_a_message_comes_back_understood_and_answered(tmp_path: Path) -> None:
    with live_gateway(World(), tmp_path) as topology:
        make_demo_key(topology)
        printed = run(topology, "send", "Where is my order 12345?").stdout

    for part in (
        "commerce.track_order 90%",
        "12345",
        "suggest",
        "Where is my order?",
        "[PERSON_1]",
    ):
        assert part in printed


def test_markup_in_a_message_stays_text(tmp_path: Path) -> None:
    with live_gateway(World(), tmp_path) as topology:
        make_demo_key(topology)
        printed = run(topology, "send", "[bold]now[/bold] [link=http://x]y").stdout

    assert "[bold]now[/bold] [link=http://x]y" in printed


def test_the_answer_as_json_is_what_the_gateway_said(tmp_path: Path) -> None:
    with live_gateway(World(), tmp_path) as topology:
        make_demo_key(topology)
        said = json.loads(run(topology, "send", "Hello", "--json").stdout)

    assert said["decision"] == "suggest"


def test_revealed_the_customer_is_called_by_name(tmp_path: Path) -> None:
    with live_gateway(World(), tmp_path) as topology:
        scopes = ("--scope", "messages:write", "--scope", "personal-data")
        run(topology, "keys", "create", "--tenant", "demo", "--demo", *scopes)
        printed = run(topology, "send", "Hello", "--reveal").stdout

    assert "Hello Ada Lovelace" in printed


def test_async_says_where_to_look(tmp_path: Path) -> None:
    world = World()
    with live_gateway(world, tmp_path) as topology:
        make_demo_key(topology)
        printed = run(topology, "send", "Hello", "--async").stdout

    assert f"GET /v1/messages/{next(iter(world.accepted))}" in printed


def test_follow_shows_the_steps_and_then_the_answer(tmp_path: Path) -> None:
    world = World()
    identity = "queued"
    with live_gateway(world, tmp_path) as topology:
        make_demo_key(topology)
        world.steps = _Answered(world.steps)
        printed = run(topology, "send", "Hello", "--follow", "--external-id", identity).stdout

    assert printed.index("1. claimed") < printed.index("3. announced") < printed.index("decision")


class _Answered(dict[str, list[str]]):
    """Every message is answered as soon as it is there."""

    def __setitem__(self, key: str, value: list[str]) -> None:
        super().__setitem__(key, value or ["claimed", "answered", "announced"])


def test_a_file_of_lines_is_a_batch(tmp_path: Path) -> None:
    with live_gateway(World(), tmp_path) as topology:
        make_demo_key(topology)
        lines = tmp_path / "messages.jsonl"
        lines.write_text('{"text": "one"}\n{"txt": "two"}\n')
        printed = run(topology, "send", "--from", str(lines)).stdout

    assert "1 accepted, 0 known already, 1 refused" in printed
    assert "422 malformed-request" in printed


def test_a_mail_is_sent_as_it_is(tmp_path: Path) -> None:
    world = World()
    with live_gateway(world, tmp_path) as topology:
        make_demo_key(topology)
        mail = tmp_path / "refund.eml"
        mail.write_bytes(b"Subject: Refund\r\n\r\nPlease")
        run(topology, "send", "--from", str(mail))

    assert [message["channel"] for message in world.accepted.values()] == ["email"]


def test_a_refusal_is_one_line_with_what_to_do(tmp_path: Path) -> None:
    with live_gateway(World(), tmp_path) as topology, pytest.raises(GatewaySaysNo, match="401"):
        run(topology, "send", "Hello", "--key", "wrong")


def test_without_a_key_one_is_told_how_to_make_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RIDEALONG_API_KEY", raising=False)
    with (
        live_gateway(World(), tmp_path) as topology,
        pytest.raises(KeyMissing, match="ridealong keys create"),
    ):
        run(topology, "send", "Hello")


def test_where_nothing_runs_one_is_told_to_start_it(tmp_path: Path) -> None:
    with live_gateway(World(), tmp_path) as topology:
        pass
    with pytest.raises(NotRunning, match="ridealong up"):
        run(topology, "send", "Hello", "--key", "any")


def system_of(topology: Topology) -> System:
    """A system as far as the welcome looks at it."""
    return System(topology, places=None, supervision=None, tokens={})  # type: ignore[arg-type]


def write_examples(folder: Path) -> None:
    examples = folder / "examples"
    (examples / "mails").mkdir(parents=True)
    (examples / "hostile").mkdir()
    (examples / "messages.jsonl").write_text('{"text": "Where is my order 12345?"}\n')
    (examples / "mails" / "refund.eml").write_bytes(b"Subject: Refund please\r\n\r\nNow")
    refused = {"name": "a-number", "line": '{"text": 3}', "status": 422, "about": "a number"}
    (examples / "hostile" / "refused.jsonl").write_text(json.dumps(refused))
    (examples / "hostile" / "generate.py").write_text(GENERATE)


GENERATE = """
import sys, pathlib
pathlib.Path(sys.argv[1], "broken.json").write_bytes(b'{"text": "\\xff\\x1b[31m')
pathlib.Path(sys.argv[1], "deep.json").write_bytes(b"[" * 100_000)
"""


def test_the_welcome_shows_every_example_and_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with live_gateway(World(), tmp_path) as topology:
        write_examples(tmp_path)
        monkeypatch.setattr(console, "width", 80)
        with console.capture() as captured:
            welcome(system_of(topology))
        key = demo_key_file(topology).read_text().strip()
    printed = captured.get()

    for part in ("track_order", "Refund please", "422 malformed", "refused", key, "/docs", "curl"):
        assert part in printed
    assert "\x1b[31m" not in printed
    table = printed.split("demo key")[0].splitlines()
    assert max(map(len, table)) <= 80


def test_the_welcome_waits_for_what_was_queued(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World()
    world.sidecar.answer("aggregation", "/answers", lambda _: HttpReply(503, b"{}"))
    with live_gateway(world, tmp_path) as topology:
        (tmp_path / "examples").mkdir()
        (tmp_path / "examples" / "messages.jsonl").write_text('{"text": "Hello"}\n')
        world.steps = _Answered(world.steps)
        welcome(system_of(topology), as_json=True)

    (example,) = json.loads(capsys.readouterr().out)["examples"]
    assert (example["status"], example["decision"]) == (200, "suggest")
    assert len(world.queued) == 1


def test_the_welcome_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with live_gateway(World(), tmp_path) as topology:
        write_examples(tmp_path)
        welcome(system_of(topology), as_json=True)

    said = json.loads(capsys.readouterr().out)
    assert [one["status"] for one in said["examples"]] == [200, 200, 422, 422, 422]
    assert said["examples"][-1]["problem"] == "malformed-request"


async def test_a_good_demo_key_is_used_again_and_a_revoked_one_replaced(tmp_path: Path) -> None:
    with live_gateway(World(), tmp_path) as topology:
        first = await demo_key(topology)
        again = await demo_key(topology)
        await keys.revoke(topology, first.split("_")[1])
        other = await demo_key(topology)

    assert again == first
    assert other != first


def test_a_folder_without_examples_is_no_failure(tmp_path: Path) -> None:
    assert list(read_examples(tmp_path / "examples")) == []
