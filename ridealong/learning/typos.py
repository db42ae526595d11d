"""Makes the typing mistakes that people make, for heads to have seen before customers write."""

import random
from collections.abc import Callable, Iterable

SHARE_OF_LETTERS = 0.08
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def neighbours_of_keys() -> dict[str, str]:
    """The keys beside each key."""
    return {
        key: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
        for row in ROWS
        for place, key in enumerate(row)
    }


NEIGHBOURS = neighbours_of_keys()


def mistype(text: str, chance: random.Random, share: float = SHARE_OF_LETTERS) -> str:
    """The text with about that share of its letters mistyped."""
    letters = list(text)
    place = 0
    while place < len(letters):
        if letters[place].isalpha() and chance.random() < share:
            chance.choice(MISTAKES)(letters, place, chance)
            # Two letters may have changed places; neither is mistyped again.
            place += 1
        place += 1
    return "".join(letters)


def type_carelessly(text: str, chance: random.Random) -> str:
    """As in a hurry: no capitals, often no full stop or question mark, and mistyped letters."""
    bare = text.rstrip(" .?!") if chance.random() < 0.5 else text
    return mistype(bare.lower() or text, chance)


def carelessly(texts: Iterable[str], seed: int) -> list[str]:
    """One careless copy of each text; the same seed gives the same copies."""
    chance = random.Random(seed)
    return [type_carelessly(text, chance) for text in texts]


def swap(letters: list[str], place: int, _chance: random.Random) -> None:
    """Two letters change places."""
    if place + 1 < len(letters):
        letters[place], letters[place + 1] = letters[place + 1], letters[place]


def drop(letters: list[str], place: int, _chance: random.Random) -> None:
    """A letter is left out."""
    letters[place] = ""


def double(letters: list[str], place: int, _chance: random.Random) -> None:
    """A letter is typed twice."""
    letters[place] *= 2


def slip(letters: list[str], place: int, chance: random.Random) -> None:
    """The finger hits the key beside."""
    near = NEIGHBOURS.get(letters[place].lower())
    if near:
        letters[place] = chance.choice(near)


Mistake = Callable[[list[str], int, random.Random], None]
MISTAKES: tuple[Mistake, ...] = (swap, drop, double, slip)
