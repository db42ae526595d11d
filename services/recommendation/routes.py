"""HTTP in, suggestions out."""

import logging
from typing import Annotated

from fastapi import APIRouter

from ridealong.contracts.recommendation import Recommendation, SuggestReplies
from ridealong.gathering.callees import SOME, answer_each
from ridealong.gathering.envelopes import Item, Outcomes
from services.recommendation.deps import InjectedDeps
from services.recommendation.suggest import suggest

logger = logging.getLogger(__name__)
router = APIRouter()


@router.post("/suggest")
async def suggest_replies(request: SuggestReplies, deps: InjectedDeps) -> Recommendation:
    """Which replies fit this message, on what evidence, and who sends them?"""
    # On the loop: measured below 1 ms, less than a thread would cost in waiting.
    recommendation = suggest(
        request,
        deps.shelf,
        meaning=deps.vectors.compare(request.embedding),
        policies=deps.policies_of(request.tenant),
    )
    logger.info(
        "replies suggested",
        extra={
            "message_id": request.message_id,
            "tenant": request.tenant,
            "decision": recommendation.decision,
            "reason": recommendation.reason.code,
            "threshold": recommendation.bound.threshold if recommendation.bound else None,
            "articles": [suggestion.article_id for suggestion in recommendation.suggestions],
        },
    )
    return recommendation


@router.post("/suggest/batch")
async def suggest_many(
    items: Annotated[list[Item[SuggestReplies]], SOME], deps: InjectedDeps
) -> Outcomes:
    """Replies to several messages, each by itself."""
    return await answer_each(items, lambda request: suggest_replies(request, deps))
