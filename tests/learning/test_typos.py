import random

from ridealong.learning.typos import mistype

TEXT = "please tell me where my parcel has been for the last two weeks " * 20


def test_about_the_asked_share_of_letters_is_mistyped() -> None:
    wrong = mistype(TEXT, random.Random(3), share=0.08)
    unchanged = sum(word in TEXT.split() for word in wrong.split()) / len(TEXT.split())

    assert 0.55 < unchanged < 0.85


def test_no_share_changes_nothing() -> None:
    assert mistype(TEXT, random.Random(3), share=0) == TEXT


def test_numbers_and_other_signs_survive() -> None:
    assert mistype("12345 #!", random.Random(1), share=1) == "12345 #!"
    assert mistype("", random.Random(1), share=1) == ""
