"""A data folder with a few dozen made-up rows in every set, in the formats of the real ones."""

import csv
import hashlib
import json
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from ridealong.learning.datasets import DOMAINS

HELD_OUT = "please tell me where my parcel is today"

SUBJECTS = ("i", "my friend", "a customer", "we", "my mother", "someone", "the boss", "they")
REQUESTS = {
    "banking": {
        "lost_card": ("lost the card", "cannot find the card"),
        "exchange_rate": ("wants the rate for euros", "asks what euros cost"),
    },
    "commerce": {
        "track_order": ("awaits the parcel", "wants to follow the order"),
        "get_refund": ("wants the money back", "asks for a refund"),
    },
    "general": {
        "weather": ("asks if it rains", "wants the weather report"),
        "play_music": ("wants to hear jazz", "asks for a song"),
        "oos": ("wonders how glue is made", "asks who won the match"),
    },
}
DESKS = {"track_order": "ORDER", "get_refund": "REFUND"}


def rows_of(pack: str) -> list[tuple[str, str]]:
    """Each request by each person."""
    return [
        (f"{subject} {phrase}", label)
        for label, phrases in REQUESTS[pack].items()
        for subject, phrase in product(SUBJECTS, phrases)
    ]


def write_tiny_data(folder: Path) -> Path:
    """All sets and the list of what is held out."""
    write_table(folder / "banking77/train.csv", ("text", "category"), rows_of("banking"))
    commerce = [*rows_of("commerce"), (HELD_OUT.upper(), "track_order")]
    shop = [(text, intent, DESKS[intent]) for text, intent in commerce]
    columns = ("utterance", "intent", "category")
    write_table(folder / "bitext/dev.csv", columns, shop[1::2])
    write_table(folder / "bitext/train.csv", columns, [*shop[::2], shop[-1]])
    write_general(folder / "clinc150/train.json")
    for domain, part in product(DOMAINS, ("train", "dev")):
        write_turns(folder / f"multidogo/{domain}_{part}.tsv", domain, part)
    for name in ("amazon_snippets", "tweets"):
        write_ratings(folder / f"vader/{name}.tsv", name)
    write_emotions(folder / "goemotions")
    digest = hashlib.sha256(HELD_OUT.encode()).hexdigest()[:16]
    (folder / "heldout.sha256-16").write_text(f"{digest}\n")
    return folder


def write_table(path: Path, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([header, *rows])


def write_general(path: Path) -> None:
    path.parent.mkdir()
    rows = rows_of("general")
    inside = [row for row in rows if row[1] != "oos"]
    outside = [row for row in rows if row[1] == "oos"]
    parts = {
        "train": inside[::2],
        "val": inside[1::2],
        "oos_train": outside[::2],
        "oos_val": outside[1::2],
    }
    path.write_text(json.dumps(parts))


def write_turns(path: Path, domain: str, part: str) -> None:
    path.parent.mkdir(exist_ok=True)
    intents = ("outofdomain", "contentonly", "reportlostcard", "startorder")
    header = "conversationId\tturnNumber\tutteranceId\tutterance\tslot-labels\tintent"
    lines = [
        f"c\t{turn}\tu\t{domain} {part} turn {turn} about {intent}\tO\t{intent}"
        for turn, intent in enumerate(intents * 4)
    ]
    path.write_text("\n".join([header, *lines, "a broken line"]) + "\n")


def write_ratings(path: Path, name: str) -> None:
    path.parent.mkdir(exist_ok=True)
    moods = {"2.5": "a lovely thing", "-2.5": "a horrible thing", "0.1": "a thing in a box"}
    lines = [
        f"{number}\t{rating}\t{name} {subject} got {what}"
        for number, (subject, (rating, what)) in enumerate(product(SUBJECTS, moods.items()))
    ]
    path.write_text("\n".join(lines) + "\n")


def write_emotions(folder: Path) -> None:
    folder.mkdir()
    (folder / "labels.txt").write_text("anger\njoy\nneutral\n")
    said = {"0": "is furious", "1": "is happy", "2": "sits there", "0,1": "laughs in rage"}
    for part in ("train", "dev"):
        lines = [
            f"{subject} {what} in {part}\t{label}\tx"
            for subject, (label, what) in product(SUBJECTS, said.items())
        ]
        (folder / f"{part}.tsv").write_text("\n".join(lines) + "\n")
