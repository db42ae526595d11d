from pathlib import Path

import pytest

from ridealong.local.dapr import find_installed, new_enough, read_runtime


def install(base: Path, version: str, programs: tuple[str, ...] = ()) -> Path:
    folder = base / ".dapr" / "bin"
    folder.mkdir(parents=True)
    for name in programs or ("daprd", "placement", "scheduler"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho {version}\n")
        program.chmod(0o755)
    return base


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DAPR_RUNTIME_PATH", raising=False)
    return tmp_path / "home"


def test_the_runtime_of_the_home_folder_is_found(home: Path) -> None:
    install(home, "1.18.3")
    runtime = find_installed()

    assert runtime is not None
    assert (runtime.base, runtime.version) == (home, "1.18.3")


def test_the_chosen_runtime_goes_before_the_home_folder(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(home, "1.18.3")
    monkeypatch.setenv("DAPR_RUNTIME_PATH", str(install(tmp_path / "own", "1.19.0")))
    runtime = find_installed()

    assert runtime is not None
    assert runtime.version == "1.19.0"


def test_an_old_runtime_is_passed_over(home: Path) -> None:
    install(home, "1.17.9")

    assert find_installed() is None


def test_a_runtime_without_scheduler_is_passed_over(home: Path) -> None:
    install(home, "1.18.1", ("daprd", "placement"))

    assert find_installed() is None


def test_a_daprd_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    install(tmp_path, "1.18.1")
    (tmp_path / ".dapr" / "bin" / "daprd").write_text("#!/bin/sh\nexit 1\n")

    assert read_runtime(tmp_path, "here") is None


@pytest.mark.parametrize(
    ("version", "verdict"),
    [("1.18.0", True), ("v1.19.2", True), ("2.0.0", True), ("1.9.9", False), ("edge", False)],
)
def test_versions_are_compared_as_numbers(version: str, verdict: bool) -> None:
    assert new_enough(version) is verdict
