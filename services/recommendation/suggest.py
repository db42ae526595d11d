"""Suggest replies to one message, and decide who sends them."""

from collections.abc import Iterator, Sequence
from itertools import islice, takewhile

from ridealong.contracts.contract import Decision
from ridealong.contracts.nlp import SentimentLabel
from ridealong.contracts.recommendation import (
    Evidence,
    FoundBy,
    Reason,
    ReasonCode,
    Recommendation,
    Suggestion,
    SuggestReplies,
)
from ridealong.knowledge.articles import Policy, compose_reply
from ridealong.knowledge.shelf import Floats, Match, Shelf
from services.recommendation.rules import Rules

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
    ReasonCode.NOT_SURE_ENOUGH: "The reply fits, but not surely enough to be sent unseen.",
    ReasonCode.ALLOWED_TO_SUGGEST: "The reply fits; this tenant has people check every reply.",
}
SURE = Reason(code=ReasonCode.SURE, text="The reply fits surely, and may be sent without a look.")


def suggest(
    message: SuggestReplies,
    shelf: Shelf,
    *,
    meaning: Floats | None,
    may_automate: bool,
    rules: Rules,
) -> Recommendation:
    """Rank, fill and decide. Whatever the message says, a reply is only ever that of an article."""
    matches = find_matches(message, shelf, meaning=meaning, rules=rules)
    decision, reason = decide(
        message, matches, has_vectors=meaning is not None, may_automate=may_automate, rules=rules
    )
    suggestions = tuple(_compose(match, message, meaning is not None) for match in matches)
    return Recommendation(
        suggestions=suggestions,
        next_actions=_next_actions(matches, suggestions, decision),
        department=matches[0].article.department if matches else rules.front_desk,
        decision=decision,
        reason=reason,
    )


def find_matches(
    message: SuggestReplies, shelf: Shelf, *, meaning: Floats | None, rules: Rules
) -> tuple[Match, ...]:
    """The best articles of the tenant's own packs that have a sentence to show for themselves."""
    if _is_beyond_us(message, rules):
        return ()
    intents = {intent.name: intent.probability for intent in message.intents}
    packs = {name.partition(".")[0] for name in intents}
    words = shelf.measure_words(message.text)
    ranked = shelf.rank(intents, words=words, meaning=meaning, weights=rules.weights)
    floor = rules.floor(message, has_vectors=meaning is not None)
    fitting = (
        match
        for match in takewhile(lambda match: match.score >= rules.offer_from_score, ranked)
        if match.article.pack in packs and match.evidence >= floor.offer_from
    )
    return tuple(islice(fitting, rules.most_suggestions))


def decide(
    message: SuggestReplies,
    matches: Sequence[Match],
    *,
    has_vectors: bool,
    may_automate: bool,
    rules: Rules,
) -> tuple[Decision, Reason]:
    """Exceptions first: unsure means a person. Only what nothing speaks against is automated."""
    code = next(_why_a_person(message, matches, rules), None)
    if code is not None:
        return Decision.HAND_OVER, Reason(code=code, text=PERSON_NEEDED[code])
    code = next(_why_an_agent(message, matches, has_vectors, rules), None)
    if code is None and not may_automate:
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


def _why_an_agent(
    message: SuggestReplies, matches: Sequence[Match], has_vectors: bool, rules: Rules
) -> Iterator[ReasonCode]:
    best = matches[0]
    if message.missing or message.sentiment is None or message.urgency is None or not has_vectors:
        yield ReasonCode.INCOMPLETE
    if best.article.policy is Policy.SUGGEST:
        yield ReasonCode.ARTICLE_POLICY
    if message.language != best.article.language:
        yield ReasonCode.LANGUAGE
    if len(_strong_matches(message, matches, rules)) > 1:
        yield ReasonCode.SEVERAL_REQUESTS
    floor = rules.floor(message, has_vectors=has_vectors)
    if best.probability < rules.automate_from or best.evidence < floor.automate_from:
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


def _compose(match: Match, message: SuggestReplies, has_vectors: bool) -> Suggestion:
    article = match.article
    reply = compose_reply(article, message.entities)
    found_by = FoundBy.MEANING if has_vectors else FoundBy.WORDS
    return Suggestion(
        article_id=article.id,
        title=article.title,
        reply=reply.text,
        language=article.language,
        score=match.score,
        probability=match.probability,
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


def _next_actions(
    matches: Sequence[Match], suggestions: Sequence[Suggestion], decision: Decision
) -> tuple[str, ...]:
    person = ("hand_over_to_person",) if decision is Decision.HAND_OVER else ()
    if not matches:
        return person
    asked_for = tuple(f"ask_for_{slot}" for slot in suggestions[0].slots_missing)
    return (*person, *asked_for, *(() if asked_for else matches[0].article.next_actions))
