"""Suggest replies to one message, and decide who sends them."""

from collections.abc import Sequence

from ridealong.contracts.contract import Decision
from ridealong.contracts.recommendation import (
    Evidence,
    FoundBy,
    MatchCode,
    MatchReason,
    NextAction,
    Recommendation,
    Suggestion,
    SuggestReplies,
)
from ridealong.knowledge.actions import ask_for, fill_actions, hand_over
from ridealong.knowledge.articles import compose_reply, known_values
from ridealong.knowledge.deciding import Case, Policies, decide, find_bound, is_beyond_us
from ridealong.knowledge.finding import Query, Shown, arrange, find_matches
from ridealong.knowledge.shelf import Floats, Match, Shelf

SPOKEN_FOR = {
    MatchCode.MEANING: "The article speaks of what the message means.",
    MatchCode.WORDS: "The article uses the words of the message.",
}


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
