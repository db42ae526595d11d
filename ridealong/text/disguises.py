"""Letters in disguise: look-alikes of other scripts, ornamental alphabets, streeetched words.

People write so for fun or to slip past filters; readers see plain words, and so should models and
the search for personal data. Look-alikes are those of Unicode's confusables (UTS 39) that stand in
for basic Latin letters; they are folded only inside words that hold real Latin letters, so that
Russian and Greek stay what they are.
"""

import re
import unicodedata
from functools import cache
from itertools import product
from pathlib import Path

_ORNAMENTAL = re.compile(
    "[\u2100-\u214f\u2460-\u24ff\ufb00-\ufb06\U0001d400-\U0001d7ff\U0001f130-\U0001f149"
    "\U0001f150-\U0001f169\U0001f170-\U0001f189]"
)
# NFKC leaves the negative ones alone: A to Z from here on.
_NEGATIVE_STARTS = (0x1F150, 0x1F170)
_STRETCH = "\u0640"
_LATIN = "A-Za-zÀ-ɏ"
_LOOK_ALIKES = str.maketrans(
    "АВСЕНІЈКМОРЅТХҮаеосрѕіјхуһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧανορυι",
    "ABCEHIJKMOPSTXYaeocpsijxyhdqwABEZHIKMNOPTYXavopui",
)
_OTHERS = "".join(map(chr, _LOOK_ALIKES))
_MIXED_WORD = re.compile(
    rf"\b(?=[{_OTHERS}]*[{_LATIN}])(?=[{_LATIN}]*[{_OTHERS}])[{_LATIN}{_OTHERS}]+\b"
)
_STRETCHED_WORD = re.compile(
    r"(?<!\S)([(\"'#]*)(?=[a-z]*([a-z])\2\2)([a-z]{4,60})(?=[.,!?;:)\"']*(?:\s|$))", re.IGNORECASE
)
_LETTERS = re.compile(r"([a-z])\1*", re.IGNORECASE)
_LONG_RUN = re.compile(r"([a-z])\1{3,}", re.IGNORECASE)
_MOST_RUNS = 4


def unmask_letters(text: str) -> str:
    """Plain letters for ornamental ones, and Latin ones for look-alikes within Latin words."""
    if text.isascii():
        return text
    text = _ORNAMENTAL.sub(_plain_letter, text).replace(_STRETCH, "")
    return _MIXED_WORD.sub(lambda word: word[0].translate(_LOOK_ALIKES), text)


def _plain_letter(found: re.Match[str]) -> str:
    for start in _NEGATIVE_STARTS:
        if start <= ord(found[0]) < start + 26:
            return chr(ord(found[0]) - start + ord("A"))
    plain = unicodedata.normalize("NFKC", found[0])
    # Signs such as ™ and ½ are not disguised letters.
    return plain if len(plain) == 1 and plain.isalnum() or found[0] in "ﬀﬁﬂﬃﬄﬅﬆ" else found[0]


def shorten_stretches(text: str) -> str:
    """`pleeeease` is `please`: of each run one letter or two, whichever makes a word we know.

    Words that we do not know keep two of a run of four or more. A word of one letter only, such
    as `www` or `zzz`, stays.
    """
    return _STRETCHED_WORD.sub(lambda found: found[1] + _shorten(found[3]), text)


def _shorten(word: str) -> str:
    if len(set(word.lower())) < 2:
        return word
    parts = [(run[0][:1], run[0][:2]) for run in _LETTERS.finditer(word)]
    doubled = [place for place, (one, two) in enumerate(parts) if one != two]
    for lengths in product((0, 1), repeat=min(len(doubled), _MOST_RUNS)):
        chosen = dict(zip(doubled, lengths, strict=False))
        short = "".join(part[chosen.get(place, 0)] for place, part in enumerate(parts))
        if short.lower() in _known_words():
            return short
    return _LONG_RUN.sub(r"\1\1", word)


@cache
def _known_words() -> frozenset[str]:
    listed = Path(__file__).with_name("plain_words.txt").read_text(encoding="utf-8")
    return frozenset(listed.split())
