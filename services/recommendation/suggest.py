"""Suggest replies to one message, and decide who sends them."""

from collections.abc import Sequence

from ridealong.contracts.contract import Decision
from ridealong.contracts.preprocessing import UNKNOWN_LANGUAGE
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
    language = readable_as(message)
    encoder = message.embedding.model if message.embedding and meaning is not None else None
    intents = {intent.name: intent.probability for intent in message.intents}
    query = Query(message.text, language, intents, meaning, encoder)
    matches = () if is_beyond_us(message, language, rules) else find_matches(query, shelf, rules)
    bound = find_bound(language, matches, encoder, policies)
    case = Case(message, language, matches, encoder, bound)
    decision, reason = decide(case, policies)
    shown = arrange(matches, explore=rules.explore, seed=message.message_id)
    suggestions = tuple(compose(each, message, encoder) for each in shown)
    is_likely = bool(matches) and matches[0].probability >= rules.suggest_from
    department = matches[0].article.department if is_likely else rules.front_desk
    person = (hand_over(department),) if decision is Decision.HAND_OVER else ()
    is_wanted = is_likely and not case.is_denied
    return Recommendation(
        suggestions=suggestions,
        next_actions=(
            *person,
            *(_next_actions(case, suggestions, department) if is_wanted else ()),
        ),
        department=department,
        decision=decision,
        reason=reason,
        bound=case.bound,
    )


def readable_as(message: SuggestReplies) -> str:
    """The language articles are looked for in: of a text too short to tell, its reader's."""
    if message.language == UNKNOWN_LANGUAGE and message.read_as is not None:
        return message.read_as
    return message.language


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
    case: Case, suggestions: Sequence[Suggestion], department: str
) -> tuple[NextAction, ...]:
    if suggestions[0].slots_missing:
        return ask_for(suggestions[0].slots_missing)
    known = known_values(case.message.entities)
    filled = fill_actions(case.matches[0].article.actions, known, department)
    return tuple(dict.fromkeys(filled))
