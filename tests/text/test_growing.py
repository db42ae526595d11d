"""What the tagger cuts short is masked whole, and no further."""

import pytest

from ridealong.text.plainness import is_plain
from ridealong.text.streets import find_streets
from tests.text.masks import masked, tag

GROWN = (
    ("ask Mehmet Yıldız now", "Mehmet", "GIVEN_NAME", "ask [PERSON_1] now"),
    ("ask Kim Min-ji now", "Kim", "GIVEN_NAME", "ask [PERSON_1] now"),
    ("ask Pieter van den Berg now", "Pieter", "GIVEN_NAME", "ask [PERSON_1] now"),
    ("ask Ana Garcia Where is it", "Ana", "GIVEN_NAME", "ask [PERSON_1] Where is it"),
    ("to Flat 3, 27 King's Road, Hove BN1 2FA now", "King's", "STREET_NAME", "to [ADDRESS_1] now"),
    ("at Hauptplatz 12, 8010 Graz now", "Hauptplatz", "STREET_NAME", "at [ADDRESS_1] now"),
    ("where is my order", "my order", "STREET_NAME", "where is my order"),
)

STREETS: tuple[tuple[str, str, list[str]], ...] = (
    ("en", "at 410 Maple Avenue now", ["410 Maple Avenue"]),
    ("en", "5 minutes drive, 2 way street", []),
    ("de", "Zum Lindenweg 7a bitte", ["Lindenweg 7a"]),
    ("fr", "au 12 bis rue de Rivoli, Paris", ["12 bis rue de Rivoli"]),
    ("es", "en calle Mayor 5, Madrid", ["calle Mayor 5"]),
    ("it", "in via Garibaldi, 22", ["via Garibaldi, 22"]),
    ("tr", "Bağdat Caddesi No: 12 adresine", ["Bağdat Caddesi No: 12"]),
)


@pytest.mark.parametrize(("text", "piece", "label", "expected"), GROWN)
def test_names_and_addresses_grow(text: str, piece: str, label: str, expected: str) -> None:
    assert masked(text, tags=[tag(text, piece, label)]).text == expected


@pytest.mark.parametrize(("language", "text", "expected"), STREETS)
def test_streets_are_known_by_their_words(language: str, text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in find_streets(text, language)] == expected


def test_plain_words_are_known_in_every_spelling() -> None:
    assert is_plain("İADE", "tr")
    assert is_plain("don’t", "en")
    assert not is_plain("order", "pl")
