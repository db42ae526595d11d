"""Recommendations of the verb itself, on three small articles and a small calibration."""

from typing import Any

import numpy as np

from ridealong.contracts.recommendation import (
    Action,
    ActionParameters,
    NextAction,
    Recommendation,
)
from ridealong.knowledge.articles import Article
from ridealong.knowledge.deciding import Policies
from ridealong.knowledge.risk import Calibration, Judged, Risk
from ridealong.knowledge.rules import Rules
from ridealong.knowledge.shelf import Shelf
from services.recommendation.suggest import suggest
from tests.knowledge.articles import article, card_article, refund_article
from tests.recommendation.messages import embedding, message, vector_of

SHELF = Shelf((article(), refund_article(), card_article()))
# Of 99 replies 5 were wrong: at a risk of 0.05 four may be, so the fifth draws the line.
JUDGED = Judged(messages=99, wrong=(0.99, 0.98, 0.97, 0.96, 0.9))
CALIBRATION = Calibration(
    model_version="1",
    languages=frozenset({"en"}),
    packs={"commerce": JUDGED},
    intents={"commerce.track_order": JUDGED},
)
HAND_OVER = NextAction(
    action=Action.ESCALATE,
    about="conversation",
    parameters=ActionParameters(department="front_desk"),
)


def policies(
    *, may_automate: bool = True, risk: float = 0.05, rules: Rules | None = None, **changes: Any
) -> Policies:
    calibration = CALIBRATION.model_copy(update=changes)
    return Policies(
        may_automate=may_automate,
        risk=Risk(risk=risk),
        calibrations={"understand-en": calibration},
        rules=rules or Rules(),
    )


def recommend(
    *articles: Article,
    may_automate: bool = True,
    has_vectors: bool = True,
    by: Policies | None = None,
    **changes: Any,
) -> Recommendation:
    shelf = Shelf(articles) if articles else SHELF
    request = message(**{"embedding": embedding(0, 0, 0, 0)} | changes)
    matrix = np.array([vector_of(passage) for passage in shelf.passages], dtype=np.float32)
    near = matrix @ np.array(vector_of(request.text), dtype=np.float32)
    return suggest(
        request,
        shelf,
        meaning=near if has_vectors else None,
        policies=by or policies(may_automate=may_automate),
    )
