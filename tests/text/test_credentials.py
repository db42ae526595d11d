"""Secrets are masked whether or not they hold a digit; talk about secrets stays readable."""

import pytest

from tests.text.masks import masked

SECRETS = (
    ("en", "Login: jo Password: correcthorse", "Login: jo Password: [SECRET_1]"),
    ("en", "my password: sunshine is not working", "my password: [SECRET_1] is not working"),
    ("de", "mein Passwort: Sommerregen geht nicht", "mein Passwort: [SECRET_1] geht nicht"),
    ("en", "password: welcome", "password: [SECRET_1]"),
    ("en", "the OTP 558201 expired", "the OTP [SECRET_1] expired"),
    ("en", "sk_live_51H8abcDEFghiJKLmnoPQRstu is mine", "[SECRET_1] is mine"),
    (
        "en",
        "it says eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0.dozjgNry-P4J3 now",
        "it says [SECRET_1] now",
    ),
    ("en", "key 9f86d081884c7d659a2feaa0c55ad015 fails", "key [SECRET_1] fails"),
    ("en", "from 0x52908400098527886E0F7030069857D2E4169EE7 it", "from [ACCOUNT_1] it"),
    ("en", "to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "to [ACCOUNT_1]"),
    ("en", "use kJ8sT2qLm5Xw9ZpR4vB7 please", "use [SECRET_1] please"),
)

READABLE = (
    *(("en", "Password: not accepted"), ("en", "OTP: not received"), ("en", "PIN: blocked")),
    *(("en", "I reset my password and it fails"), ("en", "password reset link expired")),
    *(("de", "Passwort: geht nicht"), ("en", "token: expired"), ("en", "Error 0x80070057")),
    *(("en", "see Screenshot_20240312_123456_Chrome"), ("en", "skateboardingequipment")),
    *(("en", "file IMG_20240312_123456_HDR"), ("en", "Donaudampfschifffahrtsgesellschaft")),
)


@pytest.mark.parametrize(("language", "message", "expected"), SECRETS)
def test_a_secret_is_masked(language: str, message: str, expected: str) -> None:
    assert masked(message, language).text == expected


@pytest.mark.parametrize(("language", "message"), READABLE)
def test_talk_about_secrets_stays_readable(language: str, message: str) -> None:
    assert masked(message, language).text == message
