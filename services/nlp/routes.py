"""HTTP edge of `nlp`."""

from typing import Annotated

from fastapi import APIRouter

from ridealong.contracts.nlp import AnalyseText, Analysis
from ridealong.gathering.callees import SOME, answer_each
from ridealong.gathering.envelopes import Item, Outcomes
from services.nlp.analyse import Rules, analyse_text
from services.nlp.deps import InjectedDeps

router = APIRouter()


@router.post("/analyse")
async def analyse(request: AnalyseText, deps: InjectedDeps) -> Analysis:
    """What is wanted, in which mood, how urgently?"""
    settings = deps.settings
    rules = Rules(
        packs=await deps.reader.with_own(request.tenant, settings.packs_of(request.tenant)),
        english_model=settings.english_model,
        multilingual_model=settings.multilingual_model,
        top_intents=settings.top_intents,
        reject_above=settings.reject_above,
        error_rate=settings.error_rate,
    )
    return await analyse_text(request, rules, deps.reader)


@router.post("/analyse/batch")
async def analyse_many(
    items: Annotated[list[Item[AnalyseText]], SOME], deps: InjectedDeps
) -> Outcomes:
    """Several messages, each with its own answer or failure."""
    return await answer_each(items, lambda request: analyse(request, deps))
