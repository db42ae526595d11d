"""`ridealong intents`, against a gateway on a free port."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from ridealong.chassis.sidecar import HttpReply
from ridealong.cli import intents, keys
from ridealong.cli.gateway import GatewaySaysNo
from ridealong.cli.intents import NothingToTeach
from ridealong.local.topology import Topology
from tests.cli.live_gateway import live_gateway
from tests.gateway.test_intents import SHOWN, TAUGHT, Taught

TABLE = "text,label\nHow heavy may my bag be?,luggage\n"
commands = typer.Typer()
commands.add_typer(keys.commands, name="keys")
commands.add_typer(intents.commands, name="intents")


def run(topology: Topology, *arguments: str, stdin: str | None = None) -> Any:
    file = str(topology.folder / "dapr.yaml")
    result = CliRunner().invoke(commands, [*arguments, "--file", file], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def make_key(topology: Topology) -> None:
    run(topology, "keys", "create", "--tenant", "demo", "--demo", "--scope", "intents")


def test_a_table_is_taught_and_its_figures_shown(tmp_path: Path) -> None:
    world = Taught()
    source = tmp_path / "intents.csv"
    source.write_text(TABLE)
    with live_gateway(world, tmp_path) as topology:
        make_key(topology)
        result = run(topology, "intents", "add", str(source), "--replace")

    assert result.exit_code == 0
    assert "luggage" in result.stdout
    assert "1 added" in result.stdout
    assert world.wishes[0]["replace"] is True
    assert world.wishes[0]["tenant"] == "demo"


def test_standard_input_and_json_are_taught_as_well(tmp_path: Path) -> None:
    world = Taught()
    source = tmp_path / "intents.json"
    source.write_text(json.dumps({"examples": [{"text": "a", "label": "b"}]}))
    with live_gateway(world, tmp_path) as topology:
        make_key(topology)
        run(topology, "intents", "add", "-", stdin=TABLE)
        told = run(topology, "intents", "add", str(source), "--force", "--json").stdout

    assert json.loads(told)["added"] == 1
    assert world.wishes[0]["examples"][0]["label"] == "luggage"
    assert world.wishes[1]["force"] is True


def test_a_head_that_is_not_used_ends_with_1(tmp_path: Path) -> None:
    world = Taught()
    refused = TAUGHT | {"active_revision": None, "state": "below-floor"}
    world.sidecar.answer("nlp", "/intents", refused)
    with live_gateway(world, tmp_path) as topology:
        make_key(topology)
        result = run(topology, "intents", "add", "-", stdin=TABLE)

    assert result.exit_code == 1
    assert "below-floor" in result.stdout


def test_intents_are_listed_and_removed(tmp_path: Path) -> None:
    world = Taught()
    with live_gateway(world, tmp_path) as topology:
        make_key(topology)
        listed = run(topology, "intents", "list").stdout
        removed = json.loads(run(topology, "intents", "remove", "luggage", "--json").stdout)
        world.sidecar.answer("nlp", "/intents", SHOWN | {"intents": []})
        empty = run(topology, "intents", "list").stdout

    assert "luggage" in listed
    assert removed["revision"] == 1
    assert "no intents" in empty


def test_what_the_gateway_refuses_is_said_in_one_line(tmp_path: Path) -> None:
    world = Taught()
    problem = {"type": "urn:ridealong:examples-refused", "detail": "row 3 and row 1"}
    world.sidecar.answer("nlp", "/intents", HttpReply(422, json.dumps(problem).encode()))
    with live_gateway(world, tmp_path) as topology:
        make_key(topology)
        with pytest.raises(GatewaySaysNo, match="row 3 and row 1"):
            run(topology, "intents", "add", "-", stdin=TABLE)


@pytest.mark.parametrize("name", ["missing.csv", "intents.xlsx"])
def test_a_file_that_cannot_be_taught_is_said_in_one_line(tmp_path: Path, name: str) -> None:
    with live_gateway(Taught(), tmp_path) as topology, pytest.raises(NothingToTeach):
        run(topology, "intents", "add", str(tmp_path / name))
