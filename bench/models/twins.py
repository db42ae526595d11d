"""Pipelines trained like those that ship, from the same rows but for those that judge.

The shipped heads have seen every row, dev rows too: what they say of those is no measure. A twin is
made by the same code and settings; its calibration rows are cut from what is left to learn from.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from ridealong.learning import training
from ridealong.learning.corpus import Corpus, Part
from ridealong.learning.datasets import DataFolder, Row
from ridealong.learning.moods import MoodRow
from ridealong.learning.pipelines import find_pipeline
from ridealong.learning.places import ROOT, STORE
from ridealong.learning.sampling import split
from ridealong.serving.models.manifest import read_manifest

KEPT: Final = ROOT / "var" / "evaluation"
SOURCES: Final = ("ridealong/learning", "ridealong/text")
CALIBRATING: Final = 7
RowT = TypeVar("RowT", Row, MoodRow)
Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Held:
    """Rows that no twin has seen."""

    banking: tuple[Row, ...]
    commerce: tuple[Row, ...]
    general: tuple[Row, ...]
    moods: tuple[MoodRow, ...]


def hold_out(full: Corpus) -> tuple[Corpus, Held]:
    """A corpus without its dev rows, and those."""
    rest = Corpus(**{each.name: relearned(getattr(full, each.name)) for each in fields(full)})
    held = {name: dev_rows(part.rows) for name, part in full.packs.items()}
    return rest, Held(**held, moods=dev_rows(full.moods))


def relearned(value: Any) -> Any:  # noqa: ANN401 - whatever a corpus is made of
    """The same without its dev rows, however they are arranged."""
    if isinstance(value, Part):
        return replace(value, rows=calibrating(value.rows))
    if isinstance(value, Mapping):
        return {name: relearned(part) for name, part in value.items()}
    if isinstance(value, tuple) and all(isinstance(each, Row) for each in value):
        return calibrating(value)
    if isinstance(value, tuple) and all(isinstance(each, MoodRow) for each in value):
        return calibrating_moods(value)
    return tuple(map(relearned, value)) if isinstance(value, tuple) else value


def rows_of(value: Any) -> Iterator[Row | MoodRow]:  # noqa: ANN401 - whatever a corpus is made of
    """All rows, in a fixed order."""
    if isinstance(value, Row | MoodRow):
        yield value
    elif isinstance(value, Part):
        yield from value.rows
    elif isinstance(value, Mapping | tuple):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from rows_of(each)


def calibrating(rows: Sequence[Row]) -> tuple[Row, ...]:
    """What is not dev, with a new share of dev rows for the temperature."""
    return split([Row(row.text, row.label) for row in rows if not row.dev])


def calibrating_moods(rows: Sequence[MoodRow]) -> tuple[MoodRow, ...]:
    """The same for moods: every seventh of those that may judge finds the temperature."""
    kept = [row for row in rows if not row.dev]
    return tuple(
        replace(row, dev=place % CALIBRATING == 0 and not row.is_copy)
        for place, row in enumerate(kept)
    )


def dev_rows(rows: Sequence[RowT]) -> tuple[RowT, ...]:
    """What judges."""
    return tuple(row for row in rows if row.dev)


def train_twin(
    name: str, sets: DataFolder, full: Corpus, report: Report, *, kept: Path = KEPT
) -> Path:
    """A store with a pipeline's twin and the encoders; trained once for each state of code."""
    rest, _ = hold_out(full)
    store = kept / digest_of(rest) / name
    if (store / "done").is_file():
        report(f"the twin of {name}, of this code and data, is there already")
        return store
    shutil.rmtree(store, ignore_errors=True)
    pipeline = find_pipeline(name)
    training.train(
        pipeline,
        rest,
        models=store,
        dropped=sets.dropped,
        watch=training.Watch(begin=lambda line: report(f"twin of {line}")),
    )
    link_encoders(store / pipeline.name / pipeline.version, store)
    (store / "done").touch()
    return store


def link_encoders(folder: Path, store: Path) -> None:
    """The encoders that a pipeline stands on, without a second copy of their bytes."""
    manifest = read_manifest(folder)
    for choice in (manifest.encoder, manifest.companion):
        if choice is not None and not (store / choice.model / choice.version).exists():
            place = Path(choice.model) / choice.version
            shutil.copytree(STORE / place, store / place, copy_function=link_or_copy)


def link_or_copy(source: str, target: str) -> None:
    """A second name where the file system knows such things."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy(source, target)


def digest_of(rest: Corpus) -> str:
    """Names a state of the code that trains and of the rows it learns from."""
    digest = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted((ROOT / folder).glob("*.*")):
            # What judges changes no head.
            if not path.name.startswith(("charts", "evaluation", "metrics_", "scoring")):
                digest.update(path.read_bytes())
    for each in fields(rest):
        for row in rows_of(getattr(rest, each.name)):
            label = row.label if isinstance(row, Row) else f"{row.mood} {row.weight}"
            digest.update(f"{row.text}\0{label}\0{row.dev}\n".encode(errors="replace"))
    return digest.hexdigest()[:16]
