"""Two halves with nothing in common: one to mend on, one to look at when all is done."""

from enum import StrEnum
from pathlib import Path


class Half(StrEnum):
    """Templates, values, countries and seeds differ."""

    DEV = "dev"
    TEST = "test"


def read_half(name: str, half: Half) -> list[tuple[str, str]]:
    """The lines of this half: what stands before the bar, and what after it."""
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    found: list[tuple[str, str]] = []
    is_wanted = False
    for line in filter(None, lines):
        if line.startswith("# "):
            is_wanted = line == f"# {half}"
        elif is_wanted:
            before, _, after = line.partition("|")
            found.append((before, after.replace("\\n", "\n")))
    return found
