"""What a secret looks like, beside what it is called."""

import re
from enum import StrEnum

_SIGN = re.compile(r"[!#$%&*?@^~+=§€£_]")
_GROUPED = re.compile(r"[A-Za-z0-9]{2,12}(?:-[A-Za-z0-9]{2,12}){2,8}")
_DIGITS = re.compile(r"[0-9]{3,12}|[0-9]{1,4}(?:-[0-9]{1,4}){1,4}")
_MEASURE = re.compile(r"[0-9]+[a-zß-ÿ]{1,5}|[a-zß-ÿ]+-[0-9]{1,2}")
_FEWEST = 4
_FEWEST_OF_MIXED = 6
_FEWEST_OF_GROUPED = 12


class Shape(StrEnum):
    """From the surest secret to what may as well be a quantity."""

    MARKED = "letters, digits and a sign"
    MIXED = "letters and digits"
    DIGITS = "digits"
    CAPITALS = "capitals and digits, or short"


def shape_of(value: str) -> Shape | None:
    """What a secret may look like; none has no digit, and a quantity is none."""
    if _DIGITS.fullmatch(value):
        return Shape.DIGITS
    has_letter = any(character.isalpha() for character in value)
    if not has_letter or not any(character.isdigit() for character in value):
        return None
    is_grouped = _GROUPED.fullmatch(value) and len(value) >= _FEWEST_OF_GROUPED
    if _SIGN.search(value, 1) or is_grouped:
        return Shape.MARKED
    if _MEASURE.fullmatch(value) or len(value) < _FEWEST:
        return None
    is_short = len(value) < _FEWEST_OF_MIXED
    return Shape.CAPITALS if is_short or value == value.upper() else Shape.MIXED
