"""Who sends the reply: nobody looks, an agent looks, or a person takes over."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ridealong.contracts.contract import Decision
from ridealong.contracts.nlp import SentimentLabel
from ridealong.contracts.recommendation import (
    Reason,
    ReasonCode,
    RiskBound,
    SuggestReplies,
)
from ridealong.knowledge.articles import Policy
from ridealong.knowledge.risk import Calibrations, Risk
from ridealong.knowledge.rules import Rules
from ridealong.knowledge.shelf import Match
from ridealong.text.denials import denies_a_wish

PERSON_NEEDED: Mapping[ReasonCode, str] = {
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
AGENT_NEEDED: Mapping[ReasonCode, str] = {
    ReasonCode.INCOMPLETE: "Part of the analysis is missing, so a person checks the reply.",
    ReasonCode.ARTICLE_POLICY: "Replies of this kind are always checked by a person.",
    ReasonCode.LANGUAGE: "The reply may not be in the customer's language: a person looks at it.",
    ReasonCode.GRAVE: "The message speaks of loss, law or money taken: a person reads it first.",
    ReasonCode.DENIED: "The message says what is not wanted: a person reads it first.",
    ReasonCode.SEVERAL_REQUESTS: "The message may ask for more than one thing: a person chooses.",
    ReasonCode.MOOD_UNCLEAR: "The mood of the message is not clear: a person reads it first.",
    ReasonCode.NOT_CALIBRATED: "How often such replies are wrong is not known: a person checks.",
    ReasonCode.NOT_SURE_ENOUGH: "The reply fits, but not surely enough to be sent unseen.",
    ReasonCode.ALLOWED_TO_SUGGEST: "The reply fits; this tenant has people check every reply.",
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
    """A message with what was found for it. `language`: the one it was read in."""

    message: SuggestReplies
    language: str
    matches: Sequence[Match]
    encoder: str | None
    bound: RiskBound | None

    @property
    def is_denied(self) -> bool:
        """The message says what is not wanted."""
        return denies_a_wish(self.message.text)


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
    code = next(_why_a_person(case, policies.rules), None)
    if code is not None:
        return Decision.HAND_OVER, Reason(code=code, text=PERSON_NEEDED[code])
    code = next(_why_an_agent(case, policies.rules), None)
    if code is None and not policies.may_automate:
        code = ReasonCode.ALLOWED_TO_SUGGEST
    if code is not None:
        return Decision.SUGGEST, Reason(code=code, text=AGENT_NEEDED[code])
    return Decision.AUTOMATE, SURE


def is_beyond_us(message: SuggestReplies, language: str, rules: Rules) -> bool:
    """No reply should even be looked for."""
    return message.is_rejected or language not in rules.languages


def _why_a_person(case: Case, rules: Rules) -> Iterator[ReasonCode]:
    message, matches = case.message, case.matches
    if case.language not in rules.languages:
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
    if any(match.article.policy is Policy.SUGGEST for match in (best, *_siblings(case, rules))):
        yield ReasonCode.ARTICLE_POLICY
    if message.language != best.article.language:
        yield ReasonCode.LANGUAGE
    if message.urgency is not None and rules.grave & set(message.urgency.reasons):
        yield ReasonCode.GRAVE
    if case.is_denied:
        yield ReasonCode.DENIED
    if message.leaves_open or _asks_for_more(case, rules):
        yield ReasonCode.SEVERAL_REQUESTS
    if message.sentiment is not None and message.sentiment.is_uncertain:
        yield ReasonCode.MOOD_UNCLEAR
    if case.bound is None or case.bound.threshold is None:
        yield ReasonCode.NOT_CALIBRATED
        return
    is_likely = best.probability > case.bound.threshold
    has_evidence = best.evidence >= rules.floor(case.encoder).automate_from
    if not is_likely or not has_evidence or _has_rival(case, rules):
        yield ReasonCode.NOT_SURE_ENOUGH


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


def _siblings(case: Case, rules: Rules) -> Iterator[Match]:
    """Articles that answer the same and fit nearly as well: which of them is right, nobody
    measured.
    """
    best = case.matches[0]
    for match in case.matches[1:]:
        is_near = match.score >= best.score - rules.sibling_within
        if is_near and set(match.article.intents) & set(best.article.intents):
            yield match


def _asks_for_more(case: Case, rules: Rules) -> bool:
    """Several strong intents, of which one article does not answer all."""
    strong = [each.name for each in case.message.intents if each.probability >= rules.strong_from]
    return not any(set(strong) <= set(match.article.intents) for match in case.matches)


def _has_rival(case: Case, rules: Rules) -> bool:
    """Another article speaks much more clearly of what the message says."""
    best = case.matches[0].evidence
    return any(match.evidence > best + rules.rival_by for match in case.matches[1:])
