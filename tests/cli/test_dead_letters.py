import json
import socket
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ridealong.chassis.sidecar import HttpReply
from ridealong.chassis.subscriptions import dead_letter_topic, event_route
from ridealong.cli.dead_letters import commands
from ridealong.local.problems import LocalProblem, NotRunning
from services.analytics.app import create_app
from services.analytics.settings import Settings
from tests.cli.running_service import invoked, run_file, running_service
from tests.fakes import FakeSidecar, cloud_event
from tests.lake.facts import received

SIDECAR_PORT = 13507
TOPIC = received().topic


def free_socket() -> socket.socket:
    free = socket.socket()
    free.bind(("127.0.0.1", 0))
    return free


@dataclass
class Desk:
    """A running analytics and the command that speaks to it."""

    file: Path
    port: int
    sidecar: FakeSidecar

    def run(self, *arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(commands, [*arguments, "--file", str(self.file)])
        if isinstance(result.exception, LocalProblem):
            raise result.exception
        return result.exit_code, result.output

    def read(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json")[1])

    def bury(self, number: int, **changes: Any) -> None:
        path = event_route(dead_letter_topic(TOPIC, "aggregation"))
        body = json.dumps(cloud_event(received(number), **changes)).encode()
        address = f"http://127.0.0.1:{self.port}{invoked('analytics')}{path}"
        with urllib.request.urlopen(address, data=body, timeout=10) as answer:
            assert json.load(answer) == {"status": "SUCCESS"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    sidecar = FakeSidecar()
    settings = Settings(lake=str(tmp_path / "lake"), commit_every_s=0.01)
    with running_service(create_app(settings, sidecar=sidecar), "analytics") as port:
        yield Desk(run_file(tmp_path, SIDECAR_PORT, port), port, sidecar)


def test_without_dead_letters_it_says_so(desk: Desk) -> None:
    assert desk.run("list") == (0, "There are no dead letters.\n")
    assert desk.read("list") == []
    assert desk.run("resend", "--all") == (0, "There is nothing to resend.\n")


def test_dead_letters_are_listed_for_people_and_for_programs(desk: Desk) -> None:
    desk.bury(1)
    desk.bury(1)

    (letter,) = desk.read("list")
    _, table = desk.run("list")

    assert (letter["event_id"], letter["count"]) == (received(1).event_id, 2)
    assert "waiting" in table
    assert letter["letter_id"] in table


def test_one_letter_is_shown_with_its_event(desk: Desk) -> None:
    desk.bury(1)
    letter_id = desk.read("list")[0]["letter_id"]

    assert desk.read("show", letter_id)["event"] == cloud_event(received(1))
    assert "hash-1" in desk.run("show", letter_id)[1]


def test_one_letter_is_resent_and_the_others_wait(desk: Desk) -> None:
    desk.sidecar.answer("aggregation", event_route(TOPIC), {"status": "SUCCESS"})
    desk.bury(1)
    desk.bury(2)
    letter_id = desk.read("list")[0]["letter_id"]

    code, _ = desk.run("resend", letter_id)

    statuses = {letter["event_id"]: letter["status"] for letter in desk.read("list")}
    assert code == 0
    assert statuses == {received(2).event_id: "resent", received(1).event_id: "waiting"}


def test_all_that_were_not_taken_yet_are_resent(desk: Desk) -> None:
    for number in (1, 2, 3):
        desk.bury(number)
    failed, _ = desk.run("resend", "--all")
    desk.sidecar.answer("aggregation", event_route(TOPIC), {"status": "SUCCESS"})
    desk.bury(4)

    resent = desk.read("resend", "--all")
    nothing = desk.read("resend", "--all")

    assert failed == 1
    assert [one["outcome"] for one in resent] == ["SUCCESS"] * 4
    assert nothing == []


def test_a_letter_that_is_refused_again_ends_the_command_with_1(desk: Desk) -> None:
    desk.sidecar.answer("aggregation", event_route(TOPIC), lambda _: HttpReply(500, b""))
    desk.bury(1)

    code, output = desk.run("resend", "--all")

    assert code == 1
    assert "resent-failed" in output


def test_an_unknown_id_is_one_line(desk: Desk) -> None:
    with pytest.raises(LocalProblem, match="there is no dead letter of this id") as problem:
        desk.run("show", "nope")

    assert "\n" not in str(problem.value)


def test_a_path_as_an_id_reaches_nothing_else(desk: Desk) -> None:
    with pytest.raises(LocalProblem, match="404"):
        desk.run("show", "../metrics")


def test_an_event_id_cannot_paint_the_terminal(desk: Desk) -> None:
    desk.bury(1, id="[red]x[/red]\x1b[2J")

    output = desk.run("list")[1]

    assert "\x1b" not in output
    assert "[red]x" in output


def test_ids_and_all_together_are_refused(desk: Desk) -> None:
    assert desk.run("resend", "some-id", "--all")[0] == 2
    assert desk.run("resend")[0] == 2


def test_when_nothing_is_up_it_says_what_to_do(tmp_path: Path) -> None:
    with free_socket() as closed:
        file = run_file(tmp_path, SIDECAR_PORT, closed.getsockname()[1])
        result = CliRunner().invoke(commands, ["list", "--file", str(file)])

    assert isinstance(result.exception, NotRunning)
    assert "ridealong up" in str(result.exception)


@pytest.mark.parametrize("name", ["list", "show", "resend"])
def test_every_command_has_help_with_examples(name: str) -> None:
    result = CliRunner().invoke(commands, [name, "--help"])

    assert result.exit_code == 0
    assert f"ridealong dead-letters {name}" in result.output
