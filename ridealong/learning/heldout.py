"""The list of texts that must never be trained on, as hashes."""

import hashlib
import re
from pathlib import Path

from ridealong.learning.errors import HeldoutListMissing

FILE_NAME = "heldout.sha256-16"
SHORTEST_LISTED = 12
HEX_DIGITS = 16
SPACE = re.compile(r"\s+")


class HeldoutList:
    """Knows held-out texts when it sees them."""

    def __init__(self, hashes: frozenset[str]) -> None:
        self._hashes = hashes

    @classmethod
    def read(cls, folder: Path) -> "HeldoutList":
        """The list of a data folder; there is no training without one."""
        path = folder / FILE_NAME
        try:
            hashes = frozenset(path.read_text().split())
        except OSError as error:
            raise HeldoutListMissing(
                f"{path} is missing: it names the texts that may not be trained on, and nothing is "
                "trained without it"
            ) from error
        if not hashes:
            raise HeldoutListMissing(f"{path} is empty; nothing is trained without it")
        return cls(hashes)

    def holds(self, text: str) -> bool:
        """Is this a held-out text, but for case and white space?"""
        key = plain(text)
        return len(key) >= SHORTEST_LISTED and hash_of(key) in self._hashes


def plain(text: str) -> str:
    """Lower case, one space between words: texts that differ in no more than that are one text."""
    return SPACE.sub(" ", text.lower().strip())


def hash_of(key: str) -> str:
    """As written in the list."""
    return hashlib.sha256(key.encode()).hexdigest()[:HEX_DIGITS]
