"""Raw text to clean text.

One Unicode form, no invisible characters, no markup, no false placeholders.
"""

import re
import unicodedata

import ftfy
import regex
from ftfy.badness import is_bad

from ridealong.text.disguises import shorten_stretches, unmask_letters
from ridealong.text.markup import looks_like_html, strip_html
from ridealong.text.placeholders import disarm_placeholders
from ridealong.text.replies import strip_replies
from ridealong.text.shortening import shorten, shorten_raw

MAX_CHARACTERS = 6_000
_ROUNDS = 4

_CONTROL = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
# Joiners belong inside emoji and some scripts; beside ASCII they only hide digits and letters.
_STRAY_JOINER = re.compile(
    r"(?<=[\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?=[\x00-\x7f]|$)|^[\u200c\u200d]+"
)
_STACKED_MARKS = regex.compile(r"(\p{M}{4})\p{M}+")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_LINE_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BLANK = regex.compile(r"[\t\p{Zs}]+")
_BLANK_BESIDE_BREAK = re.compile(r" ?\n ?")
_MANY_BREAKS = re.compile(r"\n{3,}")
_LOOK_ALIKES = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    (0x2010, 0x2011, 0x2212), "-"
)


def clean_chat(text: str, *, max_characters: int = MAX_CHARACTERS) -> str:
    """What a person typed into a chat, readable and at most this long."""
    plain = _plain(shorten_raw(text))
    return shorten(disarm_placeholders(plain), max_characters)


def clean_mail(text: str, *, max_characters: int = MAX_CHARACTERS) -> str:
    """What the sender of a mail added: without quoted history, signature and disclaimer."""
    plain = _plain(shorten_raw(text))
    return shorten(disarm_placeholders(strip_replies(plain)), max_characters)


def _plain(text: str) -> str:
    if looks_like_html(text):
        text = strip_html(text)
    return normalise_whitespace(shorten_stretches(normalise_unicode(text)))


def normalise_unicode(text: str) -> str:
    """NFC, ASCII digits, repaired mojibake; nothing invisible is left."""
    text = _LINE_BREAK.sub("\n", text)
    if text.isascii():
        return _CONTROL.sub("", text)
    # What is taken out may have parted the halves of a broken character: look again.
    for _ in range(_ROUNDS):
        before, text = text, _normalise_once(text)
        if text == before:
            break
    return text


def _normalise_once(text: str) -> str:
    text = "\n".join(_repair_encoding(line) for line in text.split("\n"))
    text = _SURROGATE.sub("\ufffd", text).translate(_LOOK_ALIKES)
    text = _STRAY_JOINER.sub("", _CONTROL.sub("", text))
    # Before NFC: ordering a long run of combining marks takes quadratic time.
    text = unmask_letters(unicodedata.normalize("NFC", _STACKED_MARKS.sub(r"\1", text)))
    # A blank of another kind becomes one that may complete a broken character: seen next round.
    text = _BLANK.sub(" ", text)
    return _OTHER_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), text)


def _repair_encoding(line: str) -> str:
    return ftfy.fix_encoding(line) if is_bad(line) else line


def normalise_whitespace(text: str) -> str:
    """Single blanks, trimmed lines, at most one empty line between two."""
    text = _BLANK_BESIDE_BREAK.sub("\n", _BLANK.sub(" ", text))
    return _MANY_BREAKS.sub("\n\n", text).strip()
