"""Numbers of contracts, meters, builds and models are nobody's phone, tax or postcode."""

import pytest

from tests.text.masks import masked, tag

READABLE = (
    *(("en", "my contract number is 200987123"), ("en", "policy no. 300145578")),
    *(("en", "Windows build 19045.4170 fails"), ("en", "version 22631.3007.1234")),
    *(("en", "model 710-25-2300 is broken"), ("en", "error 4155550188 appeared")),
    *(("de", "Vertrag 66.202.551-8 kündigen"), ("de", "Vertragsnummer 200987123")),
    *(("fr", "contrat n° 612345679"), ("fr", "lecture du compteur 058314")),
    *(("es", "número de contrato 912345679"), ("it", "contratto numero 3471234568")),
    *(("nl", "contractnummer 612345679"), ("pl", "umowa nr 501234568")),
    *(("tr", "sözleşme no 5321234567"), ("ru", "номер договора 9161234567")),
    *(("en", "claim number 200987123"), ("de", "Aktenzeichen 12-2034/556677")),
    *(("ja", "契約番号は200987123です"), ("zh", "合同号:13812345679")),
)

MASKED = (
    ("de", "Vertrag 01712345678 kündigen", "PHONE"),
    ("en", "about my contract call 415-555-0123", "PHONE"),
    ("en", "the build is fine, my ssn is 123-45-6789", "ID"),
    ("en", "model 4111 1111 1111 1111", "CARD"),
)


@pytest.mark.parametrize(("language", "message"), READABLE)
def test_the_number_of_a_thing_stays_readable(language: str, message: str) -> None:
    assert masked(message, language).text == message


@pytest.mark.parametrize(("language", "message", "kind"), MASKED)
def test_a_number_of_a_person_is_masked_all_the_same(
    language: str, message: str, kind: str
) -> None:
    assert f"[{kind}_1]" in masked(message, language).text


@pytest.mark.parametrize("text", ["the meter reads 058314", "es zeigt 058314 kWh"])
def test_the_tagger_cannot_take_a_meter_reading(text: str) -> None:
    assert masked(text, tags=[tag(text, "058314", "ZIP_CODE")]).text == text


def test_nothing_is_left_of_what_the_tagger_took_with_it() -> None:
    text = "build 22631.3007 fails"

    assert masked(text, tags=[tag(text, "22631.3007 fails", "ZIP_CODE")]).text == text
