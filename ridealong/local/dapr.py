"""Finds a Dapr runtime that will do: an installed one, or the one built into our cache."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NEEDED = ("daprd", "placement", "scheduler")
OLDEST = (1, 18)
ASK_TIMEOUT_S = 20


@dataclass(frozen=True)
class Runtime:
    """A folder as the dapr CLI wants it in DAPR_RUNTIME_PATH: `.dapr/bin/daprd` and the rest."""

    base: Path
    version: str
    origin: str

    def binary(self, name: str) -> Path:
        """One of its programs."""
        return self.base / ".dapr" / "bin" / name

    @property
    def cli(self) -> Path | None:
        """The `dapr` command: beside the runtime, else from the PATH."""
        own = self.binary("dapr")
        if own.exists():
            return own
        found = shutil.which("dapr")
        return Path(found) if found else None


def find_installed() -> Runtime | None:
    """An installed runtime of 1.18 or newer, whole; an older or partial one is passed over."""
    candidates = [(Path.home(), "the home folder")]
    chosen = os.environ.get("DAPR_RUNTIME_PATH")
    if chosen:
        candidates.insert(0, (Path(chosen), "DAPR_RUNTIME_PATH"))
    for base, origin in candidates:
        runtime = read_runtime(base, origin)
        if runtime is not None and new_enough(runtime.version):
            return runtime
    return None


def read_runtime(base: Path, origin: str) -> Runtime | None:
    """The runtime in a folder, or None where a program is missing or does not answer."""
    folder = base / ".dapr" / "bin"
    if not all(os.access(folder / name, os.X_OK) for name in NEEDED):
        return None
    version = ask_version(folder / "daprd")
    return Runtime(base.absolute(), version, origin) if version else None


def ask_version(daprd: Path) -> str | None:
    """What `daprd --version` says."""
    try:
        answer = subprocess.run(
            [daprd, "--version"], capture_output=True, text=True, timeout=ASK_TIMEOUT_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip() or None


def new_enough(version: str) -> bool:
    """Whether this is a release of ours or later; a build without a number cannot be judged."""
    numbers = re.match(r"v?(\d+)\.(\d+)", version)
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= OLDEST
