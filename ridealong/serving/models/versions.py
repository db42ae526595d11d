"""Which versions of a model are to serve, and which folders are versions at all."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

# As Triton has it: a folder not named by a number, or by one that starts with zero, is no version.
VERSION = re.compile(r"[1-9][0-9]{0,8}")
RULE = re.compile(r"(?P<all>all)|latest(?:-(?P<count>[1-9][0-9]{0,3}))?")
MOST_NAMED = 100
SYNTAX = "versions are `latest`, `latest-N`, `all`, or numbers with commas between"


class VersionPolicy(StrEnum):
    """The two rules that need no number."""

    LATEST = "latest"
    ALL = "all"


@dataclass(frozen=True)
class Versions:
    """The `newest` so many that are sound (None: every sound one), or those `named`, no others."""

    newest: int | None = 1
    named: tuple[str, ...] = ()

    @property
    def why_not(self) -> str:
        """Why a version that nobody tried does not serve."""
        return "not among the versions to serve" if self.named else "a newer version serves"


LATEST = Versions()


def read_versions(text: str) -> Versions:
    """`latest`, `latest-3`, `all` or `1,4`. ValueError for anything else, without quoting it."""
    if rule := RULE.fullmatch(text):
        return Versions(newest=None if rule["all"] else int(rule["count"] or 1))
    named = tuple(number.strip() for number in text.split(",", MOST_NAMED))
    if len(named) > MOST_NAMED or not all(map(VERSION.fullmatch, named)):
        raise ValueError(SYNTAX)
    return Versions(newest=None, named=named)


def newest_first(versions: Iterator[str] | set[str] | frozenset[str]) -> list[str]:
    """By number, not by letter: 10 before 9."""
    return sorted(versions, key=int, reverse=True)


@dataclass(frozen=True)
class VersionFolders:
    """What lies in a model's folder: versions, newest first, and folders that are none."""

    versions: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()


def find_versions(folder: Path) -> VersionFolders:
    """Files beside the versions (Triton's `config.pbtxt`, label files) and hidden folders are
    nobody's business. OSError where the folder cannot be read.
    """
    names = [path.name for path in folder.iterdir() if path.is_dir()]
    versions = {name for name in names if VERSION.fullmatch(name)}
    odd = sorted(name for name in names if name not in versions and not name.startswith("."))
    return VersionFolders(tuple(newest_first(versions)), tuple(map(printable, odd)))


def printable(name: str) -> str:
    """A folder's name as JSON can carry it, whatever bytes it is made of."""
    return name.encode(errors="replace").decode()
