"""Bytes become text, whatever is claimed about them."""

import pytest

from ridealong.mail.charsets import decode_header_text, decode_text


@pytest.mark.parametrize(
    ("raw", "charset", "text"),
    [
        ("Grüße".encode(), "utf-8", "Grüße"),
        ("Grüße".encode("latin-1"), "iso-8859-1", "Grüße"),
        ("“5 €”".encode("windows-1252"), "iso-8859-1", "“5 €”"),
        ("Grüße".encode(), "us-ascii", "Grüße"),
        ("Grüße".encode("latin-1"), "us-ascii", "Grüße"),
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("Grüße".encode(), "no-such-charset", "Grüße"),
        ("Grüße".encode(), "a\0b", "Grüße"),
        ("Grüße".encode(), "hex", "Grüße"),
        ("Grüße".encode(), None, "Grüße"),
        ("こんにちは".encode("iso-2022-jp"), "iso-2022-jp", "こんにちは"),
        ("你好".encode("gb18030"), "gb2312", "你好"),
        (b"xn--a.\\u0041", "idna", "xn--a.\\u0041"),
        (b"\\u0041", "unicode_escape", "\\u0041"),
        (b"+2AA-", "utf-7", "\ufffd"),
        (b"\xef\xbb\xbfa\0b\r\nc\rd", "utf-8", "ab\nc\nd"),
        (b"\x81\x8d", None, "\ufffd\ufffd"),
    ],
)
def test_bytes_become_text(raw: bytes, charset: str | None, text: str) -> None:
    assert decode_text(raw, charset) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?= und mehr", "Grüße und mehr"),
        ("=?utf-8?b?abcde?=", "=?utf-8?b?abcde?="),
        ("=?no-such?q?a?=", "a"),
        ("Gr\udcc3\udcbc\udcc3\udc9fe", "Grüße"),
        ("Gr\udcfc\udcdfe", "Grüße"),
        ("€ =?utf-8?q?=E2=82=AC?=", "€ €"),
        ("two\r\n lines\there", "two lines here"),
    ],
)
def test_a_header_is_decoded_onto_one_line(value: str, text: str) -> None:
    assert decode_header_text(value) == text
