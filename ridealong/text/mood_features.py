"""Numbers that tell complaint, plain question and praise apart where single words mislead.

VADER adds up words, and a complaint to a company is often without one bad word ("still no reply"),
or with a good one ("great, another form"). So this counts words of support, and asks VADER about
single clauses: the last, the worst, the best, the first, and both sides of a "but".
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ridealong.text.mood_words import (
    BAD_DENIED,
    COUNTED,
    GOOD_DENIED,
    NUMBERED_WAIT,
    QUESTION_START,
    WHY,
)

Vector = NDArray[np.float32]

MOOD_READS_CHARS: Final = 2_000
MOST_CLAUSES: Final = 24
# VADER's time grows with the square of what it reads at once.
CLAUSE_CHARS: Final = 300
SATURATED: Final = 2
FEW_WORDS: Final = 4
LOG_OF_LONG: Final = float(np.log1p(60))
CLEARLY_BAD: Final = -0.2

# No end of a clause begins within another: else a row of dots would be read once from each of them.
_CLAUSE_END: Final = re.compile(r"(?<![.!?…;\n])[.!?…;\n]+(?=\s|$)|\s-+\s")
_TURN: Final = re.compile(
    r"\b(?:but|however|although|though|yet|except|unfortunately|sadly|until)\b"
)
_HANDLE: Final = re.compile(r"(?<!\w)@\w+")
_LINK: Final = re.compile(r"\b(?:https?://|www\.)\S+")
_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?")

COMPLAINTS: Final = ("waiting", "failure", "nobody", "repeat", "contempt", "leaving")
PRAISES: Final = ("thanks", "praise", "sarcasm")

NAMES: Final = (
    *COUNTED,
    *("bad denied", "good denied", "why", "numbered wait", "question start", "question end"),
    *("questions", "dots", "short", "length", "plain question", "praise beside complaint"),
    *("last", "worst", "best", "first", "after turn", "before turn", "spread"),
)
MOOD: Final = "mood"
WIDTH: Final = len(NAMES)


class Analyzer(Protocol):
    """VADER, or what scores as it does."""

    def polarity_scores(self, text: str) -> Mapping[str, float]: ...


def read_moods(text: str, analyzer: Analyzer) -> Vector:
    """One row of `WIDTH` numbers from -1 to 1, in the order of `NAMES`; any text has one."""
    read = _LINK.sub(" ", text[:MOOD_READS_CHARS]).replace("’", "'")
    spoken = _HANDLE.sub(" ", read)
    lower = spoken.lower()
    said = {name: share(len(pattern.findall(lower))) for name, pattern in COUNTED.items()}
    clauses = weigh_clauses(spoken, analyzer)
    together = weigh_together(said, worst=clauses[1], asks="?" in lower)
    return np.array([*said.values(), *shape_of(lower), *together, *clauses], dtype=np.float32)


def share(count: int) -> float:
    """Two are many: more of the same says little more."""
    return min(count, SATURATED) / SATURATED


def shape_of(lower: str) -> list[float]:
    """What is denied, how it is asked and how long it is."""
    count = len(_WORD.findall(lower))
    return [
        share(len(BAD_DENIED.findall(lower))),
        share(len(GOOD_DENIED.findall(lower))),
        float(WHY.search(lower) is not None),
        share(len(NUMBERED_WAIT.findall(lower))),
        float(QUESTION_START.match(lower) is not None),
        float(lower.rstrip().endswith("?")),
        share(lower.count("?")),
        float("..." in lower or "…" in lower),
        float(count <= FEW_WORDS),
        min(float(np.log1p(count)) / LOG_OF_LONG, 1.0),
    ]


def weigh_together(said: Mapping[str, float], *, worst: float, asks: bool) -> list[float]:
    """What only shows together: a question without complaint, and praise beside one."""
    complaint = max(said[name] for name in COMPLAINTS)
    is_asked = asks or said["asking"] > 0
    return [
        float(is_asked and complaint == 0 and worst > CLEARLY_BAD),
        min(complaint, max(said[name] for name in PRAISES)),
    ]


def weigh_clauses(spoken: str, analyzer: Analyzer) -> list[float]:
    """VADER's verdict, from -1 to 1, on single clauses and on both sides of a "but"."""

    def compound(part: str) -> float:
        return analyzer.polarity_scores(part)["compound"]

    parts = [part for part in _CLAUSE_END.split(spoken) if part.strip()][:MOST_CLAUSES]
    scores = [compound(part[:CLAUSE_CHARS]) for part in parts] or [0.0]
    before, after = sides_of(spoken)
    return [
        scores[-1],
        min(scores),
        max(scores),
        scores[0],
        compound(after) if after else 0.0,
        compound(before) if before else 0.0,
        (max(scores) - min(scores)) / 2,
    ]


def sides_of(spoken: str) -> tuple[str, str]:
    """What stands right before and right after the first "but"; nothing where there is none."""
    turn = _TURN.search(spoken)
    if turn is None:
        return "", ""
    before, after = spoken[: turn.start()], spoken[turn.end() :]
    return before[-CLAUSE_CHARS:], after[:CLAUSE_CHARS]


def names_of(row: Sequence[float]) -> dict[str, float]:
    """A row by the names of its numbers, for whoever looks into a verdict."""
    return dict(zip(NAMES, map(float, row), strict=True))
