"""Suggest replies to one message, and decide who sends them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ridealong.contracts.contract import Decision
from ridealong.contracts.nlp import SentimentLabel
from ridealong.contracts.recommendation import (
    Evidence,
    FoundBy,
    MatchCode,
    MatchReason,
    NextAction,
    Reason,
    ReasonCode,
    Recommendation,
    RiskBound,
    Suggestion,
    SuggestReplies,
)
from ridealong.knowledge.actions import ask_for, fill_actions, hand_over
from ridealong.knowledge.articles import Policy, compose_reply, known_values
from ridealong.knowledge.finding import Query, Shown, arrange, find_matches
from ridealong.knowledge.risk import Calibrations, Risk
from ridealong.knowledge.rules import Rules
from ridealong.knowledge.shelf import Floats, Match, Shelf

PERSON_NEEDED = {
    ReasonCode.LANGUAGE: "The language of the message is not one we can read reliably.",
    ReasonCode.INCOMPLETE: "The message could not be analysed, so what it asks for is not known.",
    ReasonCode.NOT_UNDERSTOOD: "The message does not seem to be about anything that has a reply.",
    ReasonCode.NO_EVIDENCE: "No article holds a sentence that supports a reply.",
    ReasonCode.ARTICLE_POLICY: "Requests of this kind are always taken over by a person.",
    ReasonCode.URGENT: "The message is urgent.",
    ReasonCode.UPSET: "The customer is upset.",
    ReasonCode.SEVERAL_REQUESTS: "The message asks for several things of different departments.",
    ReasonCode.NOT_SURE_ENOUGH: "No reply is likely enough to be the right one.",
}
AGENT_NEEDED = {
    ReasonCode.INCOMPLETE: "Part of the analysis is missing, so a person checks the reply.",
    ReasonCode.ARTICLE_POLICY: "Replies of this kind are always checked by a person.",
    ReasonCode.LANGUAGE: "The reply is not in the customer's language: a person translates it.",
    ReasonCode.SEVERAL_REQUESTS: "The message may ask for more than one thing: a person chooses.",
    ReasonCode.MOOD_UNCLEAR: "The mood of the message is not clear: a person reads it first.",
    ReasonCode.NOT_CALIBRATED: "How often such replies are wrong is not known: a person checks.",
    ReasonCode.NOT_SURE_ENOUGH: "The reply fits, but not surely enough to be sent unseen.",
    ReasonCode.ALLOWED_TO_SUGGEST: "The reply fits; this tenant has people check every reply.",
}
SPOKEN_FOR = {
    MatchCode.MEANING: "The article speaks of what the message means.",
    MatchCode.WORDS: "The article uses the words of the message.",
}
SURE = Reason(code=ReasonCode.SURE, text="The reply fits surely, and may be sent without a look.")


@dataclass(frozen=True, slots=True)
class Policies:
    """How this tenant's replies may leave: unseen at all, at which risk, by which measurements."""

    may_automate: bool
    risk: Risk
    calibrations: Calibrations
    rules: Rules


@dataclass(frozen=True, slots=True)
class Case:
    """A message with what was found for it."""

    message: SuggestReplies
    matches: Sequence[Match]
    encoder: str | None
    bound: RiskBound | None


def suggest(
    message: SuggestReplies, shelf: Shelf, *, meaning: Floats | None, policies: Policies
) -> Recommendation:
    """Rank, fill and decide. Whatever the message says, a reply is only ever that of an article."""
    rules = policies.rules
    encoder = message.embedding.model if message.embedding and meaning is not None else None
    intents = {intent.name: intent.probability for intent in message.intents}
    query = Query(message.text, message.language, intents, meaning, encoder)
    matches = () if _is_beyond_us(message, rules) else find_matches(query, shelf, rules)
    case = Case(message, matches, encoder, find_bound(message.language, matches, encoder, policies))
    decision, reason = decide(case, policies)
    shown = arrange(matches, explore=rules.explore, seed=message.message_id)
    suggestions = tuple(compose(each, message, encoder) for each in shown)
    department = matches[0].article.department if matches else rules.front_desk
    return Recommendation(
        suggestions=suggestions,
        next_actions=_next_actions(case, suggestions, decision, department),
        department=department,
        decision=decision,
        reason=reason,
        bound=case.bound,
    )


def find_bound(
    language: str, matches: Sequence[Match], encoder: str | None, policies: Policies
) -> RiskBound | None:
    """What is known of replies like the best one; None where nothing was ever measured."""
    calibration = policies.calibrations.get(encoder or "")
    if not matches or calibration is None or language not in calibration.languages:
        return None
    intent = matches[0].intent
    bound = calibration.bound(intent, policies.risk.of(intent))
    if bound.threshold is None:
        return bound
    lowest = max(bound.threshold, policies.rules.automate_from)
    return bound.model_copy(update={"threshold": lowest})


