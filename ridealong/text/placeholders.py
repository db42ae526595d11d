"""Typed placeholders such as `[PERSON_1]`.

How they look, how they are numbered, how they are filled again.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_HASH_BYTES = 16


class PersonalKind(StrEnum):
    """What may not leave preprocessing; the value is the placeholder's name."""

    PERSON = "PERSON"
    ADDRESS = "ADDRESS"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    CARD = "CARD"
    IBAN = "IBAN"
    ACCOUNT = "ACCOUNT"
    ID = "ID"
    BIRTHDATE = "BIRTHDATE"
    SECRET = "SECRET"
    IP = "IP"
    URL = "URL"


PLACEHOLDER = re.compile(rf"\[(?:{'|'.join(PersonalKind)})_[1-9][0-9]{{0,5}}\]")
_TYPED_BY_HAND = re.compile(r"\[([A-Za-z]{1,20}_[0-9]{1,10})\]")


def disarm_placeholders(text: str) -> str:
    """A placeholder that the customer typed gets round brackets: nobody will ever fill it."""
    return _TYPED_BY_HAND.sub(r"(\1)", text)


def fill_placeholders(text: str, values: Mapping[str, str]) -> str:
    """Put values back, in one pass: a value that looks like a placeholder is not filled again."""
    return PLACEHOLDER.sub(lambda match: values.get(match[0], match[0]), text)


@dataclass
class PlaceholderTable:
    """Which number a value has within one conversation. It knows keyed hashes, never values."""

    key: bytes
    scope: str
    numbers: dict[str, dict[str, int]] = field(default_factory=dict)
    has_grown: bool = False

    def name(self, kind: PersonalKind, value: str) -> str:
        """The placeholder of a normalised value.

        The old one where it is known, else the next number.
        """
        of_kind = self.numbers.setdefault(kind, {})
        digest = self._digest(kind, value)
        if digest not in of_kind:
            of_kind[digest] = len(of_kind) + 1
            self.has_grown = True
        return f"[{kind}_{of_kind[digest]}]"

    def knows(self, placeholder: str) -> bool:
        """Whether this placeholder was ever given out."""
        kind, _, number = placeholder.strip("[]").rpartition("_")
        return int(number) in self.numbers.get(kind, {}).values()

    def _digest(self, kind: PersonalKind, value: str) -> str:
        # With the scope, the same address in two conversations cannot be linked.
        content = json.dumps([self.scope, kind, value]).encode()
        return hmac.new(self.key, content, hashlib.sha256).digest()[:_HASH_BYTES].hex()

    def dump(self) -> bytes:
        """The table as it is kept."""
        return json.dumps(self.numbers, separators=(",", ":")).encode()

    @classmethod
    def load(cls, kept: bytes | None, *, key: bytes, scope: str) -> "PlaceholderTable":
        """The kept table, or an empty one."""
        return cls(key=key, scope=scope, numbers=json.loads(kept) if kept else {})
