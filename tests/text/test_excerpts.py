"""The tagger sees no number that rules found, and its tags fall on the right characters."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ridealong.text.excerpts import STAND_IN, excerpts
from ridealong.text.masking import read_by_rules
from ridealong.text.names import Tag

TEXT = "Card 4111 1111 1111 1111 of Jo Doe, mail jo@doe.com"


def shown(text: str) -> tuple[str, list[Tag]]:
    (excerpt,) = excerpts(read_by_rules(text, "en"), [(0, len(text))])
    name = excerpt.text.index("Jo Doe")
    return excerpt.text, list(excerpt.placed([Tag(name, name + 6, "GIVEN_NAME")]))


def test_numbers_are_not_shown() -> None:
    assert shown(TEXT)[0] == f"Card {STAND_IN} of Jo Doe, mail {STAND_IN}"


def test_a_tag_falls_on_its_own_characters() -> None:
    (tag,) = shown(TEXT)[1]

    assert TEXT[tag.start : tag.end] == "Jo Doe"


def test_a_tag_on_a_stand_in_says_nothing() -> None:
    (excerpt,) = excerpts(read_by_rules(TEXT, "en"), [(0, len(TEXT))])

    assert list(excerpt.placed([Tag(5, 6, "ZIP_CODE")])) == []


def test_a_tag_over_a_stand_in_stops_at_it() -> None:
    (excerpt,) = excerpts(read_by_rules(TEXT, "en"), [(0, len(TEXT))])
    (tag,) = excerpt.placed([Tag(0, 6, "SURNAME")])

    assert TEXT[tag.start : tag.end] == "Card "


@given(st.text(alphabet="aB @.-+0149:/\n", max_size=60), st.integers(0, 60), st.integers(1, 20))
@settings(max_examples=150, deadline=None)
def test_every_tag_lands_inside_the_text(text: str, start: int, length: int) -> None:
    reading = read_by_rules(text, "en")
    for excerpt in excerpts(reading, [(0, len(text))] if text else []):
        if start < len(excerpt.text):
            end = min(len(excerpt.text), start + length)
            placed = list(excerpt.placed([Tag(start, end, "SURNAME")]))

            assert all(0 <= tag.start < tag.end <= len(text) for tag in placed)
