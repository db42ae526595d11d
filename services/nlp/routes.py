"""HTTP edge of `nlp`."""

from fastapi import APIRouter

from ridealong.contracts.nlp import AnalyseText, Analysis
from services.nlp.analyse import Rules, analyse_text
from services.nlp.deps import InjectedDeps

router = APIRouter()


@router.post("/analyse")
async def analyse(request: AnalyseText, deps: InjectedDeps) -> Analysis:
    """What is wanted, in which mood, how urgently?"""
    settings = deps.settings
    rules = Rules(
        packs=settings.packs_of(request.tenant),
        english_model=settings.english_model,
        multilingual_model=settings.multilingual_model,
        top_intents=settings.top_intents,
        reject_above=settings.reject_above,
    )
    return await analyse_text(request, rules, deps.reader)
