import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from ridealong.cli.app import ridealong


def run_serve(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ridealong.cli", "serve", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_help_is_the_servers_own_and_shows_examples() -> None:
    shown = run_serve("--help")

    assert shown.returncode == 0
    assert "Examples:" in shown.stdout
    assert "ridealong serve --models ./models --port 9000 --workers 4" in shown.stdout


def test_a_wrong_option_is_refused_with_code_2() -> None:
    refused = run_serve("--models", "models", "--workers", "none")

    assert refused.returncode == 2
    assert "ridealong serve: error: argument --workers: a whole number" in refused.stderr


def test_every_option_goes_to_the_server_as_given(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _path, arguments: started.append(arguments))

    CliRunner().invoke(ridealong, ["serve", "--models", "m", "--port", "0", "--help"])

    assert started == [
        [sys.executable, "-m", "ridealong.serving.alone", "--models", "m", "--port", "0", "--help"]
    ]
