"""A whole mail to what a support desk needs of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ridealong.mail.charsets import decode_header_text, decode_text
from ridealong.mail.errors import MailIsAutomatic, MailUnreadable
from ridealong.mail.html_text import html_to_text
from ridealong.mail.tree import MailPart, parse_mail

MAX_SUBJECT_CHARS = 1000
MAX_NAME_CHARS = 255
BULK = frozenset({"auto_reply", "bulk", "junk", "list"})
READABLE = frozenset({"text/plain", "text/html"})
MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
ADDRESS = re.compile(r"[^\s<>()\[\],;:\"\\@]{1,64}@[^\s<>()\[\],;:\"\\@]{1,255}")
BRACKETED_ADDRESS = re.compile(rf"<\s*({ADDRESS.pattern})\s*>")


@dataclass(frozen=True)
class NamedAttachment:
    """That something was attached; the thing itself is not kept."""

    name: str
    media_type: str
    size_bytes: int


@dataclass(frozen=True)
class Mail:
    """A mail, read. `thread` is the Message-ID of the mail that began the conversation."""

    text: str
    subject: str | None
    sender: str | None
    message_id: str | None
    thread: str | None
    attachments: tuple[NamedAttachment, ...]


def read_mail(raw: bytes) -> Mail:
    """Read anything that claims to be a mail. Raises a `MailRefused` and nothing else."""
    try:
        return _read(parse_mail(raw))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # The standard library's parameter parsing raises these on hostile headers.
        raise MailUnreadable("this mail cannot be read") from error


def _read(mail: MailPart) -> Mail:
    if _is_automatic(mail):
        raise MailIsAutomatic("automatic mail is not answered")
    message_id = _first_id(mail, "message-id")
    return Mail(
        text=_text_of(mail).strip(),
        subject=decode_header_text(mail.get("subject", ""))[:MAX_SUBJECT_CHARS] or None,
        sender=_address(mail, "from") or _address(mail, "sender"),
        message_id=message_id,
        thread=_first_id(mail, "references") or _first_id(mail, "in-reply-to") or message_id,
        attachments=tuple(map(_named, _attachments(mail))),
    )


def _is_automatic(mail: MailPart) -> bool:
    submitted = mail.get("auto-submitted", "no").partition(";")[0].strip().lower()
    return (
        submitted != "no"
        or mail.get("precedence", "").strip().lower() in BULK
        or mail.get("return-path", "").strip() == "<>"
        or mail.get_content_type() == "multipart/report"
        or "x-autoreply" in mail
        or "x-autorespond" in mail
    )


def _first_id(mail: MailPart, header: str) -> str | None:
    found = MESSAGE_ID.search(mail.get(header, ""))
    return decode_header_text(found[0]) if found else None


def _address(mail: MailPart, header: str) -> str | None:
    value = decode_header_text(mail.get(header, "")[:MAX_SUBJECT_CHARS])
    if found := BRACKETED_ADDRESS.search(value):
        return found[1].lower()
    bare = ADDRESS.search(value)
    return bare[0].lower() if bare else None


def _text_of(part: MailPart) -> str:
    """What the sender wrote. Parts are read in order; of alternatives, the plain one."""
    if _is_attachment(part):
        return ""
    if not part.children:
        return _leaf_text(part)
    if part.get_content_type() != "multipart/alternative":
        return "\n\n".join(filter(None, map(_text_of, part.children)))
    # Among the others the last is the richest; sorting keeps their order.
    alternatives = part.children[::-1]
    alternatives.sort(key=_is_not_plain)
    return next(filter(None, map(_text_of, alternatives)), "")


def _is_not_plain(part: MailPart) -> bool:
    return part.get_content_type() != "text/plain"


def _leaf_text(part: MailPart) -> str:
    text = decode_text(part.content, part.get_content_charset())
    return (html_to_text(text) if part.get_content_type() == "text/html" else text).strip()


def _attachments(part: MailPart) -> Iterator[MailPart]:
    if _is_attachment(part):
        yield part
    else:
        for child in part.children:
            yield from _attachments(child)


def _is_attachment(part: MailPart) -> bool:
    """A forwarded mail (message/rfc822) is read in place unless its sender attached it."""
    if part.get_content_disposition() == "attachment":
        return part.get_content_maintype() != "multipart"
    if part.children or part.get_content_maintype() == "multipart":
        return False
    return part.get_filename() is not None or part.get_content_type() not in READABLE


def _named(part: MailPart) -> NamedAttachment:
    name = decode_header_text(str(part.get_filename() or ""))
    printable = "".join(filter(str.isprintable, re.split(r"[/\\]", name)[-1]))
    return NamedAttachment(
        name=printable[:MAX_NAME_CHARS] or "unnamed",
        media_type=decode_header_text(part.get_content_type())[:MAX_NAME_CHARS],
        size_bytes=_size(part),
    )


def _size(part: MailPart) -> int:
    return sum(map(_size, part.children)) if part.children else len(part.content)
