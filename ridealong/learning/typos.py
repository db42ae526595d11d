"""Makes the typing mistakes that people make, for heads to have seen before customers write."""

import random
from collections.abc import Callable

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
