"""Hostile messages too big or too odd to be kept as files: `generate.py FOLDER` writes them."""

import base64
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

JSON = "application/json"
MAIL = "message/rfc822"
MIB = 1024 * 1024


@dataclass(frozen=True)
class Hostile:
    """A body for `POST /v1/messages`, and the statuses with which it may be met."""

    name: str
    about: str
    media_type: str
    statuses: tuple[int, ...]
    body: Callable[[], bytes]


def text_of_a_megabyte() -> bytes:
    """An honest question, then a megabyte of the same word."""
    return as_json("Where is my order 12345? " + "please " * (MIB // 7))


def mail_of_a_megabyte() -> bytes:
    """The same as a mail with one endless line."""
    return as_mail(
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + b"where is it " * (MIB // 12)
    )


def mail_of_forty_levels() -> bytes:
    """A multipart in a multipart, forty times, and a sentence inside."""
    return as_mail(nested(40))


def mail_of_many_parts() -> bytes:
    """Five thousand parts of one word each."""
    parts = b"".join(b"--many\r\nContent-Type: text/plain\r\n\r\nword\r\n" for _ in range(5_000))
    header = b'Content-Type: multipart/mixed; boundary="many"\r\n\r\n'
    return as_mail(header + parts + b"--many--\r\n")


def mail_of_noise() -> bytes:
    """Bytes in no order: neither headers nor a text."""
    return bytes((value * 197 + value // 7) % 256 for value in range(20_000))


def mail_of_deep_html() -> bytes:
    """Twenty thousand open tags around one question."""
    page = b"<div>" * 20_000 + b"where is my order 12345" + b"</div>" * 20_000
    return as_mail(b"Content-Type: text/html; charset=utf-8\r\n\r\n" + page)


def mail_of_an_unknown_charset() -> bytes:
    """A charset that nobody has."""
    head = (
        b"Content-Type: text/plain; charset=klingon-42\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return as_mail(head + b"Where is my order 12345? Thank y\xf6u")


def mail_of_broken_base64() -> bytes:
    """A part that says base64 and is not."""
    head = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return as_mail(head + b"V2hlcmUgaXMgbXkgb3JkZXIgMTIzNDU/=== not base64 \xff\xfe")


def broken_utf8() -> bytes:
    """JSON whose text is not UTF-8."""
    return b'{"channel": "chat", "text": "where is my order \xff\xfe\xc3\x28 12345"}'


def utf16_json() -> bytes:
    """JSON in another encoding than the one agreed."""
    return json.dumps({"channel": "chat", "text": "where is my order 12345"}).encode("utf-16")


def deep_json() -> bytes:
    """A hundred thousand open brackets."""
    return b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def huge_number() -> bytes:
    """A number of a hundred thousand digits where a text belongs."""
    return b'{"text": ' + b"9" * 100_000 + b"}"


def nested(levels: int) -> bytes:
    """A mail body of so many levels."""
    body = b"Content-Type: text/plain\r\n\r\nWhere is my order 12345?\r\n"
    for level in range(levels):
        mark = b"level-%d" % level
        head = b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n' % mark
        body = head + b"--%s\r\n%s\r\n--%s--\r\n" % (mark, body, mark)
    return body


def as_json(text: str) -> bytes:
    """A chat message."""
    return json.dumps({"channel": "chat", "text": text}).encode()


def as_mail(rest: bytes) -> bytes:
    """A mail whose headers end, and whose body begins, in `rest`."""
    head = b"From: mallory@example.net\r\nTo: support@example.com\r\nSubject: hello\r\n"
    return head + b"MIME-Version: 1.0\r\n" + rest


def in_json(mail: bytes) -> bytes:
    """The same mail as the field `mail` of a JSON body."""
    return json.dumps({"channel": "email", "mail": base64.b64encode(mail).decode()}).encode()


HOSTILE = (
    Hostile("megabyte.json", "1 MB of text", JSON, (413,), text_of_a_megabyte),
    Hostile("megabyte.eml", "1 MB in one line of a mail", MAIL, (413,), mail_of_a_megabyte),
    Hostile("forty-levels.eml", "MIME nested 40 levels deep", MAIL, (422,), mail_of_forty_levels),
    Hostile("many-parts.eml", "5,000 parts", MAIL, (422,), mail_of_many_parts),
    Hostile("noise.eml", "noise instead of a mail", MAIL, (200, 422), mail_of_noise),
    Hostile("deep-html.eml", "20,000 nested tags", MAIL, (200, 422), mail_of_deep_html),
    Hostile("unknown-charset.eml", "an unknown charset", MAIL, (200,), mail_of_an_unknown_charset),
    Hostile("broken-base64.eml", "base64 that is none", MAIL, (200, 422), mail_of_broken_base64),
    Hostile("broken-utf8.json", "bytes that are not UTF-8", JSON, (422,), broken_utf8),
    Hostile("utf-16.json", "JSON in UTF-16", JSON, (422,), utf16_json),
    Hostile("deep.json", "100,000 open brackets", JSON, (422,), deep_json),
    Hostile("huge-number.json", "a number of 100,000 digits", JSON, (422,), huge_number),
)


def write_all(folder: Path) -> None:
    """Every hostile body as a file, for `curl --data-binary @...`."""
    folder.mkdir(parents=True, exist_ok=True)
    for hostile in HOSTILE:
        (folder / hostile.name).write_bytes(hostile.body())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/hostile/generate.py FOLDER")
    write_all(Path(sys.argv[1]))
