"""A test run that is killed leaves no system behind, and a wait outlives what passes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ridealong.local.places import ROOT
from ridealong.local.processes import processes_of
from tests.system.harness import eventually

KILLED = """
import sys, time
from pathlib import Path
from tests.local.sidecar.test_supervised import with_echo_services
from tests.system.harness import running_system
with running_system(Path(sys.argv[1]), ["nlp"], change=with_echo_services):
    print("up", flush=True)
    time.sleep(60)
"""


def test_a_killed_test_run_leaves_nothing_behind(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "up\n"
        assert processes_of(tmp_path / "var") != []
        run.kill()

    eventually(lambda: processes_of(tmp_path / "var") == [], within_s=20)


def test_an_answer_without_a_body_counts_as_not_yet() -> None:
    bodies = iter(("", "null", '{"pid": 1}'))

    eventually(lambda: json.loads(next(bodies))["pid"] == 1, within_s=10)

    assert list(bodies) == []


def test_a_wait_in_vain_says_what_kept_failing() -> None:
    with pytest.raises(
        AssertionError, match="not within 0 s, last error: JSONDecodeError"
    ) as ended:
        eventually(lambda: bool(json.loads("")), within_s=0)

    assert isinstance(ended.value.__cause__, json.JSONDecodeError)
