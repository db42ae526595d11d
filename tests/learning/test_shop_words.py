"""The project's own requests to a shop: plain words, known labels, nothing that is held out."""

from pathlib import Path

import pytest

from ridealong.learning.datasets import DataFolder, Row
from ridealong.learning.heldout import HeldoutList, hash_of, plain
from ridealong.learning.shop_words import SENTENCES, read_shop_sentences, unnumbered
from ridealong.serving.models.manifest import read_manifest
from tests.learning.stores import real_store
from tests.learning.tiny_data import write_tiny_data

PARCEL = "any news on the boots i bought"


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder.open(write_tiny_data(tmp_path))


def labels() -> tuple[str, ...]:
    manifest = read_manifest(real_store() / "understand-en" / "2")
    return next(output.labels or () for output in manifest.outputs if output.name == "commerce")


def test_every_intent_of_the_pack_has_a_few(data: DataFolder) -> None:
    found = [row.label for row in read_shop_sentences(data, labels())]

    assert min(found.count(label) for label in labels()) >= 3
    assert len(found) == len(SENTENCES.read_text().splitlines()) - 1


def test_no_request_stands_there_twice(data: DataFolder) -> None:
    texts = [plain(row.text) for row in read_shop_sentences(data, labels())]

    assert len(set(texts)) == len(texts)


def test_only_labels_of_the_pack_are_read(data: DataFolder) -> None:
    assert {row.label for row in read_shop_sentences(data, {"track_order"})} == {"track_order"}


def test_what_is_held_out_elsewhere_is_left_out_here(data: DataFolder) -> None:
    without = DataFolder(data.folder, HeldoutList(frozenset({hash_of(PARCEL)})))

    texts = {row.text for row in read_shop_sentences(data, labels())}

    assert PARCEL in texts
    assert texts - {row.text for row in read_shop_sentences(without, labels())} == {PARCEL}


def test_an_order_with_a_number_is_told_once_more_without() -> None:
    rows = [
        Row("cancel purchase 113542617735902, please", "cancel_order", dev=True),
        Row("what is your return policy", "check_refund_policy"),
        Row("pay 4000 by card", "payment_issue"),
    ]

    (copy,) = unnumbered(rows)

    assert copy.text in ("cancel my purchase, please", "cancel the purchase, please")
    assert (copy.label, copy.dev) == ("cancel_order", True)
