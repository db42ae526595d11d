"""A secret a few words after what it is called is masked; other codes and numbers are not."""

import pytest

from tests.text.masks import masked

SECRETS = (
    ("en", "i used the pass herbst2018Bach", "i used the pass [SECRET_1]"),
    ("en", "forgot the pin of my locker, i think its 7719", "... i think its [SECRET_1]"),
    ("en", "send me a new login code, it is 640218", "... it is [SECRET_1]"),
    ("en", "the secret for our staging bot is bot-9a0f-11cd-Wq52-kkT8", "... bot is [SECRET_1]"),
    ("en", "the alarm code at the shop is #8830B", "... shop is [SECRET_1]"),
    (
        "en",
        "code for the gate is 2216, please ring",
        "code for the gate is [SECRET_1], please ring",
    ),
    ("en", "my password used to be Otter_77x but fails", "... be [SECRET_1] but fails"),
    ("en", "My code is 558201, it does not work", "My code is [SECRET_1], it does not work"),
    ("en", "my security answer was lemon88tree", "my security answer was [SECRET_1]"),
    ("en", "i changed my PIN last week. It is 9032 now", "... It is [SECRET_1] now"),
    ("en", "the safe combination is 16-33-09", "the safe combination is [SECRET_1]"),
    ("en", "My voicemail pin... 4466", "My voicemail pin... [SECRET_1]"),
    ("fr", "mon code d'accès 58B31 ne va plus", "mon code d'accès [SECRET_1] ne va plus"),
    ("es", "mi pin es el 4477", "mi pin es el [SECRET_1]"),
    ("sv", "koden till porten är 1938", "koden till porten är [SECRET_1]"),
    ("de", "das Kennwort, das ich nutze, ist Regen$41", "... ist [SECRET_1]"),
    ("de", "mein Passwort war glaube ich birne77Baum", "... ich [SECRET_1]"),
    ("de", "der Türcode im Büro lautet 4410", "der Türcode im Büro lautet [SECRET_1]"),
    ("de", "Das Schloss klemmt, der Code ist 4410", "der Code ist [SECRET_1]"),
    ("fr", "le mot de passe que j'utilise: Lune#2017", "... j'utilise: [SECRET_1]"),
    ("fr", "le code secret de la porte est 8812A", "le code secret de la porte est [SECRET_1]"),
    ("es", "la contraseña que puse fue Perro!56", "la contraseña que puse fue [SECRET_1]"),
    ("es", "mi clave del banco es 7731", "mi clave del banco es [SECRET_1]"),
    ("it", "la password che usavo era Gatto?2015x", "la password che usavo era [SECRET_1]"),
    ("it", "il codice dell'allarme è 6620", "il codice dell'allarme è [SECRET_1]"),
    ("nl", "het wachtwoord dat ik had Kroket%12", "het wachtwoord dat ik had [SECRET_1]"),
    (
        "nl",
        "mijn toegangscode voor de deur is 9917",
        "mijn toegangscode voor de deur is [SECRET_1]",
    ),
    ("pt", "a senha que eu usava era Mar@2010", "a senha que eu usava era [SECRET_1]"),
    ("pl", "moje hasło do konta to Zima2014!b", "moje hasło do konta to [SECRET_1]"),
    ("da", "min kode Sommer?1999 dur ikke", "min kode [SECRET_1] dur ikke"),
    ("da", "koden til døren er 3327", "koden til døren er [SECRET_1]"),
    ("sv", "lösenordet jag har är Älg!2011", "lösenordet jag har är [SECRET_1]"),
    ("tr", "şifrem sanırım Deniz.1987", "şifrem sanırım [SECRET_1]"),
    ("ru", "пароль от кабинета был Zima2015", "пароль от кабинета был [SECRET_1]"),
    ("ko", "비밀번호가 nalssi2003!인데 안 돼요", "비밀번호가 [SECRET_1]인데 안 돼요"),
    ("ja", "暗証番号はたしか5521です", "暗証番号はたしか[SECRET_1]です"),
    ("ja", "パスワードはsakura_88だと思います", "パスワードは[SECRET_1]だと思います"),
    ("zh", "我的登录密码好像是Yun2016kk,打不开", "我的登录密码好像是[SECRET_1],打不开"),
    ("zh", "验证码是640218", "验证码是[SECRET_1]"),
    ("ar", "كلمة السر هي Qamar2012!", "كلمة السر هي [SECRET_1]!"),
)

READABLE = (
    *(
        ("en", "forgot my PIN"),
        ("en", "my code SPRING20 is rejected"),
        ("en", "promo code is 2040"),
    ),
    *(("en", "discount code Summer20 fails"), ("en", "the washing machine error code is 3021")),
    *(("en", "i forgot my password for order 77120"), ("en", "password for my Galaxy S22 is lost")),
    *(("en", "reset my password, case is 4471"), ("en", "the password page shows ERR_1234")),
    *(("en", "i tried the password 10 times since 2023"), ("en", "area code is 0207")),
    *(("en", "no login code since 3 March 2025"), ("en", "my pass expired on 12.03.2025")),
    *(("en", "the secret is good service 24/7"), ("en", "use code WELCOME10 at checkout")),
    *(("en", "a password must have 12 characters"), ("en", "password mail costs $5.99?")),
    *(("en", "I reset the password 3x and again"), ("en", "the key to it is 100% patience")),
    *(("en", "my password fails. It is 2024 and nothing works"), ("en", "pass me to level-2")),
    *(("de", "der Rabattcode lautet HERBST15"), ("de", "Fehlercode ist 4021, Passwort geht nicht")),
    *(("de", "Passwort vergessen, Bestellung 45120077"), ("fr", "mon code promo est NOEL25")),
    *(("fr", "le code postal est 75011"), ("es", "el código de descuento es VERANO10")),
    *(("it", "il codice sconto è ESTATE20"), ("nl", "mijn kortingscode is LENTE15")),
    *(
        ("pt", "o código postal é 4000"),
        ("da", "rabatkoden er EFTER15"),
        ("tr", "indirim kodu YAZ20"),
    ),
    *(
        ("ko", "비밀번호 3번 틀렸어요"),
        ("ja", "パスワードを2回間違えました"),
        ("zh", "密码错误3次"),
    ),
    *(("zh", "收不到验证码,订单号20231234"), ("ja", "クーポンコードはAKI2024です")),
)


@pytest.mark.parametrize(("language", "message", "expected"), SECRETS)
def test_a_told_secret_is_masked(language: str, message: str, expected: str) -> None:
    ending = expected.removeprefix("... ")

    assert masked(message, language).text.endswith(ending)


@pytest.mark.parametrize(
    ("language", "message", "expected"),
    [
        ("en", "640218 is my login code, why?", "[SECRET_1] is my login code, why?"),
        ("en", "I type 0519 as my PIN", "I type [SECRET_1] as my PIN"),
        ("de", "7719 ist meine PIN", "[SECRET_1] ist meine PIN"),
        ("es", "uso Gato2012x como mi clave", "uso [SECRET_1] como mi clave"),
        ("en", "my card pin number, 7764, fails", "my card pin number, [SECRET_1], fails"),
    ],
)
def test_a_secret_may_come_first(language: str, message: str, expected: str) -> None:
    assert masked(message, language).text == expected


@pytest.mark.parametrize(("language", "message"), READABLE)
def test_other_codes_and_numbers_stay_readable(language: str, message: str) -> None:
    assert "SECRET" not in masked(message, language).text
