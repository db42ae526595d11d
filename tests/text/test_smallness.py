"""Small words that the tagger takes for names stay readable where the sentence has a capital."""

import pytest

from tests.text.masks import masked, tag

ONLY_SAID = (
    ("tr", "Kartım çalındı, hemen bloke edin", "hemen bloke edin"),
    ("tr", "Kimse maillerime cevap vermiyor", "Kimse maillerime cevap vermiyor"),
    ("da", "Jeg vil gerne annullere min ordre", "ordre"),
    ("id", "Kartu saya dicuri, tolong blokir segera", "tolong blokir segera"),
    ("pl", "Chcę zwrócić towar.", "zwrócić towar"),
    ("pt", "a loja pode avisar quando quiser", "avisar quando quiser"),
    ("pt", "podem telefonar, se puderem", "puderem"),
    ("es", "me puede devolverlo cuando quiera", "quiera"),
    ("it", "mi possono richiamare domani", "richiamare"),
    ("tr", "numaramdan akşam arayın", "akşam arayın"),
    ("en", "Hi, I'm deaf. Please write", "deaf"),
    ("es", "Soy sorda, no puedo llamar", "sorda"),
    ("zh", "我的邮箱坏了 谢谢", "谢谢"),
)

NAMED = (
    ("tr", "Paketi ali aldı", "ali", "Paketi [PERSON_1] aldı"),
    ("tr", "kargom nerede, mehmet öztürk", "mehmet öztürk", "kargom nerede, [PERSON_1]"),
    ("tr", "Günaydın, ben mehmet", "ben mehmet", "Günaydın, [PERSON_1]"),
    ("da", "Pakken er til mette", "mette", "Pakken er til [PERSON_1]"),
    ("id", "Terima kasih, dewi", "dewi", "Terima kasih, [PERSON_1]"),
    ("es", "puede maria recoger el paquete", "maria", "puede [PERSON_1] recoger el paquete"),
    ("pt", "pode ligar maria silva", "ligar maria silva", "pode [PERSON_1]"),
    ("de", "bitte anna müller fragen", "anna müller", "bitte [PERSON_1] fragen"),
    ("pl", "Czeka na to Ewa", "Ewa", "Czeka na to [PERSON_1]"),
    ("en", "Your driver was carlos", "carlos", "Your driver was [PERSON_1]"),
)


@pytest.mark.parametrize(("language", "text", "piece"), ONLY_SAID)
def test_the_end_of_a_sentence_is_no_name(language: str, text: str, piece: str) -> None:
    assert masked(text, language, [tag(text, piece, "GIVEN_NAME")]).text == text


@pytest.mark.parametrize(("language", "text", "piece", "expected"), NAMED)
def test_a_name_written_small_is_still_masked(
    language: str, text: str, piece: str, expected: str
) -> None:
    assert masked(text, language, [tag(text, piece, "GIVEN_NAME")]).text == expected
