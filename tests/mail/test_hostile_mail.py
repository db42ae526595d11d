"""Mail that is meant to hurt is refused by name or read as far as it goes, and quickly."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridealong.mail.errors import (
    MailHasTooManyParts,
    MailRefused,
    MailTooDeep,
    MailUnreadable,
)
from ridealong.mail.reading import read_mail
from ridealong.mail.tree import MAX_DEPTH, MAX_PARTS
from tests.mail.mails import mail, multipart_mail, nested, part

HTML = {"Content_Type": "text/html; charset=utf-8"}
# Generous: each takes below 0.5 s on an idle core; what is quadratic takes minutes.
PATIENCE_S = 10


@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 40, 1000])
def test_mail_nested_too_deep_is_refused(levels: int) -> None:
    with pytest.raises(MailTooDeep, match="20 levels"):
        read_mail(nested(levels))


def test_mail_nested_as_deep_as_allowed_is_read() -> None:
    assert read_mail(nested(MAX_DEPTH)).text == "deep inside"


def test_forwards_of_forwards_count_as_levels() -> None:
    with pytest.raises(MailTooDeep):
        read_mail(b"Content-Type: message/rfc822\r\n\r\n" * 1000 + b"hi")


def test_mail_of_too_many_parts_is_refused() -> None:
    with pytest.raises(MailHasTooManyParts):
        read_mail(multipart_mail("mixed", *[part("x", "text/plain")] * 10_000))


def test_mail_of_as_many_parts_as_allowed_is_read() -> None:
    raw = multipart_mail("mixed", *[part("x", "text/plain")] * (MAX_PARTS - 1))

    assert read_mail(raw).text.count("x") == MAX_PARTS - 1


@pytest.mark.parametrize(
    "raw",
    [
        mail("<div>" * 200_000 + "hi", **HTML),
        mail("<a " * 300_000, **HTML),
        mail("<a '" * 250_000, **HTML),
        mail("<!--" * 250_000, **HTML),
        mail("<script>" * 100_000, **HTML),
        mail("<script></scrip" * 60_000, **HTML),
        mail("<" * 1_000_000, **HTML),
        mail("&" * 1_000_000, **HTML),
        mail("<blockquote>x" * 60_000, **HTML),
        mail("Hello there. " * 80_000),
        mail("a-" * 500_000, Content_Type="text/plain; charset=punycode"),
        mail("a." * 500_000, Content_Type="text/plain; charset=idna"),
        mail(Content_Type="multipart/mixed; boundary=" + "a.(" * 300_000),
        mail(Content_Type="text/plain" + "; a=b" * 200_000),
        mail(From="(" * 500_000),
        mail(From="a" * 500_000),
        mail(Subject="=?utf-8?q?a?= " * 70_000),
        b"a: b\r\n" * 150_000 + b"\r\nhi",
        b"Subject: x\r\n" + b" y\r\n" * 200_000 + b"\r\nhi",
    ],
    ids=lambda raw: f"{raw[60:90]!r}",
)
def test_a_megabyte_of_malice_is_read_in_time(raw: bytes) -> None:
    began = time.process_time()
    read_mail(raw)

    assert time.process_time() - began < PATIENCE_S


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", ""),
        (b"\r\n\r\n", ""),
        (b"no headers at all", "no headers at all"),
        (b"Subject: only headers", ""),
        (mail("", Content_Type="text/plain"), ""),
        (mail("hi", Content_Type="nonsense"), "hi"),
        (mail("hi", Content_Type="multipart/mixed"), "hi"),
        (mail("hi", Content_Type="multipart/mixed; boundary=b"), "hi"),
        (mail("hi", Content_Transfer_Encoding="nonsense"), "hi"),
        (mail("aGk=!!!!", Content_Transfer_Encoding="base64"), "hi"),
        (mail("hi=ZZ=", Content_Transfer_Encoding="quoted-printable"), "hi=ZZ"),
        (mail("hi", Content_Type="text/plain; charset=no-such"), "hi"),
        (mail(b"\xff\xfeh\0i", Content_Type="text/plain; charset=ascii"), "ÿþhi"),
    ],
)
def test_broken_mail_is_read_as_far_as_it_goes(raw: bytes, text: str) -> None:
    assert read_mail(raw).text == text


@pytest.mark.parametrize(
    "raw",
    [
        mail(Content_Type="text/plain; a=b; name*=x; name*0*=y; name*1=z"),
        mail(Content_Type="text/plain; name*" + "9" * 5000 + "*=y"),
        mail("&#" + "9" * 5000 + ";", **HTML),
    ],
)
def test_mail_that_trips_the_standard_library_is_refused_by_name(raw: bytes) -> None:
    with pytest.raises(MailUnreadable):
        read_mail(raw)


def test_a_header_cannot_be_smuggled_in_by_a_line_break() -> None:
    found = read_mail(mail(Subject="=?utf-8?q?a=0D=0ABcc:_evil@example.com?="))

    assert found.subject == "a Bcc: evil@example.com"


HEADER_NAMES = st.sampled_from(
    ["From", "Subject", "Content-Type", "Content-Disposition", "Content-Transfer-Encoding"]
    + ["References", "In-Reply-To", "Message-ID", "Auto-Submitted", "Sender", "X"]
)
PIECES = st.sampled_from(
    ["text/html", "text/plain", "multipart/mixed", "multipart/alternative", "message/rfc822", "; "]
    + ["boundary=b", "boundary*0*=b", "charset=", "charset*=utf-8''x", "utf-7", "filename=", "b"]
    + ["filename*0*=x", "base64", "quoted-printable", "uuencode", "=?utf-8?b?", "?=", "\r\n ", '"']
    + ["<a@b>", "\0", "\udcff", "é", "attachment", "'", "*", "="]
)
HEADER = st.tuples(HEADER_NAMES, st.lists(PIECES | st.text(max_size=5), max_size=6))
BODY = st.lists(
    st.sampled_from(
        [b"--b\r\n", b"--b--\r\n", b"\r\n", b"Content-Type: text/html\r\n", b"<p>", b"</p>", b"&#x"]
        + [
            b"Content-Type: multipart/mixed; boundary=c\r\n",
            b"--c\r\n",
            b"begin 644 x\r\n",
            b"<!--",
        ]
    )
    | st.binary(max_size=8),
    max_size=20,
)


@given(st.lists(HEADER, max_size=6), BODY)
def test_any_mail_is_read_or_refused_by_name(
    headers: list[tuple[str, list[str]]], body: list[bytes]
) -> None:
    head = "".join(f"{name}: {''.join(pieces)}\r\n" for name, pieces in headers)
    try:
        found = read_mail(head.encode("utf-8", "replace") + b"\r\n" + b"".join(body))
    except MailRefused:
        return

    names = (found.sender, found.message_id, found.thread, *(a.name for a in found.attachments))
    for text in (found.text, found.subject or "", *(name or "" for name in names)):
        assert "\0" not in text
        text.encode()


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_by_name(raw: bytes) -> None:
    with suppress(MailRefused):
        read_mail(raw).text.encode()
