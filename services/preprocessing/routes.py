"""HTTP edge of `preprocessing`."""

import asyncio
import logging
from typing import Annotated

from fastapi import APIRouter

from ridealong.contracts.contract import Channel
from ridealong.contracts.preprocessing import (
    DescribeText,
    Entity,
    EntityType,
    PreparedMessage,
    PrepareMessage,
    RevealedMessage,
    RevealMessage,
    TextFeatures,
)
from ridealong.gathering.callees import SOME, answer_each
from ridealong.gathering.envelopes import Item, Outcomes
from ridealong.text.cleaning import clean_chat
from ridealong.text.masking import MaskedText
from ridealong.text.traits import Traits, describe
from services.preprocessing.deps import InjectedDeps
from services.preprocessing.prepare import RawText, prepare_message, reveal_message

logger = logging.getLogger(__name__)
router = APIRouter()


@router.post("/prepare")
async def prepare(request: PrepareMessage, deps: InjectedDeps) -> PreparedMessage:
    """The message as everyone after this step sees it."""
    raw = RawText(
        tenant=request.tenant,
        conversation_id=request.conversation_id,
        is_mail=request.channel is Channel.EMAIL,
        subject=request.subject,
        text=request.text,
        received_at=request.received_at,
    )
    prepared = await prepare_message(raw, deps.reader, tagger=deps.tagger, tables=deps.tables)
    logger.info(
        "message prepared",
        extra={
            "message_id": request.message_id,
            "language": prepared.language.code,
            "entities": len(prepared.masked.entities),
            "placeholders": len(prepared.placeholders),
            "was_tagged": prepared.was_tagged,
        },
    )
    return PreparedMessage(
        text=prepared.masked.text,
        subject=prepared.subject,
        language=prepared.language.code,
        language_confidence=prepared.language.confidence,
        entities=entities_of(prepared.masked),
        placeholders=prepared.placeholders,
        features=features_of(prepared.traits),
    )


@router.post("/prepare/batch")
async def prepare_many(
    items: Annotated[list[Item[PrepareMessage]], SOME], deps: InjectedDeps
) -> Outcomes:
    """Several messages, each with its own answer or failure."""
    return await answer_each(items, lambda request: prepare(request, deps))


@router.post("/reveal")
async def reveal(request: RevealMessage, deps: InjectedDeps) -> RevealedMessage:
    """What the placeholders of a stored message stand for."""
    raw = await deps.archive.fetch(request.tenant, request.message_id)
    values = await reveal_message(raw, deps.reader, tagger=deps.tagger, tables=deps.tables)
    logger.info(
        "placeholders revealed",
        extra={"message_id": request.message_id, "placeholders": len(values)},
    )
    return RevealedMessage(values=values)


@router.post("/features")
async def features(request: DescribeText) -> TextFeatures:
    """How a text is written."""
    text = await asyncio.to_thread(clean_chat, request.text)
    return features_of(describe(text))


def entities_of(masked: MaskedText) -> tuple[Entity, ...]:
    """The entities in the contract's words."""
    return tuple(
        Entity(
            type=EntityType(entity.kind.value),
            text=masked.text[entity.start : entity.end],
            value=entity.value,
            currency=entity.currency,
            start=entity.start,
            end=entity.end,
        )
        for entity in masked.entities
    )


def features_of(traits: Traits) -> TextFeatures:
    """The traits in the contract's words."""
    return TextFeatures(
        characters=traits.characters,
        words=traits.words,
        sentences=traits.sentences,
        exclamation_marks=traits.exclamation_marks,
        question_marks=traits.question_marks,
        upper_case_share=traits.upper_case_share,
        digits=traits.digits,
        urls=traits.urls,
        emoji=traits.emoji,
    )
