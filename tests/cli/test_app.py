import pytest
from typer.testing import CliRunner

from ridealong.cli.app import MODULES, ridealong

MINE = ("up", "down", "status", "logs", "doctor", "setup")


def test_help_lists_every_command() -> None:
    shown = CliRunner().invoke(ridealong, ["--help"]).output

    assert all(name in shown for name in MODULES)


@pytest.mark.parametrize("name", MINE)
def test_every_command_shows_examples(name: str) -> None:
    shown = CliRunner().invoke(ridealong, [name, "--help"]).output

    assert "Examples:" in shown
    assert f"ridealong {name}" in shown
