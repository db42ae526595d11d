"""What is not worth keeping is refused with the field's name and without its value."""

import pytest

from ridealong.mail.errors import MailIsAutomatic, MailTooDeep
from services.intake.content import content_of
from services.intake.errors import CharactersForbidden, TextMissing, TextTooLong
from tests.intake.desks import mail_message, message
from tests.mail.mails import mail, multipart_mail, nested, part

LIMIT = 100


@pytest.mark.parametrize("text", ["", " ", "\n\t\r\n", "\u00a0\u2003"])
def test_a_text_of_nothing_but_white_space_is_refused(text: str) -> None:
    with pytest.raises(TextMissing):
        content_of(message(text=text), LIMIT)


def test_a_mail_without_text_is_refused() -> None:
    image = part(b"\x89PNG", "image/png", Content_Disposition="attachment; filename=a.png")
    with pytest.raises(TextMissing):
        content_of(mail_message(multipart_mail("mixed", image)), LIMIT)


def test_a_text_of_the_limit_is_taken_and_one_more_is_too_long() -> None:
    assert content_of(message(text="x" * LIMIT), LIMIT).text == "x" * LIMIT
    with pytest.raises(TextTooLong, match="100 characters"):
        content_of(message(text="x" * (LIMIT + 1)), LIMIT)
    with pytest.raises(TextTooLong):
        content_of(mail_message(mail("x" * (LIMIT + 1))), LIMIT)


@pytest.mark.parametrize(
    ("field", "text"),
    [("text", "half \ud83d"), ("text", "nul \0"), ("subject", "nul \0")],
)
def test_text_that_cannot_be_stored_is_refused(field: str, text: str) -> None:
    with pytest.raises(CharactersForbidden) as refused:
        content_of(message(**{field: text}), LIMIT)

    assert refused.value.field == field


@pytest.mark.parametrize("field", ["customer_id", "external_id", "conversation_id"])
@pytest.mark.parametrize("value", ["a\nb", "a\0b", "a\x1bb", "a\u202eb", "a\u200bb"])
def test_ids_of_invisible_characters_are_refused(field: str, value: str) -> None:
    with pytest.raises(CharactersForbidden) as refused:
        content_of(message(**{field: value}), LIMIT)

    assert refused.value.field == field
    assert value not in str(refused.value)


@pytest.mark.parametrize("customer_id", ["Jürgen Groß", "客户 7", "a/b:c%20||d", "'; DROP", "🙂"])
def test_unusual_customer_ids_are_taken_as_they_are(customer_id: str) -> None:
    assert content_of(message(customer_id=customer_id), LIMIT).customer_id == customer_id


def test_an_address_is_one_customer_in_any_case() -> None:
    assert content_of(message(customer_id=" Jane@Example.COM "), LIMIT).customer_id == (
        "jane@example.com"
    )
    assert content_of(message(customer_id="Jane-7"), LIMIT).customer_id == "Jane-7"


def test_what_the_caller_says_wins_over_the_mails_headers() -> None:
    said = {"customer_id": "c7", "external_id": "e7", "subject": "Said"}

    found = content_of(mail_message(mail(Message_ID="<1@x>"), **said), LIMIT)

    assert (found.customer_id, found.name, found.subject) == ("c7", "e7", "Said")


@pytest.mark.parametrize(
    ("raw", "refusal"),
    [(nested(40), MailTooDeep), (mail(Auto_Submitted="auto-replied"), MailIsAutomatic)],
)
def test_hostile_and_automatic_mail_is_refused(raw: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        content_of(mail_message(raw), LIMIT)
