"""An address in words is an address, in whichever language its signs are said."""

import pytest

from tests.text.masks import masked

ADDRESSES = (
    ("en", "mail t.n.berg@@mail.com please", "mail [EMAIL_1] please"),
    ("en", "nora dot falk at mail dot com, ok", "[EMAIL_1], ok"),
    ("en", "nora underscore falk at mail dot com", "[EMAIL_1]"),
    ("es", "marta punto ruiz arroba correo punto es", "[EMAIL_1]"),
    ("es", "soy marta.ruiz arroba correo.com gracias", "soy [EMAIL_1] gracias"),
    ("es", "marta guion bajo ruiz arroba correo punto com", "[EMAIL_1]"),
    ("pt", "rita ponto melo arroba correio ponto pt", "[EMAIL_1]"),
    ("it", "luca punto bini chiocciola posta punto it", "[EMAIL_1]"),
    ("fr", "paul point leroy arobase courrier point fr", "[EMAIL_1]"),
    ("nl", "piet punt smit apenstaartje post punt nl", "[EMAIL_1]"),
    ("de", "uwe punkt lang at post punkt de", "[EMAIL_1]"),
    ("pl", "ola kropka nowak małpa poczta kropka pl", "[EMAIL_1]"),
    ("da", "bo prik holm snabel-a post prik dk", "[EMAIL_1]"),
    ("tr", "ali nokta kaya kuyruklu a posta nokta com", "[EMAIL_1]"),
    ("ru", "ivan точка belov собака pochta точка ru", "[EMAIL_1]"),
    ("ja", "メールはken88アットマークmailドットjpです", "メールは[EMAIL_1]です"),
    ("ko", "minsu77 골뱅이 mail.com 입니다", "[EMAIL_1] 입니다"),
)

READABLE = (
    *(("en", "we met at noon, full stop"), ("en", "look at point 3 of the list")),
    *(("es", "una arroba de harina, punto final"), ("ru", "моя собака съела посылку. точка")),
    *(("fr", "le point de vente est fermé"), ("de", "um Punkt acht am Bahnhof")),
    *(("en", "arrived at this point in the day"), ("it", "a questo punto voglio il rimborso")),
)


@pytest.mark.parametrize(("language", "message", "expected"), ADDRESSES)
def test_an_address_in_words_is_masked(language: str, message: str, expected: str) -> None:
    assert masked(message, language).text == expected


@pytest.mark.parametrize(("language", "message"), READABLE)
def test_words_that_only_sound_like_an_address_stay(language: str, message: str) -> None:
    assert masked(message, language).text == message


def test_two_spellings_of_an_address_are_one() -> None:
    message = "ana arroba correo punto es, ana@@correo.es, ana@correo.es"

    assert masked(message, "es").text == "[EMAIL_1], [EMAIL_1], [EMAIL_1]"
