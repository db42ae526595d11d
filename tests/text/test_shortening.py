"""A long text keeps its beginning, its end and the questions between."""

from ridealong.text.shortening import shorten, shorten_raw

FILLER = "Then something happened that nobody needs to know. " * 400


def test_a_short_text_is_left_alone() -> None:
    assert shorten("Where is my order?", 500) == "Where is my order?"


def test_beginning_end_and_questions_stay() -> None:
    text = f"My order is late. {FILLER}Can I have my money back?{FILLER} Refund me."

    short = shorten(text, 2_000)

    assert len(short) <= 2_000
    assert short.startswith("My order is late.")
    assert "Can I have my money back?" in short
    assert short.endswith("Refund me.")


def test_a_cut_never_parts_a_number() -> None:
    text = "word " * 300 + "4111 1111 1111 1111 " * 200 + "word " * 300

    for length in range(1_000, 1_040):
        digits = [part for part in shorten(text, length).split() if part.isdigit()]
        assert len(digits) % 4 == 0


def test_a_text_without_any_blank_is_cut_too() -> None:
    assert len(shorten("x" * 50_000, 1_000)) <= 1_000


def test_the_first_bound_keeps_both_ends() -> None:
    short = shorten_raw("Begin. " + "x " * 100_000 + "\nThe end.")

    assert len(short) <= 60_001
    assert short.startswith("Begin. ")
    assert short.endswith("The end.")
