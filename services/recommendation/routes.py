"""HTTP in, suggestions out."""

import logging

from fastapi import APIRouter

from ridealong.contracts.recommendation import Recommendation, SuggestReplies
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
        may_automate=request.tenant in deps.settings.automating_tenants,
        rules=deps.settings.rules,
    )
    logger.info(
        "replies suggested",
        extra={
            "message_id": request.message_id,
            "tenant": request.tenant,
            "decision": recommendation.decision,
            "reason": recommendation.reason.code,
            "articles": [suggestion.article_id for suggestion in recommendation.suggestions],
        },
    )
    return recommendation
