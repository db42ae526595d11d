"""A mail is read as the person who wrote it meant it."""

import base64
import quopri

import pytest

from ridealong.mail.errors import MailIsAutomatic
from ridealong.mail.reading import NamedAttachment, read_mail
from tests.mail.mails import mail, multipart, multipart_mail, part


def test_a_plain_mail_has_text_subject_and_sender() -> None:
    found = read_mail(mail("Where is it?\r\nJane\r\n"))

    assert (found.text, found.subject, found.sender) == (
        "Where is it?\nJane",
        "Order",
        "jane@example.com",
    )


def test_plain_text_is_preferred_to_html() -> None:
    raw = multipart_mail(
        "alternative", part("<p>rich</p>", "text/html"), part("plain", "text/plain")
    )

    assert read_mail(raw).text == "plain"


@pytest.mark.parametrize("plain", ["", " \r\n\t"])
def test_html_is_read_where_the_plain_part_is_blank(plain: str) -> None:
    raw = multipart_mail("alternative", part(plain, "text/plain"), part("<p>rich</p>", "text/html"))

    assert read_mail(raw).text == "rich"


def test_the_html_of_a_related_part_is_found_inside_an_alternative() -> None:
    image = part(b"\x89PNG", "image/png", Content_Disposition="inline; filename=logo.png")
    related, content_type = multipart(
        "related", part("<b>Hello</b>", "text/html"), image, boundary="inner"
    )

    found = read_mail(multipart_mail("alternative", part(related, content_type)))

    assert found.text == "Hello"
    assert [one.name for one in found.attachments] == ["logo.png"]


def test_the_texts_of_a_mixed_mail_are_read_in_order() -> None:
    raw = multipart_mail("mixed", part("one", "text/plain"), part("<p>two</p>", "text/html"))

    assert read_mail(raw).text == "one\n\ntwo"


def test_a_forwarded_mail_is_read_in_place() -> None:
    raw = multipart_mail(
        "mixed", part("see below", "text/plain"), part(mail("the original"), "message/rfc822")
    )

    assert read_mail(raw).text == "see below\n\nthe original"


def test_an_attached_mail_is_named_and_not_read() -> None:
    attached = part(mail("secret"), "message/rfc822", Content_Disposition="attachment")

    found = read_mail(multipart_mail("mixed", part("hi", "text/plain"), attached))

    assert found.text == "hi"
    assert found.attachments == (NamedAttachment("unnamed", "message/rfc822", len("secret")),)


def test_an_attachment_is_named_with_its_decoded_size_and_not_kept() -> None:
    content = base64.b64encode(b"x" * 1000)
    pdf = part(
        content,
        "application/pdf",
        Content_Transfer_Encoding="base64",
        Content_Disposition='attachment; filename="=?utf-8?q?Rechnung_M=C3=A4rz.pdf?="',
    )

    found = read_mail(multipart_mail("mixed", part("hi", "text/plain"), pdf))

    assert found.attachments == (NamedAttachment("Rechnung März.pdf", "application/pdf", 1000),)


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("attachment; filename*=utf-8''na%C3%AFve.txt", "naïve.txt"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="C:\\\\temp\\\\a.txt"', "a.txt"),
        ("attachment", "unnamed"),
    ],
)
def test_an_attachments_name_is_decoded_and_has_no_path(disposition: str, name: str) -> None:
    note = part("note", "text/plain", Content_Disposition=disposition)

    found = read_mail(multipart_mail("mixed", part("hi", "text/plain"), note))

    assert [one.name for one in found.attachments] == [name]
    assert found.text == "hi"


def test_an_encoded_subject_is_decoded_across_its_words() -> None:
    halves = "=?utf-8?b?w6Q=?=\r\n =?iso-8859-1?q?_=FC?="

    assert read_mail(mail(Subject=halves)).subject == "ä ü"


def test_quoted_printable_and_base64_texts_are_decoded() -> None:
    text = "Größe – 5 €"
    quoted = mail(
        quopri.encodestring(text.encode()),
        Content_Type="text/plain; charset=utf-8",
        Content_Transfer_Encoding="quoted-printable",
    )
    encoded = mail(
        base64.b64encode(text.encode("utf-16")),
        Content_Type="text/plain; charset=utf-16",
        Content_Transfer_Encoding="base64",
    )

    assert read_mail(quoted).text == read_mail(encoded).text == text


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ("jane@example.com", "jane@example.com"),
        ('"boss@bank.com" <jane@example.com>', "jane@example.com"),
        ("=?utf-8?q?J=C3=A4ne?= <JANE@example.com>", "jane@example.com"),
        ("Jane", None),
        ("", None),
    ],
)
def test_the_sender_is_the_address_and_not_the_name(sender: str, address: str | None) -> None:
    assert read_mail(mail(From=sender)).sender == address


def test_a_reply_belongs_to_the_thread_that_its_references_begin_with() -> None:
    first = read_mail(mail(Message_ID="<1@x>"))
    second = read_mail(mail(Message_ID="<2@x>", In_Reply_To="<1@x>"))
    third = read_mail(mail(Message_ID="<3@x>", In_Reply_To="<2@x>", References="<1@x>\r\n <2@x>"))

    assert first.thread == second.thread == third.thread == "<1@x>"
    assert third.message_id == "<3@x>"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "Auto-Generated; reason=x"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
        {"X_Autoreply": "yes"},
        {"Content_Type": "multipart/report; boundary=b; report-type=delivery-status"},
    ],
)
def test_automatic_mail_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(MailIsAutomatic):
        read_mail(mail(**headers))


def test_a_person_who_says_so_is_not_automatic() -> None:
    assert read_mail(mail(Auto_Submitted="no")).text == "Where is my order?"