def decide(case: Case, policies: Policies) -> tuple[Decision, Reason]:
    """Exceptions first: unsure means a person. Only what nothing speaks against is automated."""
    code = next(_why_a_person(case.message, case.matches, policies.rules), None)
    if code is not None:
        return Decision.HAND_OVER, Reason(code=code, text=PERSON_NEEDED[code])
    code = next(_why_an_agent(case, policies.rules), None)
    if code is None and not policies.may_automate:
        code = ReasonCode.ALLOWED_TO_SUGGEST
    if code is not None:
        return Decision.SUGGEST, Reason(code=code, text=AGENT_NEEDED[code])
    return Decision.AUTOMATE, SURE


def _why_a_person(
    message: SuggestReplies, matches: Sequence[Match], rules: Rules
) -> Iterator[ReasonCode]:
    if message.language not in rules.languages:
        yield ReasonCode.LANGUAGE
    if message.is_rejected:
        yield ReasonCode.NOT_UNDERSTOOD
    if not message.intents:
        yield ReasonCode.INCOMPLETE
    if not matches:
        yield ReasonCode.NO_EVIDENCE
        return
    strong = _strong_matches(message, matches, rules)
    if any(match.article.policy is Policy.HAND_OVER for match in (matches[0], *strong)):
        yield ReasonCode.ARTICLE_POLICY
    if message.urgency is not None and message.urgency.score >= rules.urgent_from:
        yield ReasonCode.URGENT
    if _negative(message) >= rules.upset_from:
        yield ReasonCode.UPSET
    if len({match.article.department for match in strong}) > 1:
        yield ReasonCode.SEVERAL_REQUESTS
    if matches[0].probability < rules.suggest_from:
        yield ReasonCode.NOT_SURE_ENOUGH


def _why_an_agent(case: Case, rules: Rules) -> Iterator[ReasonCode]:
    message, best = case.message, case.matches[0]
    known = (message.sentiment, message.urgency, case.encoder)
    if message.missing or any(part is None for part in known):
        yield ReasonCode.INCOMPLETE
    if best.article.policy is Policy.SUGGEST:
        yield ReasonCode.ARTICLE_POLICY
    if message.language != best.article.language:
        yield ReasonCode.LANGUAGE
    if len(_strong_matches(message, case.matches, rules)) > 1:
        yield ReasonCode.SEVERAL_REQUESTS
    if message.sentiment is not None and message.sentiment.is_uncertain:
        yield ReasonCode.MOOD_UNCLEAR
    if case.bound is None or case.bound.threshold is None:
        yield ReasonCode.NOT_CALIBRATED
        return
    is_likely = best.probability > case.bound.threshold
    if not is_likely or best.evidence < rules.floor(case.encoder).automate_from:
        yield ReasonCode.NOT_SURE_ENOUGH


def _is_beyond_us(message: SuggestReplies, rules: Rules) -> bool:
    return message.is_rejected or message.language not in rules.languages


def _negative(message: SuggestReplies) -> float:
    if message.sentiment is None:
        return 0.0
    return message.sentiment.probabilities.get(SentimentLabel.NEGATIVE, 0.0)


def _strong_matches(
    message: SuggestReplies, matches: Sequence[Match], rules: Rules
) -> tuple[Match, ...]:
    """The best match of each strong intent; two intents that one article answers count once."""
    found: dict[str, Match] = {}
    for intent in message.intents:
        answers = (match for match in matches if intent.name in match.article.intents)
        if intent.probability >= rules.strong_from and (best := next(answers, None)):
            found[best.article.id] = best
    return tuple(found.values())


def compose(shown: Shown, message: SuggestReplies, encoder: str | None) -> Suggestion:
    """A suggestion with its evidence and why it is made."""
    match, article = shown.match, shown.match.article
    reply = compose_reply(article, message.entities)
    found_by = FoundBy.WORDS if encoder is None else FoundBy.MEANING
    return Suggestion(
        article_id=article.id,
        title=article.title,
        reply=reply.text,
        language=article.language,
        score=match.score,
        probability=match.probability,
        propensity=shown.propensity,
        reason=MatchReason(code=match.spoken_for, text=_speak_for(match)),
        slots_missing=reply.slots_missing,
        evidence=(
            Evidence(
                article_id=article.id,
                sentence=match.sentence,
                score=match.evidence,
                found_by=found_by,
            ),
        ),
    )


def _speak_for(match: Match) -> str:
    if match.spoken_for is MatchCode.INTENT:
        label = match.intent.partition(".")[2].replace("_", " ")
        return f"The article answers what the message asks for: {label}."
    return SPOKEN_FOR[match.spoken_for]


def _next_actions(
    case: Case, suggestions: Sequence[Suggestion], decision: Decision, department: str
) -> tuple[NextAction, ...]:
    person = (hand_over(department),) if decision is Decision.HAND_OVER else ()
    if not suggestions:
        return person
    if suggestions[0].slots_missing:
        return (*person, *ask_for(suggestions[0].slots_missing))
    known = known_values(case.message.entities)
    filled = fill_actions(case.matches[0].article.actions, known, department)
    return tuple(dict.fromkeys((*person, *filled)))
