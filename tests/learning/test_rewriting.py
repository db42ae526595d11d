import random

from ridealong.learning.chatter import AFTER, BEFORE, name_number, surround
from ridealong.learning.rewriting import rewrite, rewrite_all

REQUESTS = [f"When does bus {number} leave?" for number in range(200)]


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


def test_an_order_gets_a_number_only_where_it_has_none() -> None:
    numbered = name_number("Where is my order?", random.Random(1))

    assert numbered.startswith("Where is my order ")
    assert numbered.removeprefix("Where is my order ").rstrip("?").isdigit()
    assert name_number("Where is order #77?", random.Random(1)) == "Where is order #77?"


def test_a_copy_written_in_a_hurry_has_no_capitals() -> None:
    copies = [rewrite("WHERE IS MY PARCEL", random.Random(seed)) for seed in range(20)]

    assert any(copy.islower() for copy in copies)
