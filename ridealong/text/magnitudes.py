"""What `k`, `Mio.` or `mil millones` beside a sum of money multiply it by, in its language."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

# By power of ten; the higher is tried first, so that `mil millones` is not read as `mil`.
_WORDS = {
    12: r"billionen|bill[oó]n|billones|bilion[eiy]|bilionów|bili(?:ão|ões)|biljoen",
    9: r"mil millones|mil milh(?:ão|ões)|bn|mrd\.?|milliarden?|milliards?|mld\.?|miliard[ieoy]?"
    r"|miliardów|miljard(?:en)?|milijard[aei]|miliar|milyar|bilh(?:ão|ões)|млрд\.?|миллиард\w{0,2}"
    r"|مليار",
    7: r"crores?",
    6: r"mn|mln\.?|mio\.?|mill\.?|million(?:en|er|s)?|mill[oó]n|millones|milion[aeiy]?|milionów"
    r"|milh(?:ão|ões)|miljoen|milyon|juta|млн\.?|миллион\w{0,2}|مليون|ملايين",
    5: r"lakhs?",
    3: r"thousand|tsd\.?|tausend|milles?|duizend|tusind|tys\.?|tysiąc[ea]?|tysięcy|hiljad[ae]|ribu"
    r"|тыс\.?|тысяч\w?|ألف|آلاف",
}
# Scripts without spaces: the currency may follow at once.
_UNSPACED = {
    12: "兆|조",
    8: "億|亿|억",
    7: "千万|천만",
    6: "百万|백만|ล้าน",
    5: "แสน",
    4: "万|萬|만|หมื่น",
    3: "千|천|พัน",
}
# `1万5千`: what comes before the last part of a number.
LARGER_PARTS = rf"(?:\d{{1,4}} ?(?:{'|'.join(_UNSPACED.values())}) ?){{1,3}}"
_PART = re.compile(r"(\d{1,4}) ?(\D+)")
_LETTERS = {9: "b", 6: "m", 3: "k|к"}
# Words that mean something else, or nothing, in another language: `billion`, `mil`, `bin`, `mia`.
_THOUSANDS = {12: "trillions?", 9: "billions?"}
_MILLIONS = {18: "trillions?", 12: "billions?", 3: "mil"}
_LOCAL = {
    "en": _THOUSANDS | {6: "mil"},
    "unknown": _THOUSANDS,
    "tr": {12: "trilyon", 3: "bin"},
    "da": _MILLIONS | {9: r"mia\.?"},
    "fr": _MILLIONS | {9: "mds?"},
    "it": _MILLIONS | {3: "mila?"},
    "id": {6: "jt", 3: "rb"},
}
_WORD_ENDS = r"(?![^\W\d_])"


@dataclass(frozen=True, slots=True)
class Magnitudes:
    """A pattern that finds those of one language after a number, and what each of them means."""

    pattern: str
    powers: tuple[tuple[re.Pattern[str], int], ...]

    def sum_up(self, parts: str) -> Decimal:
        """`1万5千` and the like, without a rest that has no magnitude."""
        found = _PART.findall(parts)
        return sum((Decimal(self.times(number, each)) for number, each in found), Decimal())

    def times(self, number: str, magnitude: str) -> str:
        """The plain decimal `number` multiplied, exactly."""
        word = magnitude.strip()
        power = next(power for pattern, power in self.powers if pattern.fullmatch(word))
        return format(Decimal(number).scaleb(power), "f")


@lru_cache(maxsize=64)
def magnitudes_of(language: str) -> Magnitudes:
    """A letter stands at the number (`5 m` are metres), a word may stand apart."""
    local = _LOCAL.get(language, _MILLIONS)
    words = "|".join([*_WORDS.values(), *local.values()])
    pattern = (
        rf"(?:{'|'.join(_LETTERS.values())}| ?(?:{words})){_WORD_ENDS}"
        rf"| ?(?:{'|'.join(_UNSPACED.values())})"
    )
    powers = tuple(
        (re.compile(spelling, re.IGNORECASE), power)
        for table in (_LETTERS, _WORDS, local, _UNSPACED)
        for power, spelling in table.items()
    )
    return Magnitudes(pattern, powers)
