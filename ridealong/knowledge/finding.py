"""Which articles are offered for a message, in which order, and how likely that order was."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from ridealong.knowledge.rules import Rules
from ridealong.knowledge.shelf import Floats, Match, Shelf


@dataclass(frozen=True, slots=True)
class Query:
    """What is known of a message.

    `meaning`: how near each passage of the shelf is to it, on the scale of `encoder`; both are None
    where there is no vector.
    """

    text: str
    language: str
    intents: Mapping[str, float]
    meaning: Floats | None = None
    encoder: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A match in its place, and the probability with which it came to stand there."""

    match: Match
    propensity: float


def find_matches(query: Query, shelf: Shelf, rules: Rules) -> tuple[Match, ...]:
    """The best articles of the tenant's own packs that have a sentence to show for themselves."""
    packs = {name.partition(".")[0] for name in query.intents}
    ranked = shelf.rank(
        query.intents,
        words=shelf.measure_words(query.text, query.language),
        meaning=query.meaning,
        weights=rules.weights,
        language=query.language,
    )
    floor = rules.floor(query.encoder)
    fitting = (
        match
        for match in takewhile(lambda match: match.score >= rules.offer_from_score, ranked)
        if match.article.pack in packs and match.evidence >= floor.offer_from
    )
    return tuple(islice(fitting, rules.most_suggestions))


def arrange(matches: Sequence[Match], *, explore: float, seed: str) -> tuple[Shown, ...]:
    """The order shown: the best stays first; in a share `explore` of messages chance orders the
    rest.

    The same seed gives the same order, so a message asked again is answered again. With m to order
    each place is drawn uniformly, hence a propensity of `explore / m` in a place that is not its
    own and `1 - explore + explore / m` in its own.
    """
    first, rest = matches[:1], list(matches[1:])
    if explore == 0 or len(rest) < 2:
        return tuple(Shown(match, 1.0) for match in matches)
    chance = random.Random(seed)
    order = list(rest)
    if chance.random() < explore:
        chance.shuffle(order)
    by_lot = explore / len(rest)
    shown = (
        Shown(match, by_lot + (1 - explore if match is ranked else 0.0))
        for match, ranked in zip(order, rest, strict=True)
    )
    return (*(Shown(match, 1.0) for match in first), *shown)
