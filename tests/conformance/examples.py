"""Runs the examples with Triton's own clients, in processes of their own.

Their generated messages have the names of ours, so one process cannot hold both.
"""

import subprocess
import sys
from typing import Final

from ridealong.local.places import ROOT

WITHIN_S: Final = 60
SAID: Final = (
    "ridealong-inference",
    "add_sub takes {'left': [-1, 4], 'right': [-1, 4]}",
    "sum [5. 5. 5. 5.] difference [1. 1. 1. 1.]",
    "words ['grüße', '東京'] words-1",
    "version 1: 11.0",
    "version 2: 12.0",
    "eight at once: {5.0}",
    "the model takes [-1, 4]",
    "versions in the repository",
    "ready after unload: False",
    "ready after load: True",
    "add_sub answered",
)


def run_example(transport: str, *arguments: str) -> str:
    """What it printed, as a user would see it; fails where it does not say what is true."""
    run = subprocess.run(
        [sys.executable, str(ROOT / "examples" / f"tritonclient_{transport}.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=WITHIN_S,
    )
    assert run.returncode == 0, run.stderr
    assert [words for words in SAID if words not in run.stdout] == []
    return run.stdout
