"""Raw message to masked message, and back from placeholders to values for whoever may know them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ridealong.text.cleaning import clean_chat, clean_mail
from ridealong.text.excerpts import Excerpt, excerpts
from ridealong.text.language import UNKNOWN, Language, LanguageReader
from ridealong.text.masking import MaskedText, Reading, all_personal, mask, read_by_rules
from ridealong.text.names import Tag
from ridealong.text.placeholders import PlaceholderTable
from ridealong.text.relative_dates import day_of
from ridealong.text.spans import PersonalSpan
from ridealong.text.suspicion import PlainWords
from ridealong.text.traits import Traits, describe

_SUBJECT_CHARACTERS = 500
# Reading takes 0.3 ms for a short message, less than a thread costs under load; longer ones leave
# the event loop to others.
_SHORT = 400


@dataclass(frozen=True)
class RawText:
    """What a customer sent; a mail has quotations and a signature, a chat message does not."""

    tenant: str
    conversation_id: str
    is_mail: bool
    subject: str | None
    text: str
    received_at: datetime | None = None


@dataclass(frozen=True)
class Prepared:
    """The message as it may travel on."""

    subject: str | None
    masked: MaskedText
    language: Language
    placeholders: tuple[str, ...]
    traits: Traits
    was_tagged: bool


class Tagger(Protocol):
    """Finds names and addresses; raises `PersonalDataUnchecked` when it cannot."""

    async def tag(self, tenant: str, texts: Sequence[str]) -> list[list[Tag]]:
        """The tags of each text."""


class Tables(Protocol):
    """The placeholder tables of conversations."""

    async def mask_all(
        self, tenant: str, conversation_id: str, texts: Sequence["Found"]
    ) -> list[MaskedText]:
        """Mask with the conversation's table; new numbers are kept before this returns."""

    async def load(self, tenant: str, conversation_id: str) -> PlaceholderTable:
        """The table as it is kept."""


@dataclass(frozen=True)
class Found:
    """A text and all that is personal in it."""

    reading: Reading
    personal: Sequence[PersonalSpan]

    def masked_by(self, table: PlaceholderTable) -> MaskedText:
        """The text with this table's placeholders."""
        return mask(self.reading, self.personal, table.name)


@dataclass(frozen=True)
class Reader:
    """The engines that read a text, and how much of it."""

    languages: LanguageReader
    plain_words: PlainWords
    max_characters: int

    def clean(self, raw: RawText) -> tuple[str, str]:
        """Subject and text. A mail without a body has said everything in its subject."""
        subject = clean_chat(raw.subject or "", max_characters=_SUBJECT_CHARACTERS)
        clean = clean_mail if raw.is_mail else clean_chat
        return subject, clean(raw.text, max_characters=self.max_characters) or subject

    def read(self, raw: RawText) -> tuple[Language, list[Reading]]:
        """The language, and what rules find in the text and in the subject."""
        subject, text = self.clean(raw)
        language = self.languages.read(text)
        if language.code == UNKNOWN and subject and subject != text:
            language = self.languages.read(f"{subject}\n{text}")
        received_on = day_of(raw.received_at) if raw.received_at else None
        parts = (text, subject)
        return language, [read_by_rules(part, language.code, received_on) for part in parts]

    def excerpts(self, reading: Reading, language: str) -> list[Excerpt]:
        """What the tagger must see: sentences that may hold a name or an address."""
        return excerpts(reading, self.plain_words.suspicious_ranges(reading, language))


async def prepare_message(
    raw: RawText, reader: Reader, *, tagger: Tagger, tables: Tables
) -> Prepared:
    """Clean, read, tag where names are possible, mask. Nothing unmasked leaves this function."""
    language, found, was_tagged = await _find_personal(raw, reader, tagger)
    if any(part.personal for part in found):
        masked = await tables.mask_all(raw.tenant, raw.conversation_id, found)
    else:
        masked = [MaskedText(part.reading.text, part.reading.entities, {}) for part in found]
    text, subject = masked
    return Prepared(
        subject=subject.text if raw.subject is not None else None,
        masked=text,
        language=language,
        placeholders=tuple(dict.fromkeys([*subject.values, *text.values])),
        traits=describe(found[0].reading.text),
        was_tagged=was_tagged,
    )


async def reveal_message(
    raw: RawText, reader: Reader, *, tagger: Tagger, tables: Tables
) -> dict[str, str]:
    """What the placeholders of this message stand for. Numbers nobody was given are left out."""
    _, found, _ = await _find_personal(raw, reader, tagger)
    if not any(part.personal for part in found):
        return {}
    table = await tables.load(raw.tenant, raw.conversation_id)
    given = PlaceholderTable(table.key, table.scope, {k: dict(v) for k, v in table.numbers.items()})
    text, subject = (part.masked_by(table) for part in found)
    values = subject.values | text.values
    return {name: value for name, value in values.items() if given.knows(name)}


async def _find_personal(
    raw: RawText, reader: Reader, tagger: Tagger
) -> tuple[Language, list[Found], bool]:
    is_short = len(raw.text) <= _SHORT and not raw.is_mail
    language, readings = reader.read(raw) if is_short else await asyncio.to_thread(reader.read, raw)
    shown = [reader.excerpts(reading, language.code) for reading in readings]
    texts = [excerpt.text for excerpts in shown for excerpt in excerpts]
    tagged = iter(await tagger.tag(raw.tenant, texts) if texts else [])
    found = []
    for reading, parts in zip(readings, shown, strict=True):
        tags = [tag for excerpt in parts for tag in excerpt.placed(next(tagged))]
        found.append(Found(reading, all_personal(reading, tags)))
    return language, found, bool(texts)
