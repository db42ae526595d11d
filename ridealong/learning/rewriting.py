"""Second copies of training rows, written as people in a hurry write: mistyped, or wordy."""

import random
from collections.abc import Iterable

from ridealong.learning.chatter import surround
from ridealong.learning.typos import mistype

SHARE_OF_WORDY = 0.4
SHARE_WITHOUT_END_MARK = 0.5


def rewrite_all(texts: Iterable[str], seed: int) -> list[str]:
    """One copy of each text; the same seed gives the same copies."""
    chance = random.Random(seed)
    return [rewrite(text, chance) for text in texts]


def rewrite(text: str, chance: random.Random) -> str:
    """Wordy and well typed, or in a hurry: no capitals, often no end mark, mistyped letters."""
    if chance.random() < SHARE_OF_WORDY:
        return surround(text, chance)
    bare = text.rstrip(" .?!") if chance.random() < SHARE_WITHOUT_END_MARK else text
    return mistype(bare.lower() or text, chance)
