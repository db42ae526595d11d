"""The command against a running service, as behind its sidecar."""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ridealong.cli.models import commands
from ridealong.local.problems import LocalProblem, NotRunning
from services.inference.app import create_app
from services.inference.settings import Settings
from tests.cli.running_service import run_file, running_service
from tests.fakes import FakeSidecar
from tests.serving.tiny_models import write_scaler

SIDECAR_PORT = 13503


@dataclass
class Desk:
    """A running inference and the command that speaks to it."""

    file: Path

    def run(self, *arguments: str) -> tuple[int, str]:
        words = ["rollout", *arguments, "--file", str(self.file)]
        result = CliRunner(env={"COLUMNS": "160"}).invoke(commands, words)
        if isinstance(result.exception, LocalProblem):
            raise result.exception
        return result.exit_code, result.output

    def read(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json")[1])


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("rollouts")
    write_scaler(folder / "models", 1)
    settings = Settings(models=folder / "models", log_share=0)
    app = create_app(settings, sidecar=FakeSidecar())
    with running_service(app, "inference") as port:
        for factor in (2, 3):
            write_scaler(folder / "models", factor)
        yield Desk(run_file(folder, SIDECAR_PORT, port))


@pytest.fixture(autouse=True)
def as_at_the_start(desk: Desk) -> None:
    desk.run("clear", "scaler")
    desk.run("promote", "scaler", "--version", "1")


def test_a_canary_is_started_adjusted_and_promoted(desk: Desk) -> None:
    started = desk.read("start", "scaler", "--canary", "2", "--weight", "0.05")
    adjusted = desk.read("adjust", "scaler", "--weight", "0.2")
    promoted = desk.read("promote", "scaler")

    assert (started["stable"], started["canary"], started["weight"]) == ("1", "2", 0.05)
    assert (adjusted["canary"], adjusted["weight"]) == ("2", 0.2)
    assert (promoted["stable"], promoted["canary"], promoted["previous"]) == ("2", None, "1")


def test_a_named_version_is_promoted_and_rolled_back(desk: Desk) -> None:
    promoted = desk.read("promote", "scaler", "--version", "3")
    back = desk.read("rollback", "scaler")

    assert (promoted["stable"], back["stable"]) == ("3", "1")


def test_canary_and_shadow_are_ended_each_alone(desk: Desk) -> None:
    desk.run("start", "scaler", "--canary", "2", "--weight", "0.05", "--shadow", "3")

    without_shadow = desk.read("adjust", "scaler", "--end-shadow")
    without_both = desk.read("adjust", "scaler", "--end-canary")

    assert (without_shadow["canary"], without_shadow["shadow"]) == ("2", None)
    assert (without_both["canary"], without_both["shadow"]) == (None, None)


def test_people_see_who_answers_whom(desk: Desk) -> None:
    desk.run("start", "scaler", "--canary", "2", "--weight", "0.05", "--shadow", "3")

    for shown in (desk.run("show", "scaler")[1], desk.run("show")[1]):
        assert "canary, 5.0%" in shown
        assert "shadow" in shown
        assert "answers" in shown


def test_a_cleared_rollout_is_none(desk: Desk) -> None:
    desk.run("clear", "scaler")

    assert desk.run("show")[1].startswith("No rollout is in force")
    assert desk.read("show") == {"rollouts": []}
    assert desk.read("show", "scaler")["stable"] is None


def test_a_refusal_is_one_line_with_its_reason(desk: Desk) -> None:
    with pytest.raises(LocalProblem, match="no version 9 on disk") as problem:
        desk.run("promote", "scaler", "--version", "9")

    assert "\n" not in str(problem.value)


def test_a_path_as_a_model_reaches_nothing_else(desk: Desk) -> None:
    with pytest.raises(LocalProblem, match="inference answered 4"):
        desk.run("show", "../metrics")


@pytest.mark.parametrize(
    "words",
    [
        ("start", "scaler"),
        ("adjust", "scaler"),
        ("start", "scaler", "--canary", "two", "--weight", "0.5"),
        ("start", "scaler", "--canary", "2", "--weight", "1.5"),
        ("promote", "scaler", "--version", "../2"),
    ],
)
def test_what_cannot_be_meant_is_not_even_asked(desk: Desk, words: tuple[str, ...]) -> None:
    assert desk.run(*words)[0] == 2


def test_when_nothing_is_up_it_says_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        file = run_file(tmp_path, SIDECAR_PORT, closed.getsockname()[1])
        result = CliRunner().invoke(commands, ["rollout", "show", "--file", str(file)])

    assert isinstance(result.exception, NotRunning)
    assert "ridealong up" in str(result.exception)


@pytest.mark.parametrize("name", ["show", "start", "adjust", "promote", "rollback", "clear"])
def test_every_command_has_help_with_examples(name: str) -> None:
    result = CliRunner(env={"COLUMNS": "160"}).invoke(commands, ["rollout", name, "--help"])

    assert result.exit_code == 0
    assert f"ridealong models rollout {name}" in result.output
