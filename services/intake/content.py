"""What a request says, chat or mail, checked and in one shape."""

from dataclasses import dataclass

from ridealong.contracts.intake import AcceptMessage, Attachment
from ridealong.mail.reading import Mail, read_mail
from services.intake.errors import CharactersForbidden, TextMissing, TextTooLong

IDS = ("customer_id", "conversation_id", "external_id", "idempotency_key")


@dataclass(frozen=True)
class Content:
    """A message before it has an id. `name` is what its sender calls it, if anything.

    `thread` names the mail that began the conversation; `is_first` says that it is this one.
    """

    text: str
    subject: str | None
    customer_id: str | None
    named_by: str
    name: str | None
    thread: str | None = None
    is_first: bool = True
    attachments: tuple[Attachment, ...] = ()


def content_of(request: AcceptMessage, max_text_chars: int) -> Content:
    """Read and check. What the caller says wins over what a mail's headers say."""
    for field in IDS:
        check_id(field, getattr(request, field))
    if request.mail is not None:
        return _content_of_mail(request, read_mail(request.mail), max_text_chars)
    text = request.text or ""
    _check_text(text, max_text_chars)
    _check_storable("text", text)
    _check_storable("subject", request.subject or "")
    named_by, name = _name_of(request)
    return Content(text, request.subject, _customer_of(request), named_by, name)


def _content_of_mail(request: AcceptMessage, mail: Mail, max_text_chars: int) -> Content:
    _check_text(mail.text, max_text_chars)
    _check_storable("subject", request.subject or "")
    named_by, name = _name_of(request)
    if name is None:
        named_by, name = "external", mail.message_id
    return Content(
        text=mail.text,
        subject=request.subject or mail.subject,
        customer_id=_customer_of(request) or mail.sender,
        named_by=named_by,
        name=name,
        thread=mail.thread,
        is_first=mail.thread == mail.message_id,
        attachments=tuple(
            Attachment(name=one.name, media_type=one.media_type, size_bytes=one.size_bytes)
            for one in mail.attachments
        ),
    )


def _customer_of(request: AcceptMessage) -> str | None:
    return one_spelling(request.customer_id) if request.customer_id else None


def _name_of(request: AcceptMessage) -> tuple[str, str | None]:
    if request.external_id is not None:
        return "external", request.external_id
    return "idempotency", request.idempotency_key


def check_id(field: str, value: str | None) -> None:
    """Ids are shown and logged, so they are of visible characters."""
    if value is not None and not value.isprintable():
        raise CharactersForbidden(field)


def _check_text(text: str, max_chars: int) -> None:
    if not text.strip():
        raise TextMissing("there is no text to answer")
    if len(text) > max_chars:
        raise TextTooLong(f"a message may have {max_chars} characters at most")


def _check_storable(field: str, text: str) -> None:
    """JSON can spell what UTF-8 cannot: half a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise CharactersForbidden(field) from error
    if "\0" in text:
        raise CharactersForbidden(field)


def one_spelling(customer_id: str) -> str:
    """Addresses are one in any case, so that forgetting one forgets them all."""
    return customer_id.lower() if "@" in customer_id else customer_id
