"""The words that may be meant, counted from what customers wrote."""

from pathlib import Path

from ridealong.learning.corpus import BANKING, Corpus, Part, whole
from ridealong.learning.datasets import Row
from ridealong.learning.wording import count_words, write_words
from ridealong.text.spelling import read_counts, read_spelling


def corpus_of(*texts: str) -> Corpus:
    rows = tuple(Row(text, "any") for text in texts)
    part = Part(BANKING, rows, whole(BANKING))
    return Corpus({BANKING: part}, (), (), (), (), part, {}, ())


def test_a_word_counts_from_its_third_time_on() -> None:
    counts = count_words(corpus_of("my card", "the Card!", "(card) is lost", "lost, it is"))

    assert counts == {"card": 3}


def test_what_is_no_english_word_must_be_written_often() -> None:
    assert count_words(corpus_of(*["a sepa refudn"] * 3, *["a sepa thing"] * 9)) == {
        "sepa": 12,
        "thing": 9,
    }


def test_parts_of_numbers_addresses_and_compounds_are_no_words() -> None:
    assert count_words(corpus_of(*["order@shop.com re-order order's order7"] * 20)) == {}


def test_counts_are_read_as_they_were_written(tmp_path: Path) -> None:
    counts = {"card": 7, "order": 3}
    write_words(counts, tmp_path / "spelling.txt")

    assert dict(read_counts(tmp_path / "spelling.txt")) == counts
    assert read_spelling(tmp_path / "spelling.txt").repair("my ordr") == "my order"
