"""Lists of words and phrases beside the code: sections in brackets, phrases with commas between."""

from functools import cache
from pathlib import Path


@cache
def sections(file_name: str) -> dict[str, frozenset[str]]:
    """Read once; a line's end is a comma, too."""
    text = Path(__file__).with_name(file_name).read_text(encoding="utf-8")
    parts = (part.partition("]\n") for part in text.split("[")[1:])
    return {
        section: frozenset(
            phrase.strip() for phrase in listed.strip().replace("\n", ",").split(",")
        )
        for section, _, listed in parts
    }
