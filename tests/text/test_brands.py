"""What is called like a person and sold is no person."""

import pytest

from tests.text.masks import masked, tag

BRANDS = (
    ("en", "two Conrad Bell shirts are missing", "Conrad Bell"),
    ("en", "Conrad Bell paint arrived open", "Conrad Bell"),
    ("en", "the Conrad Bell ones fit", "Conrad Bell"),
    ("en", "do you still sell Ralph Lauren?", "Ralph Lauren"),
    ("en", "a pair of Conrad Bell sneakers", "Conrad Bell"),
    ("en", "the Oscar's crackers were broken", "Oscar"),
    ("de", "die Conrad Bell Tasche ist kaputt", "Conrad Bell Tasche"),
    ("it", "la borsa Elena Bruni è rotta", "Elena Bruni"),
    ("es", "mi bolso Elena Bruni llegó roto", "Elena Bruni"),
)

PEOPLE = (
    ("en", "Sarah Miller's jacket is lost", "Sarah Miller", "[PERSON_1]'s jacket is lost"),
    ("en", "for Sarah Miller shoes in red", "Sarah Miller", "for [PERSON_1] shoes in red"),
    ("en", "my Jacob's shoes are torn", "Jacob", "my [PERSON_1]'s shoes are torn"),
    ("en", "two shirts Sarah Miller bought", "Sarah Miller", "two shirts [PERSON_1] bought"),
    ("es", "la chaqueta de Elena Bruni", "Elena Bruni", "la chaqueta de [PERSON_1]"),
)


@pytest.mark.parametrize(("language", "text", "piece"), BRANDS)
def test_a_brand_stays_readable(language: str, text: str, piece: str) -> None:
    assert masked(text, language, [tag(text, piece, "GIVEN_NAME")]).text == text


@pytest.mark.parametrize(("language", "text", "piece", "expected"), PEOPLE)
def test_a_person_beside_a_product_is_masked(
    language: str, text: str, piece: str, expected: str
) -> None:
    assert masked(text, language, [tag(text, piece, "GIVEN_NAME")]).text == expected


def test_who_is_called_like_a_brand_and_says_so_is_masked() -> None:
    assert masked("my name is Paul Smith and I wait").text == "my name is [PERSON_1] and I wait"
