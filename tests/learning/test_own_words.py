"""The project's own requests: plain words, known labels, nothing that is held out."""

import csv
from pathlib import Path

import pytest

from bench.models.outsiders import FOLDER as STRANGERS
from ridealong.learning.corpus import BANKING, COMMERCE, NONE
from ridealong.learning.datasets import DataFolder, Row
from ridealong.learning.heldout import HeldoutList, hash_of, plain
from ridealong.learning.languages import read_told
from ridealong.learning.own_words import BANK, OUTSIDE, SHOP, file_of, read_own, unnumbered
from ridealong.serving.models.manifest import read_manifest
from tests.learning.stores import real_store
from tests.learning.tiny_data import write_tiny_data

JUDGING = Path(__file__).with_name("languages")
PARCEL = "any news on the boots i bought"


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder.open(write_tiny_data(tmp_path))


def labels(kind: str) -> tuple[str, ...]:
    """The closed set that the rows of a kind are labelled with."""
    if kind == OUTSIDE:
        return (NONE,)
    pack = {SHOP: COMMERCE, BANK: BANKING}[kind]
    manifest = read_manifest(real_store() / "understand-en" / "2")
    return next(output.labels or () for output in manifest.outputs if output.name == pack)


@pytest.mark.parametrize(("kind", "fewest"), [(SHOP, 60), (BANK, 10), (OUTSIDE, 300)])
def test_every_intent_is_asked_for_in_many_words(kind: str, fewest: int, data: DataFolder) -> None:
    found = [row.label for row in read_own(kind, data, labels(kind))]

    assert min(found.count(label) for label in labels(kind)) >= fewest
    assert len(found) == len(file_of(kind).read_text(encoding="utf-8").splitlines()) - 1


def test_no_request_stands_there_twice(data: DataFolder) -> None:
    texts = [
        plain(row.text)
        for kind in (SHOP, BANK, OUTSIDE)
        for row in read_own(kind, data, labels(kind))
    ]

    assert len(set(texts)) == len(texts)


def test_what_judges_is_not_taught(data: DataFolder) -> None:
    taught = {
        plain(row.text)
        for kind in (SHOP, BANK, OUTSIDE)
        for row in read_own(kind, data, labels(kind))
    } | {plain(told.text) for told in read_told()}
    judging = {
        plain(line["text"])
        for folder in (JUDGING, STRANGERS)
        for path in folder.glob("*.csv")
        for line in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    }

    assert len(judging) > 900
    assert taught & judging == set()


def test_only_labels_of_the_pack_are_read(data: DataFolder) -> None:
    assert {row.label for row in read_own(SHOP, data, {"track_order"})} == {"track_order"}


def test_what_is_held_out_elsewhere_is_left_out_here(data: DataFolder) -> None:
    without = DataFolder(data.folder, HeldoutList(frozenset({hash_of(PARCEL)})))

    texts = {row.text for row in read_own(SHOP, data, labels(SHOP))}

    assert PARCEL in texts
    assert texts - {row.text for row in read_own(SHOP, without, labels(SHOP))} == {PARCEL}


def test_an_order_with_a_number_is_told_once_more_without() -> None:
    rows = [
        Row("cancel purchase 113542617735902, please", "cancel_order", dev=True),
        Row("what is your return policy", "check_refund_policy"),
        Row("pay 4000 by card", "payment_issue"),
    ]

    (copy,) = unnumbered(rows)

    assert copy.text in ("cancel my purchase, please", "cancel the purchase, please")
    assert (copy.label, copy.dev) == ("cancel_order", True)
