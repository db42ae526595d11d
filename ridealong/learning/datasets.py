"""Reads the training sets from a folder outside the project, and drops what is held out."""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ridealong.learning.errors import TrainingDataMissing
from ridealong.learning.heldout import HeldoutList, plain

NEUTRAL_UP_TO = 0.5


@dataclass(frozen=True, slots=True)
class Source:
    """Where a set comes from and under which licence."""

    name: str
    licence: str
    repository: str
    files: tuple[str, ...]


DOMAINS = ("airline", "fastfood", "finance", "insurance", "media", "software")
BANKING77 = Source(
    "BANKING77", "CC-BY-4.0", "PolyAI-LDN/task-specific-datasets", ("banking77/train.csv",)
)
CLINC150 = Source("CLINC150", "CC-BY-3.0", "clinc/oos-eval", ("clinc150/train.json",))
BITEXT = Source(
    "Bitext customer support",
    "CDLA-Sharing-1.0",
    "bitext/customer-support-intent-detection-training-dataset",
    ("bitext/train.csv", "bitext/dev.csv"),
)
MULTIDOGO = Source(
    "MultiDoGO",
    "CDLA-Permissive-1.0",
    "awslabs/multi-domain-goal-oriented-dialogues-dataset",
    tuple(f"multidogo/{domain}_{part}.tsv" for domain in DOMAINS for part in ("train", "dev")),
)
VADER = Source(
    "VADER ratings",
    "MIT",
    "cjhutto/vaderSentiment",
    ("vader/amazon_snippets.tsv", "vader/tweets.tsv"),
)
GOEMOTIONS = Source(
    "GoEmotions",
    "CC-BY-4.0",
    "google-research/google-research (goemotions)",
    ("goemotions/train.tsv", "goemotions/dev.tsv", "goemotions/labels.txt"),
)
SOURCES = (BANKING77, CLINC150, BITEXT, MULTIDOGO, VADER, GOEMOTIONS)


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text. `dev` marks what its publisher set aside for tuning."""

    text: str
    label: str
    dev: bool = False


@dataclass(slots=True)
class Dropped:
    """How many rows of a set were left out, and why."""

    heldout: int = 0
    repeated: int = 0


@dataclass(slots=True)
class DataFolder:
    """The sets under one folder, without what is held out."""

    folder: Path
    heldout: HeldoutList
    dropped: dict[str, Dropped] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path) -> "DataFolder":
        """Fails at once, naming all that is missing."""
        heldout = HeldoutList.read(folder)
        missing = [
            f"{source.name} ({source.licence}, {source.repository}): {name}"
            for source in SOURCES
            for name in source.files
            if not (folder / name).is_file()
        ]
        if missing:
            raise TrainingDataMissing(f"{folder} lacks " + "; ".join(missing))
        return cls(folder, heldout)

    def banking(self) -> list[Row]:
        """Questions to a bank, 77 intents."""
        return self._clean(BANKING77, self._table("banking77/train.csv", "text", "category"))

    def commerce(self) -> list[Row]:
        """Requests to a shop, 27 intents."""
        train = self._table("bitext/train.csv", "utterance", "intent")
        dev = self._table("bitext/dev.csv", "utterance", "intent", dev=True)
        return self._clean(BITEXT, [*train, *dev])

    def desks(self) -> dict[str, str]:
        """By the intent of a request to a shop, the desk that answers it, as its publisher says."""
        rows = self._table("bitext/train.csv", "intent", "category")
        return {row.text: row.label.lower() for row in rows}

    def general(self) -> list[Row]:
        """Everyday requests, 150 intents; out-of-scope rows are labelled `oos`."""
        parts = json.loads((self.folder / "clinc150/train.json").read_text())
        rows = [
            Row(text, label, dev=part.endswith("val"))
            for part, pairs in parts.items()
            for text, label in pairs
        ]
        return self._clean(CLINC150, rows)

    def dialogues(self) -> list[Row]:
        """Turns of customers in six kinds of support, labelled `<domain>.<intent>`."""
        return self._clean(MULTIDOGO, self._turns())

    def moods(self) -> list[Row]:
        """Reviews and tweets as negative, neutral or positive."""
        return self._clean(VADER, self._ratings())

    def emotions(self) -> list[Row]:
        """Comments with one or several emotions, joined by commas."""
        names = (self.folder / "goemotions/labels.txt").read_text().split()
        rows = []
        for part in ("train", "dev"):
            for text, numbers, _ in self._lines(f"goemotions/{part}.tsv"):
                label = ",".join(names[int(number)] for number in numbers.split(","))
                rows.append(Row(text, label, dev=part == "dev"))
        return self._clean(GOEMOTIONS, rows)

    def emotion_names(self) -> list[str]:
        """In the publisher's order."""
        return (self.folder / "goemotions/labels.txt").read_text().split()

    def _clean(self, source: Source, rows: Iterable[Row]) -> list[Row]:
        """Rows that may be trained on, each text once."""
        dropped = self.dropped[source.name] = Dropped()
        seen: set[str] = set()
        kept = []
        for row in rows:
            key = plain(row.text)
            if self.heldout.holds(row.text):
                dropped.heldout += 1
            elif not key or key in seen:
                dropped.repeated += 1
            else:
                seen.add(key)
                kept.append(row)
        return kept

    def _table(self, name: str, text: str, label: str, *, dev: bool = False) -> list[Row]:
        with (self.folder / name).open(newline="", encoding="utf-8") as file:
            return [Row(line[text], line[label], dev=dev) for line in csv.DictReader(file)]

    def _lines(self, name: str) -> Iterator[list[str]]:
        with (self.folder / name).open(encoding="utf-8") as file:
            for line in file:
                yield line.rstrip("\n").split("\t")

    def _turns(self) -> Iterator[Row]:
        for domain in DOMAINS:
            for part in ("train", "dev"):
                lines = self._lines(f"multidogo/{domain}_{part}.tsv")
                place = {name: index for index, name in enumerate(next(lines))}
                for cells in lines:
                    if len(cells) == len(place):
                        text, intent = cells[place["utterance"]], cells[place["intent"]]
                        yield Row(text, f"{domain}.{intent}", dev=part == "dev")

    def _ratings(self) -> Iterator[Row]:
        for name in VADER.files:
            for _, rating, text in self._lines(name):
                yield Row(text, mood_of(float(rating)))


def mood_of(rating: float) -> str:
    """Twenty people's mean, from -4 to 4, as one of three."""
    if abs(rating) <= NEUTRAL_UP_TO:
        return "neutral"
    return "positive" if rating > 0 else "negative"
