"""The build around the compiler; a stand-in for Go writes down what it is asked."""

import shutil
import threading
from pathlib import Path

import pytest

from ridealong.local.build import Progress, checksum, find_built, find_or_build
from ridealong.local.places import ROOT
from ridealong.local.problems import DaprMissing

GO = """#!/bin/sh
echo "$1 $CGO_ENABLED $GOFLAGS $GOTOOLCHAIN" >> {log}
case "$1" in
version) echo go version go1.26.8 linux/amd64 ;;
list) echo "go: downloading a v1" >&2; printf 'a\\nb\\nc\\n' ;;
build)
  printf 'a\\nb\\n' >&2
  sleep {pause}
  while [ "$1" != -o ]; do shift; done
  printf '#!/bin/sh\\necho 1.18.1\\n' > "$2"; chmod +x "$2"; exit {code} ;;
esac
"""


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RIDEALONG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DAPR_RUNTIME_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    (tmp_path / "bin").mkdir()
    put_go(tmp_path)
    shutil.copytree(ROOT / "sidecar", tmp_path / "sidecar")
    return tmp_path / "sidecar"


def put_go(folder: Path, *, code: int = 0, pause: float = 0) -> None:
    go = folder / "bin" / "go"
    go.write_text(GO.format(log=folder / "go.log", code=code, pause=pause))
    go.chmod(0o755)


def calls(sources: Path, verb: str) -> list[str]:
    lines = (sources.parent / "go.log").read_text().splitlines()
    return [line for line in lines if line.startswith(verb)]


def silent(_: Progress) -> None:
    pass


def test_a_build_has_every_program_that_the_dapr_command_wants(sources: Path) -> None:
    runtime = find_or_build(silent, sources)
    names = {path.name for path in (runtime.base / ".dapr" / "bin").iterdir()}

    assert names == {"daprd", "placement", "scheduler", "sentry", "dapr"}
    assert (runtime.base / ".dapr" / "components").is_dir()
    assert (runtime.base / ".dapr" / "config.yaml").is_file()


def test_the_second_time_nothing_is_built(sources: Path) -> None:
    first = find_or_build(silent, sources)
    second = find_or_build(silent, sources)

    assert second == first
    assert len(calls(sources, "build")) == 2


def test_another_clone_builds_nothing(sources: Path, tmp_path: Path) -> None:
    find_or_build(silent, sources)
    clone = shutil.copytree(sources, tmp_path / "clone" / "sidecar")

    assert find_built(clone) is not None


def test_sums_are_pinned_and_no_other_toolchain_or_c_compiler_is_used(sources: Path) -> None:
    find_or_build(silent, sources)

    assert calls(sources, "build") == ["build 0 -mod=readonly local"] * 2


def test_a_changed_pin_is_another_build(sources: Path) -> None:
    before = checksum(sources)
    module = sources / "daprd" / "go.mod"
    module.write_text(module.read_text() + "\n")

    assert checksum(sources) != before


def test_a_failed_build_leaves_nothing_that_looks_built(sources: Path) -> None:
    put_go(sources.parent, code=1)

    with pytest.raises(DaprMissing, match="compiling the Dapr runtime failed"):
        find_or_build(silent, sources)
    assert find_built(sources) is None

    put_go(sources.parent)
    assert find_or_build(silent, sources).version == "1.18.1"


def test_every_step_is_shown_with_its_packages(sources: Path) -> None:
    seen: list[Progress] = []
    find_or_build(seen.append, sources)

    assert sorted({at.step for at in seen}) == [1, 2, 3, 4, 5, 6]
    assert Progress(3, "compiling the Dapr runtime", 2, 3) in seen


def test_two_builds_at_once_are_one(sources: Path) -> None:
    put_go(sources.parent, pause=0.3)
    threads = [threading.Thread(target=find_or_build, args=(silent, sources)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(calls(sources, "build")) == 2
