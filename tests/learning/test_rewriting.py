import random

from ridealong.learning.chatter import AFTER, BEFORE, surround
from ridealong.learning.rewriting import rewrite, rewrite_all

REQUESTS = [f"Where is my parcel number {number}?" for number in range(200)]


def test_the_same_seed_makes_the_same_copies() -> None:
    assert rewrite_all(REQUESTS, seed=1) == rewrite_all(REQUESTS, seed=1)
    assert rewrite_all(REQUESTS, seed=1) != rewrite_all(REQUESTS, seed=2)


def test_every_text_gets_one_copy_whatever_it_is() -> None:
    assert len(rewrite_all(["where is it?", "x", "", "?!"], seed=1)) == 4


def test_some_copies_are_wordy_and_some_mistyped() -> None:
    copies = rewrite_all(REQUESTS, seed=1)
    wordy = [each for each, text in zip(copies, REQUESTS, strict=True) if text in each]

    assert 0.25 < len(wordy) / len(copies) < 0.55
    assert all(each != text for each, text in zip(copies, REQUESTS, strict=True) if each in wordy)


def test_a_wordy_copy_keeps_the_request_whole() -> None:
    wordy = surround("where is my parcel", random.Random(5))

    assert "where is my parcel" in wordy
    assert any(phrase in wordy for phrase in (*BEFORE, *AFTER))


def test_a_copy_written_in_a_hurry_has_no_capitals() -> None:
    copies = [rewrite("WHERE IS MY PARCEL", random.Random(seed)) for seed in range(20)]

    assert any(copy.islower() for copy in copies)
