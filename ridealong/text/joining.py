"""Which readings of a message speak for it: that of the whole text, or those of its sentences.

Measured with `understand-en` (see services/nlp/README.md): a request among five sentences about
something else is found in 8 cases of 10 instead of 2, both of two requests in 8 of 10 instead of
none, and what is about nothing we know is refused as often as before.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

# A whole text that is this sure needs no sentence of its own to speak for it.
SURE = 0.7
# A sentence this surely about something we do asks by itself. What it asks may be less sure: two
# packs may know the same request by two names.
ACCEPTED = 0.8
# A sentence less sure than this knows no better than the whole.
ENOUGH = 0.5
MOST_REQUESTS = 3
# A sentence in which an intent is at least this probable may mean just that.
EXPLAINED = 0.1


@dataclass(frozen=True, slots=True)
class Claim:
    """What one text seems to ask for most, and how probable that is; and that it asks nothing."""

    intent: str
    probability: float
    reject_score: float


def choose_speakers(claims: Sequence[Claim], reject_above: float) -> tuple[int, ...]:
    """The places of the claims that count, surest first; `claims[0]` is that of the whole text.

    Several places are several requests. The claims of sentences stand in their order.
    """
    requests = _find_requests(claims)
    if len(requests) > 1:
        return requests[:MOST_REQUESTS]
    whole = claims[0]
    if whole.probability >= SURE and whole.reject_score <= reject_above:
        return (0,)
    surest = max(range(len(claims)), key=lambda place: claims[place].probability)
    return (surest,) if claims[surest].probability >= ENOUGH else (0,)


def leaves_open(
    readings: Sequence[Mapping[str, float]],
    reject_scores: Sequence[float],
    speakers: Collection[int],
) -> bool:
    """Whether a sentence surely asks for something, and for nothing that a speaker asks for.

    `readings`: the probability of each intent, in the whole text and then in its sentences. What
    such a sentence asks for may be unsure; that it is something else is not.
    """
    told = {max(reading, key=reading.__getitem__) for reading in (readings[at] for at in speakers)}
    return any(
        place not in speakers
        and 1 - rejected >= ACCEPTED
        and max(reading[intent] for intent in told) < EXPLAINED
        for place, (reading, rejected) in enumerate(zip(readings, reject_scores, strict=True))
        if place > 0
    )


def _find_requests(claims: Sequence[Claim]) -> tuple[int, ...]:
    """The surest sentence of each intent that some sentence surely asks for."""
    surest: dict[str, int] = {}
    for place, claim in enumerate(claims[1:], start=1):
        if claim.probability < ENOUGH or 1 - claim.reject_score < ACCEPTED:
            continue
        known = surest.get(claim.intent)
        if known is None or claim.probability > claims[known].probability:
            surest[claim.intent] = place
    return tuple(sorted(surest.values(), key=lambda place: -claims[place].probability))
