"""The tagger in `inference`, the tables in the state store, the raw messages of `intake`."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict
from pydantic_core import to_json

from ridealong.chassis.calls import fetch
from ridealong.chassis.errors import CallFailed, CallRefused, StaleETag
from ridealong.chassis.sidecar import Sidecar, state_key
from ridealong.contracts.contract import Channel
from ridealong.contracts.intake import RawMessage
from ridealong.text.masking import MaskedText
from ridealong.text.names import Tag
from ridealong.text.placeholders import PlaceholderTable
from services.preprocessing.errors import (
    MaskingKeyTooShort,
    MessageNotFound,
    PersonalDataUnchecked,
    PlaceholderTableBusy,
)
from services.preprocessing.prepare import Found, RawText
from services.preprocessing.settings import Settings

_KEY_CHARACTERS = 16
_FIRST_PAUSE_S = 0.005


class _Output(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    name: str
    data: list[Any]


class _Answer(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    outputs: list[_Output]


class _Columns(BaseModel):
    """The tags of all texts, side by side."""

    model_config = ConfigDict(hide_input_in_errors=True, strict=True)

    row: list[int]
    start: list[int]
    end: list[int]
    label: list[str]


class InferenceTagger:
    """`Tagger` by the model server: one call for all texts of a message."""

    def __init__(self, sidecar: Sidecar, *, model: str, timeout_s: float) -> None:
        self._sidecar = sidecar
        self._path = f"/v2/models/{quote(model)}/infer"
        self._timeout_s = timeout_s

    async def tag(self, tenant: str, texts: Sequence[str]) -> list[list[Tag]]:
        """Whatever goes wrong here, the text has not been looked at and must not go on."""
        rows = {"name": "text", "datatype": "BYTES", "shape": [len(texts)], "data": list(texts)}
        body = to_json({"inputs": [rows], "parameters": {"tenant": tenant}})
        try:
            reply = await self._sidecar.call(
                "inference", self._path, body, timeout_s=self._timeout_s
            )
        except CallFailed as error:
            raise PersonalDataUnchecked("the tagger did not answer") from error
        if reply.status >= 300:
            raise PersonalDataUnchecked(f"the tagger answered {reply.status}")
        return read_tags(reply.body, texts)


def read_tags(body: bytes, texts: Sequence[str]) -> list[list[Tag]]:
    """The tags of each text, by the answer's columns."""
    try:
        answer = _Answer.model_validate_json(body)
        found = _Columns.model_validate({output.name: output.data for output in answer.outputs})
        columns = list(zip(found.row, found.start, found.end, found.label, strict=True))
    except ValueError as error:
        raise PersonalDataUnchecked("the tagger answered in a shape we do not know") from error
    tags: list[list[Tag]] = [[] for _ in texts]
    for row, start, end, label in columns:
        if not (0 <= row < len(texts) and 0 <= start < end <= len(texts[row])):
            raise PersonalDataUnchecked("the tagger answered with a place outside the text")
        tags[row].append(Tag(start, end, label))
    return tags


class StateTables:
    """`Tables` in the state store: one small document per conversation, written first-write."""

    def __init__(self, sidecar: Sidecar, key: bytes, settings: Settings) -> None:
        self._sidecar = sidecar
        self._key = key
        self._attempts = settings.table_attempts
        self._ttl_s = settings.table_days * 86_400

    async def load(self, tenant: str, conversation_id: str) -> PlaceholderTable:
        """The table as it is kept; an empty one for a new conversation."""
        table, _ = await self._load(tenant, conversation_id)
        return table

    async def mask_all(
        self, tenant: str, conversation_id: str, texts: Sequence[Found]
    ) -> list[MaskedText]:
        """Somebody else's new numbers count: after a conflict everything is numbered again."""
        key = state_key(tenant, "placeholders", conversation_id)
        for attempt in range(self._attempts):
            table, etag = await self._load(tenant, conversation_id)
            # The subject stands before the text, so its values are numbered first.
            masked = [found.masked_by(table) for found in reversed(texts)][::-1]
            if not table.has_grown:
                return masked
            try:
                await self._sidecar.save(key, table.dump(), etag=etag, ttl_s=self._ttl_s)
            except StaleETag:
                await asyncio.sleep(random.uniform(0.5, 1) * _FIRST_PAUSE_S * 2**attempt)
            else:
                return masked
        raise PlaceholderTableBusy("many messages of this conversation arrive at once")

    async def _load(self, tenant: str, conversation_id: str) -> tuple[PlaceholderTable, str | None]:
        kept = await self._sidecar.load(state_key(tenant, "placeholders", conversation_id))
        table = PlaceholderTable.load(
            kept.value if kept else None, key=self._key, scope=f"{tenant}\n{conversation_id}"
        )
        return table, kept.etag if kept else None


class IntakeArchive:
    """The raw messages, where they are kept."""

    def __init__(self, sidecar: Sidecar) -> None:
        self._sidecar = sidecar

    async def fetch(self, tenant: str, message_id: str) -> RawText:
        """The message as it came."""
        path = f"/messages/{quote(message_id)}?tenant={quote(tenant)}"
        try:
            raw = await fetch(self._sidecar, "intake", path, RawMessage)
        except CallRefused as error:
            if error.upstream_status in (404, 410):
                raise MessageNotFound("there is no such message") from error
            raise
        return RawText(
            tenant=tenant,
            conversation_id=raw.conversation_id,
            is_mail=raw.channel is Channel.EMAIL,
            subject=raw.subject,
            text=raw.text,
            received_at=raw.received_at,
        )


async def read_masking_key(sidecar: Sidecar, name: str) -> bytes:
    """The key of the hashes; a short one would let values be guessed from a stolen table."""
    key = (await sidecar.secret(name)).encode()
    if len(key) < _KEY_CHARACTERS:
        raise MaskingKeyTooShort(f"the secret {name} needs {_KEY_CHARACTERS} characters or more")
    return key
