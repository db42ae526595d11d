"""The steps of one message and how their results are joined: the rules, without the world."""

import asyncio
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from ridealong.chassis.errors import ServiceError
from ridealong.contracts.aggregation import (
    GENERAL_DEPARTMENT,
    Answer,
    AnswerMessage,
    MessageAnswered,
    MissingPart,
    OfferedSuggestion,
    Part,
    Step,
    StepName,
)
from ridealong.contracts.contract import Decision, Route, shared_fields
from ridealong.contracts.nlp import Analysis
from ridealong.contracts.preprocessing import PreparedMessage
from ridealong.contracts.recommendation import Reason, ReasonCode, Recommendation
from services.aggregation.errors import AttemptTooSlow


class AnswerRecord(BaseModel):
    """What became of a message: when the attempt began, and its answer."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    claimed_at: datetime
    answer: Answer

    @property
    def is_settled(self) -> bool:
        """Whether the machine is done with it; a failure may be taken up again."""
        return self.answer.reason.code is not ReasonCode.FAILED

    def steps(self, announced_at: datetime | None) -> tuple[Step, ...]:
        """The steps so far, numbered from 1."""
        outcome = StepName.ANSWERED if self.is_settled else StepName.FAILED
        moments = [(StepName.CLAIMED, self.claimed_at), (outcome, self.answer.answered_at)]
        if announced_at is not None:
            moments.append((StepName.ANNOUNCED, announced_at))
        return numbered(*moments)


def numbered(*moments: tuple[StepName, datetime]) -> tuple[Step, ...]:
    """Steps in order, from 1."""
    return tuple(Step(number=n, name=name, at=at) for n, (name, at) in enumerate(moments, 1))


NO_SUGGESTIONS = Recommendation(
    suggestions=(),
    next_actions=(),
    department=GENERAL_DEPARTMENT,
    decision=Decision.HAND_OVER,
    reason=Reason(
        code=ReasonCode.INCOMPLETE,
        text="Suggestions could not be had; a person should look at this message.",
    ),
)


class Peers(Protocol):
    """The services that each know one thing about a message."""

    async def prepare(self, message: AnswerMessage) -> PreparedMessage:
        """Clean, masked, with language and entities."""

    async def analyse(self, message: AnswerMessage, prepared: PreparedMessage) -> Analysis:
        """Intents, sentiment, urgency."""

    async def suggest(
        self, message: AnswerMessage, prepared: PreparedMessage, analysis: Analysis
    ) -> Recommendation:
        """Replies, actions and the decision."""


async def compose(
    message: AnswerMessage, route: Route, peers: Peers, *, attempt_s: float, now: datetime
) -> Answer:
    """Run the steps. Preparing and analysing are necessary; without suggestions a person decides.

    Raises whatever a necessary step raises, and `AttemptTooSlow` when the time is up.
    """
    missing: tuple[MissingPart, ...] = ()
    try:
        async with asyncio.timeout(attempt_s):
            prepared = await peers.prepare(message)
            analysis = await peers.analyse(message, prepared)
            try:
                advice = await peers.suggest(message, prepared, analysis)
            except ServiceError as error:
                advice = NO_SUGGESTIONS
                missing = (MissingPart(part=Part.SUGGESTIONS, why=error.code),)
    except TimeoutError as error:
        raise AttemptTooSlow(f"no answer within {attempt_s} s") from error
    return join(message, route, prepared, analysis, advice, missing=missing, now=now)


def join(
    message: AnswerMessage,
    route: Route,
    prepared: PreparedMessage,
    analysis: Analysis,
    advice: Recommendation,
    *,
    missing: tuple[MissingPart, ...],
    now: datetime,
) -> Answer:
    """One answer out of what each step found. Only masked text enters it."""
    found: dict[str, object] = {}
    for source in (message, prepared, analysis, advice):
        found |= shared_fields(source, Answer)
    return Answer.model_validate(found | {"route": route, "answered_at": now, "missing": missing})


def failed(message: AnswerMessage, now: datetime) -> Answer:
    """The answer to a message that no attempt could finish: a person takes it."""
    reason = Reason(
        code=ReasonCode.FAILED,
        text="The message could not be read by the machine; see its dead letter.",
    )
    ending = {"answered_at": now, "decision": Decision.HAND_OVER, "reason": reason}
    nothing_read = {"route": Route.QUEUED, "text": "", "subject": None}
    return Answer.model_validate(shared_fields(message, Answer) | nothing_read | ending)


def announcement(answer: Answer) -> MessageAnswered:
    """The fact that goes out: what was found and offered, not the replies' words."""
    offered = tuple(
        OfferedSuggestion(article_id=each.article_id, score=each.score, propensity=each.propensity)
        for each in answer.suggestions
    )
    changed = {"occurred_at": answer.answered_at, "suggestions": offered}
    return MessageAnswered.model_validate(shared_fields(answer, MessageAnswered) | changed)
