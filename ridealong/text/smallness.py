"""What a small letter tells against a name, in languages of whose words we know too few.

There the tagger takes verbs for names ("hemen bloke edin"). Who begins sentences with a capital
writes names so, too; where a name is announced, small letters do not count against it.
"""

import re

from ridealong.text.cues import may_precede_name
from ridealong.text.placeholders import PersonalKind
from ridealong.text.plainness import is_plain
from ridealong.text.word_lists import sections

_FEW_WORDS_KNOWN = frozenset(("da", "id", "pl", "ru", "sr", "tr"))
_WORD = re.compile(r"[^\W_]+")
_WORD_BEFORE = re.compile(r"([^\W\d_]{1,30})[ ,:]{1,2}\Z")
_ENDS_SENTENCE = re.compile(r"[.!?…\n]")
# Verbs and objects stand last; a name without a cue stands within.
_ENDS_CLAUSE = re.compile(r" ?(?:[.!?…,;:)\n]|\Z)")
_INFINITIVE = re.compile(r"[aeiouáéíêô](?:r|re|rmi|rci|rlo|rla|rme|rnos|rte|rlos|rse)\Z")
_LOOKS_BACK = 200


def is_only_said(text: str, start: int, end: int, *, kind: PersonalKind, language: str) -> bool:
    """Whether `text[start:end]`, tagged as a person, is rather a part of the sentence."""
    if kind is not PersonalKind.PERSON:
        return False
    if _is_verb(text, start, end, language):
        return True
    if language not in _FEW_WORDS_KNOWN:
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


def _is_verb(text: str, start: int, end: int, language: str) -> bool:
    """`pode chamar quando puder`: after such words something small is done, not called."""
    found = _WORD_BEFORE.search(text, max(0, start - 33), start)
    if found is None or not text[start:end].islower():
        return False
    listed, before = sections("modal_words.txt"), found[1].lower()
    for word in _WORD.findall(text[start:end]):
        is_done = before in listed["modals"] and _INFINITIVE.search(word)
        is_wished = before in listed["conjunctions"] and _ENDS_CLAUSE.match(text, end)
        if not (is_done or is_wished or word in listed["conjunctions"] or is_plain(word, language)):
            return False
        before = word
    return True


def _is_announced(before: str) -> bool:
    word = _WORD_BEFORE.search(before, max(0, len(before) - 33))
    return word is not None and may_precede_name(word[1])
