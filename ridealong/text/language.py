"""Which language a message is written in, or `unknown`.

Too short, mixed, unreadable or not supported.
"""

import re
from dataclasses import dataclass

from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNKNOWN = "unknown"
_SUPPORTED = "ar da de en es fr id it ja ko nl pl pt ru sr th tr zh"
SUPPORTED = tuple(_SUPPORTED.split())
# Known to the identifier so that they are not taken for a neighbour: such a text is unknown.
_OTHERS = "bg cs el fa fi he hi hu ro sv uk ur vi"
# Set on tests/text/short_requests.py (README.md of services/preprocessing has the table).
_SURE_ENOUGH = 0.4
_SURE_OF_OTHER = 0.6
_FEWEST_LETTERS = 6
_SURE_HALF = 0.9
_FEWEST_LETTERS_OF_A_HALF = 20
_READS = 1_000

# Scripts without blanks run on after a number: only what is none of theirs goes with it.
_SPACED = r"[^\s\u0e00-\u0e7f\u3000-\u9fff\uac00-\ud7af\uff00-\uffef]"
_NOT_LANGUAGE = re.compile(
    rf"(?<!{_SPACED}){_SPACED}*[@\d]{_SPACED}*|https?://{_SPACED}+|www\.{_SPACED}+|\[[A-Z]+_\d+\]"
    r"|[A-Za-z+/=]{36,}"
)
_LETTER = re.compile(r"[^\W\d_]")
_BLANK = re.compile(r"\s+")
# These scripts say more than any statistics; Han alone is Chinese, with kana Japanese.
_SCRIPTS = (
    ("ko", re.compile(r"[\u1100-\u11ff\uac00-\ud7af]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
)
_SCRIPT_SHARE = 0.3
_SURE = 0.99


@dataclass(frozen=True, slots=True)
class Language:
    """An ISO 639-1 code or `unknown`, and how probable it is."""

    code: str
    confidence: float


class LanguageReader:
    """Holds the model (half a second to load, 60 MB): make one and keep it.

    Safe to share by threads.
    """

    def __init__(self) -> None:
        self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self._identifier.set_languages([*SUPPORTED, *_OTHERS.split()])

    def read(self, text: str) -> Language:
        """The language of a text; numbers, addresses and placeholders do not count."""
        words = _BLANK.sub(" ", _NOT_LANGUAGE.sub(" ", text[:_READS])).strip()
        letters = len(_LETTER.findall(words))
        if by_script := _by_script(words, letters):
            return by_script
        if letters < _FEWEST_LETTERS:
            return Language(UNKNOWN, 0.0)
        best = self._best(words)
        if best.confidence < _SURE_ENOUGH or self._is_mixed(words, letters):
            return Language(UNKNOWN, best.confidence)
        return best

    def _best(self, words: str) -> Language:
        """The best supported language, unless the text is surely in one of the others."""
        ranking = self._identifier.rank(words)
        code, confidence = ranking[0]
        if code in SUPPORTED:
            return Language(code, confidence)
        if confidence >= _SURE_OF_OTHER:
            return Language(UNKNOWN, confidence)
        supported = [(code, confidence) for code, confidence in ranking if code in SUPPORTED]
        return Language(supported[0][0], supported[0][1] / sum(share for _, share in supported))

    def _is_mixed(self, words: str, letters: int) -> bool:
        """Two halves that are surely two languages."""
        if letters < 2 * _FEWEST_LETTERS_OF_A_HALF:
            return False
        middle = words.find(" ", len(words) // 2)
        if middle < 0:
            return False
        halves = [self._identifier.classify(half) for half in (words[:middle], words[middle:])]
        return len({code for code, confidence in halves if confidence >= _SURE_HALF}) == 2


def _by_script(words: str, letters: int) -> Language | None:
    if words.isascii():
        return None
    for code, script in _SCRIPTS:
        share = len(script.findall(words)) / max(letters, 1)
        if share > _SCRIPT_SHARE:
            return Language(code, _SURE)
    return None
