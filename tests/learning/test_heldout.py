import hashlib
from pathlib import Path

import pytest

from ridealong.learning.errors import HeldoutListMissing
from ridealong.learning.heldout import HeldoutList


def listing(*texts: str) -> HeldoutList:
    return HeldoutList(frozenset(hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts))


@pytest.mark.parametrize(
    "text", ["where is my parcel", "  Where IS my\n\tparcel  ", "WHERE  is my parcel"]
)
def test_a_heldout_text_is_known_whatever_its_case_and_spaces(text: str) -> None:
    assert listing("where is my parcel").holds(text)


def test_another_text_is_not_held_out() -> None:
    assert not listing("where is my parcel").holds("where is my parcel now")


def test_texts_too_short_to_be_listed_are_never_held_out() -> None:
    assert not listing("hello there").holds("hello there")


def test_without_the_list_nothing_may_be_trained(tmp_path: Path) -> None:
    with pytest.raises(HeldoutListMissing, match=r"heldout\.sha256-16"):
        HeldoutList.read(tmp_path)


def test_an_empty_list_is_no_list(tmp_path: Path) -> None:
    (tmp_path / "heldout.sha256-16").write_text("\n")

    with pytest.raises(HeldoutListMissing, match="empty"):
        HeldoutList.read(tmp_path)
