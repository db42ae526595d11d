"""Traits count what is written."""

from ridealong.text.traits import describe


def test_traits_of_an_angry_message() -> None:
    traits = describe("WHERE is my order 12345?! Answer me!\nsee www.shop.example.com 😡👩🏽‍💻")

    assert (traits.words, traits.sentences, traits.digits) == (11, 3, 5)
    assert (traits.exclamation_marks, traits.question_marks) == (2, 1)
    assert (traits.urls, traits.emoji) == (1, 2)
    assert 0.1 < traits.upper_case_share < 0.2


def test_marks_of_other_scripts_count() -> None:
    traits = describe("¿Dónde está? أين؟ どこ？")

    assert traits.question_marks == 2


def test_nothing_has_no_traits() -> None:
    traits = describe("")

    assert (traits.characters, traits.words, traits.sentences, traits.upper_case_share) == (
        0,
        0,
        0,
        0,
    )
