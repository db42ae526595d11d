"""The project's own sentences, as they lie beside the code: tabs between, nothing quoted."""

import csv
from collections.abc import Mapping
from pathlib import Path


def read_lines(path: Path) -> list[Mapping[str, str]]:
    """Each line by the names in the first."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
