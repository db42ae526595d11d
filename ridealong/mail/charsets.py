"""Bytes to text, whatever the sender claims about them."""

import codecs
import re
from email.errors import HeaderParseError
from email.header import decode_header

# What senders write, and what they mean (as browsers read it).
MEANT = {
    "iso8859-1": "windows-1252",
    "iso8859-9": "windows-1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
}
# Python's own codecs that are no charsets; some of them take quadratic time.
NO_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"})
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def decode_text(raw: bytes, charset: str | None = None) -> str:
    """By the declared charset if it fits, else UTF-8 if it fits, else Windows-1252."""
    for candidate in (charset, "utf-8"):
        if candidate and (text := _decoded(raw, candidate)) is not None:
            return clean(text)
    return clean(raw.decode("windows-1252", "replace"))


def _decoded(raw: bytes, charset: str) -> str | None:
    try:
        name = codecs.lookup(charset).name
        if name in NO_CHARSETS:
            return None
        # A text that is valid UTF-8 although it claims to be less was mislabelled on its way.
        if name == "ascii":
            return raw.decode("utf-8")
        return raw.decode(MEANT.get(name, name))
    except (LookupError, ValueError):
        return None


def clean(text: str) -> str:
    """Only what can be stored and sent as UTF-8, with one kind of line end."""
    text = LONE_SURROGATE.sub("\ufffd", text).replace("\0", "").replace("\ufeff", "")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def decode_header_text(value: str) -> str:
    """A header as its reader sees it, on one line: RFC 2047 words decoded, raw bytes too."""
    value = decode_text(value.encode("utf-8", "surrogateescape"))
    try:
        words = decode_header(value)
    except (HeaderParseError, ValueError):
        words = [(value, None)]
    return " ".join(clean("".join(map(_word, words))).split())


def _word(word: tuple[bytes | str, str | None]) -> str:
    content, charset = word
    if isinstance(content, str):
        return content
    if charset is None:
        # How the standard library hands over what stands between encoded words.
        return content.decode("raw-unicode-escape", "replace")
    return decode_text(content, charset)
