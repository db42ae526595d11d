"""Our server as a target of the harness."""

import os
import subprocess
import tomllib
from pathlib import Path

import pytest

from bench.inference import peers
from bench.inference.peers import CannotMeasure, need_wrk, prepare, write_target
from bench.inference.servers import COMMAND, fill, free_ports


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    for name in ("text", "gb64"):
        (tmp_path / "models" / f"{name}.onnx").write_bytes(name.encode())
    return tmp_path


def test_our_target_is_one_the_harness_can_start(scratch: Path) -> None:
    (target,) = tomllib.loads(write_target(scratch, COMMAND).read_text())["target"]

    assert target["name"] == "ours"
    assert target["cmd"][1:4] == ["-m", "ridealong.cli", "serve"]
    assert target["cmd"][-4:] == ["--port", "{port}", "--grpc-port", "{port1}"]
    assert target["grpc"] == "127.0.0.1:{port1}"
    assert set(target["path"]) == set(target["workloads"]) == {"text", "gb64"}


def test_our_target_finds_this_checkout_from_another_folder(scratch: Path) -> None:
    (target,) = tomllib.loads(write_target(scratch, COMMAND).read_text())["target"]
    command = [target["cmd"][0], "-c", "import ridealong, bench"]
    env = {**os.environ, **target["env"]}

    subprocess.run(command, cwd=scratch, env=env, check=True)


def test_both_models_lie_in_the_targets_repository(scratch: Path) -> None:
    write_target(scratch, COMMAND)

    found = sorted((scratch / "ours" / "models").glob("*/1/model.onnx"))

    assert [path.read_bytes() for path in found] == [b"gb64", b"text"]


def test_a_path_with_spaces_stays_one_word() -> None:
    words = fill(COMMAND, models="/a folder", port=1, grpc_port=2)

    assert words[words.index("--models") + 1] == "/a folder"


def test_a_missing_load_generator_is_told_with_its_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CannotMeasure, match="apt-get install wrk"):
        need_wrk()


def test_a_setup_that_failed_without_a_compiler_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "setup.sh"
    script.write_text("#!/bin/sh\nexit 3\n")
    script.chmod(0o755)
    monkeypatch.setattr(peers, "HARNESS", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CannotMeasure, match="no C compiler"):
        prepare(tmp_path / "scratch")


def test_free_ports_are_all_different() -> None:
    assert len(set(free_ports(20))) == 20
