"""Bytes to a tree of MIME parts, by the standard parser with limits that it lacks."""

from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32, Policy

from ridealong.mail.errors import MailHasTooManyParts, MailTooDeep

MAX_DEPTH = 20
MAX_PARTS = 500
# Some of the standard library's header parsing is quadratic; this bounds it.
MAX_HEADER_CHARS = 8192
MAX_BOUNDARY_CHARS = 200


class ShortHeaders(Compat32):
    """Headers as they came, cut to a sane length.

    Not `policy.default`: it took 36 times as long on an ordinary mail, and seconds on a hostile
    Content-Type.
    """

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Cut before anything looks at it."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:MAX_HEADER_CHARS]

    def header_fetch_parse(self, name: str, value: str) -> str:
        """Raw bytes stay surrogates in a str; `charsets` knows how to read them."""
        return value


class MailPart(Message):
    """A part that knows how deep it lies, so that parsing ends before recursion hurts."""

    depth = 1

    def attach(self, payload: object) -> None:
        """Called by the parser before it reads the child."""
        assert isinstance(payload, MailPart)
        payload.depth = self.depth + 1
        if payload.depth > MAX_DEPTH:
            raise MailTooDeep(f"a mail may have {MAX_DEPTH} levels at most")
        super().attach(payload)

    def get_boundary(self, failobj: object = None) -> str | None:  # type: ignore[override]
        """A boundary longer than the standard allows by far is none: it becomes a pattern."""
        boundary = super().get_boundary(None)
        return boundary if boundary and len(boundary) <= MAX_BOUNDARY_CHARS else None

    @property
    def children(self) -> list["MailPart"]:
        """The parts of this part; a leaf has none."""
        if not self.is_multipart():
            return []
        return [child for child in self.get_payload() if isinstance(child, MailPart)]

    @property
    def content(self) -> bytes:
        """A leaf's bytes, as far as its encoding can be undone."""
        payload = self.get_payload(decode=True)
        return payload if isinstance(payload, bytes) else b""


class PartMaker:
    """Makes the parts of one mail, and counts them."""

    def __init__(self) -> None:
        # The parser makes one part on trial.
        self._left = MAX_PARTS + 1

    def __call__(self, policy: Policy | None = None) -> MailPart:
        """One more part."""
        if not self._left:
            raise MailHasTooManyParts(f"a mail may have {MAX_PARTS} parts at most")
        self._left -= 1
        return MailPart(policy=policy or ShortHeaders())


def parse_mail(raw: bytes) -> MailPart:
    """The whole tree. Broken structure is read as far as it goes."""
    tree = BytesParser(PartMaker(), policy=ShortHeaders()).parsebytes(raw)
    assert isinstance(tree, MailPart)
    return tree
