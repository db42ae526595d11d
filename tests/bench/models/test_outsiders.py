"""The messages of an outside author: labels that there are, and all read to the end."""

import csv
from pathlib import Path

import pytest

from bench.models.outsiders import BANK, BOTH, FOLDER, SHOP, measure_outsiders
from ridealong.serving.models.manifest import read_manifest
from tests.learning.stores import real_store

PACK_OF = {"commerce": SHOP, "complaints": SHOP, "languages": SHOP, "banking": BANK}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", sorted(PACK_OF))
def test_every_label_is_one_of_its_pack(name: str) -> None:
    manifest = read_manifest(real_store() / "understand-en" / "2")
    labels = {output.name: set(output.labels or ()) for output in manifest.outputs}

    assert {row["label"] for row in rows_of(FOLDER / f"{name}.csv")} <= labels[PACK_OF[name]]


@pytest.mark.parametrize("pack", BOTH)
def test_no_intent_of_a_pack_is_left_out(pack: str) -> None:
    manifest = read_manifest(real_store() / "understand-en" / "2")
    labels = next(output.labels or () for output in manifest.outputs if output.name == pack)

    assert {row["label"] for row in rows_of(FOLDER / f"{pack}.csv")} == set(labels)


async def test_strangers_are_understood_as_often_as_the_page_says_at_least() -> None:
    for measured in await measure_outsiders(real_store()):
        assert measured.figure.value >= measured.goal.must, measured.what
