"""Which texts the tagger must see: all but those that can hold neither name nor address.

English only, and only where every word is known as plain: not a name, not part of an address, in
the spelling in which plain words are written. Whatever is not known is suspicious. README.md of
services/preprocessing has the figures.
"""

import re
from pathlib import Path

from ridealong.text.masking import Reading
from ridealong.text.spans import blank_out

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+")
# After these words comes a name, even one that is also a plain word ("my name is will").
_INTRODUCES = re.compile(
    r"\b(?:name|called|i am|i'm|this is|it's|here|dear|hi|hello|hey|regards|thanks|thank you"
    r"|cheers|best|love|mr|mrs|ms|signed|by|from|to|for|with|and)[,:.!]?[ \n]+(?:will|may)\b"
    r"|\b(?:name'?s?|dear|mr|mrs|ms|miss|signed|sincerely|regards|road|street|avenue|lane|drive)\b"
    r"|(?:^|\n)(?:will|may)\s*$",
    re.IGNORECASE,
)
_STARTS_SENTENCE = re.compile(r"(?:^|[.!?:;\n…\"(\-–—*•])[ \"'(\-–—*•]*$")
_LOOKS_BACK = 8
_SHOUTED = 2


class PlainWords:
    """The words that are never taken for a name. Reads its list once: make one and keep it."""

    def __init__(self) -> None:
        listed = Path(__file__).with_name("plain_words.txt").read_text(encoding="utf-8")
        self._plain = frozenset(listed.split())

    def may_hold_a_name(self, reading: Reading, language: str) -> bool:
        """False only for English text made of plain words, its numbers all explained."""
        if language != "en":
            return any(character.isalpha() for character in reading.text)
        found = [(span.start, span.end) for span in reading.personal]
        found += [(entity.start, entity.end) for entity in reading.entities]
        text = blank_out(reading.text, found).replace("’", "'")
        if not text.replace("\0", "").isascii() or _INTRODUCES.search(text):
            return True
        return any(self._is_suspicious(text, word) for word in _WORD.finditer(text))

    def _is_suspicious(self, text: str, word: re.Match[str]) -> bool:
        spelled = word[0]
        if spelled.lower() not in self._plain:
            return True
        if spelled.islower() or spelled == "I" or spelled.startswith("I'"):
            return False
        if spelled.isupper() and len(spelled) >= _SHOUTED:
            return False
        return (
            _STARTS_SENTENCE.search(text[max(0, word.start() - _LOOKS_BACK) : word.start()]) is None
        )
