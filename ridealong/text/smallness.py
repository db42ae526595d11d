"""What a small letter tells against a name, in languages of whose words we know too few.

There the tagger takes verbs for names ("hemen bloke edin"). Who begins sentences with a capital
writes names so, too; where a name is announced, small letters do not count against it.
"""

import re

from ridealong.text.cues import may_precede_name
from ridealong.text.placeholders import PersonalKind
from ridealong.text.plainness import is_plain

_FEW_WORDS_KNOWN = frozenset(("da", "id", "pl", "ru", "sr", "tr"))
_WORD = re.compile(r"[^\W_]+")
_WORD_BEFORE = re.compile(r"([^\W\d_]{1,30})[ ,:]{1,2}\Z")
_ENDS_SENTENCE = re.compile(r"[.!?…\n]")
# Verbs and objects stand last; a name without a cue stands within.
_ENDS_CLAUSE = re.compile(r" ?(?:[.!?…,;:)\n]|\Z)")
_LOOKS_BACK = 200


def is_only_said(text: str, start: int, end: int, *, kind: PersonalKind, language: str) -> bool:
    """Whether `text[start:end]`, tagged as a person, is rather a part of the sentence."""
    if kind is not PersonalKind.PERSON or language not in _FEW_WORDS_KNOWN:
        return False
    words = _WORD.findall(text[start:end])
    if any(may_precede_name(word) for word in words) or not _ENDS_CLAUSE.match(text, end):
        return False
    before = text[max(0, start - _LOOKS_BACK) : start]
    opening = _ENDS_SENTENCE.split(before)[-1].lstrip(" \"'¿¡(-")
    if not opening:
        # Here the capital is the sentence's; a run with plain words in it is that sentence.
        has_plain = any(is_plain(word, language) for word in words)
        return has_plain and len(words) > 1 and all(word.islower() for word in words[1:])
    is_small = all(word.islower() or is_plain(word, language) for word in words)
    return is_small and opening[0].isupper() and not _is_announced(before)


def _is_announced(before: str) -> bool:
    word = _WORD_BEFORE.search(before, max(0, len(before) - 33))
    return word is not None and may_precede_name(word[1])
