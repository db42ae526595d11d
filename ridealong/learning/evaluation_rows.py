"""Reads labelled rows from any file a person may bring, and says exactly what is wrong with it.

CSV with the columns text and label, and maybe language, separated by commas, semicolons or tabs;
or JSON lines with the same keys. No message here quotes a text: it may be a customer's.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ridealong.learning.errors import RowsUnreadable
from ridealong.learning.heldout import plain

TEXT, LABEL, LANGUAGE = "text", "label", "language"
SEPARATORS: Final = (",", ";", "\t")
JSON_LINES: Final = frozenset({".jsonl", ".ndjson", ".json"})
MARK: Final = "\ufeff"
UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
# Mails may be long; the library's own limit is an eighth of this.
MOST_CHARACTERS: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """A text and what somebody says it is; `language` only where the file has that column."""

    text: str
    label: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """Rows that can be judged, and how many could not.

    `empty_texts` and `empty_labels`: rows left out. `contradictions`: texts that stand in the file
    under more than one label; their rows are kept, and no model can be right about all of them.
    """

    rows: tuple[LabelledRow, ...]
    empty_texts: int
    empty_labels: int
    contradictions: int


def read_labelled(path: Path) -> LabelledFile:
    """All rows of a file. Raises `RowsUnreadable`."""
    content = read_text(path)
    is_json = path.suffix.lower() in JSON_LINES or content.lstrip().startswith("{")
    found = list(read_json_lines(path, content) if is_json else read_table(path, content))
    empty_texts = sum(not row.text.strip() for row in found)
    rows = tuple(row for row in found if row.text.strip() and row.label)
    if not rows:
        raise RowsUnreadable(f"{path} has no row with a text and a label")
    empty_labels = len(found) - empty_texts - len(rows)
    return LabelledFile(rows, empty_texts, empty_labels, count_contradictions(rows))


def count_contradictions(rows: Sequence[LabelledRow]) -> int:
    """How many texts, but for case and white space, have more than one label."""
    labels: dict[str, set[str]] = {}
    for row in rows:
        labels.setdefault(plain(row.text), set()).add(row.label)
    return sum(len(said) > 1 for said in labels.values())


def read_text(path: Path) -> str:
    """The whole file; bytes that are no UTF-8 are named by their offset, with the way out."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RowsUnreadable(f"{path} cannot be read ({error.strerror})") from error
    try:
        return content.decode().removeprefix(MARK)
    except UnicodeDecodeError as error:
        likely = "UTF-16" if content.startswith(UTF_16_MARKS) else "WINDOWS-1252"
        raise RowsUnreadable(
            f"{path} is not UTF-8: byte 0x{content[error.start]:02x} at offset {error.start}; "
            f"convert it, for example with: iconv -f {likely} -t UTF-8 {path} > rows-utf8.csv"
        ) from error


def read_table(path: Path, content: str) -> Iterator[LabelledRow]:
    """Lines of cells below a header, whatever their order."""
    first = content.split("\n", 1)[0].rstrip("\r")
    separator, header = find_columns(path, first)
    before = csv.field_size_limit(MOST_CHARACTERS)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=separator, strict=True)
    try:
        next(reader)
        for cells in reader:
            if cells:
                yield to_row(path, reader.line_num, header, cells)
    except csv.Error as error:
        raise RowsUnreadable(f"{path} line {reader.line_num}: {error}") from error
    finally:
        csv.field_size_limit(before)


def find_columns(path: Path, first: str) -> tuple[str, list[str]]:
    """The separator under which the first line names the columns, and those names."""
    for separator in SEPARATORS:
        names = [name.strip().lower() for name in next(csv.reader([first], delimiter=separator))]
        if {TEXT, LABEL} <= set(names) and len(set(names)) == len(names):
            return separator, names
    # Without a header the first line may be a customer's message: it is not shown.
    raise RowsUnreadable(
        f"{path} needs the columns {TEXT} and {LABEL}, named in its first line, each once; "
        f"{LANGUAGE} may stand beside them, commas, semicolons or tabs between them"
    )


def to_row(path: Path, line: int, header: Sequence[str], cells: Sequence[str]) -> LabelledRow:
    """One line; a missing or surplus cell shows that something is not quoted as it should be."""
    if len(cells) != len(header):
        raise RowsUnreadable(
            f"{path} line {line} has {len(cells)} cells where the first line has {len(header)}; "
            "a text with the separator in it needs quotation marks"
        )
    named = dict(zip(header, cells, strict=True))
    language = named.get(LANGUAGE, "").strip().lower()
    return LabelledRow(named[TEXT], named[LABEL].strip(), language or None)


def read_json_lines(path: Path, content: str) -> Iterator[LabelledRow]:
    """One object a line."""
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError as error:
            raise RowsUnreadable(f"{path} line {number} is not JSON") from error
        if not isinstance(found, dict) or not {TEXT, LABEL} <= found.keys():
            raise RowsUnreadable(f"{path} line {number} is no object with {TEXT} and {LABEL}")
        text, label, language = found[TEXT], found[LABEL], found.get(LANGUAGE)
        if not all(isinstance(value, str) for value in (text, label, language or "")):
            raise RowsUnreadable(f"{path} line {number}: {TEXT}, {LABEL} and {LANGUAGE} are words")
        yield LabelledRow(text, label.strip(), (language or "").strip().lower() or None)
