"""Very long text is cut where it hurts least: beginning, end and the requests between them stay.

A request mostly stands at the beginning or at the end of a long message; what is pasted in (logs,
terms, a thread) stands between. Sentences of the dropped middle that ask for something are kept.
"""

import re

from ridealong.text.segments import pick_segments

_MAX_RAW_HEAD = 45_000
_MAX_RAW_TAIL = 15_000
_GAP = "\n[…]\n"
_HEAD_SHARE, _TAIL_SHARE = 0.5, 0.25
_MOST_REQUESTS = 20
# Where a cut can neither part a number nor an address.
_STOP = re.compile(r"[.!?。！？][ \n]|\n")
_LOOK_FOR_STOP = 400
_UNSAFE_EDGE = re.compile(r"[\w@.+\-/:() ]*\Z")
_UNSAFE_START = re.compile(r"\A[\w@.+\-/:() ]*")


def shorten_raw(text: str) -> str:
    """A first bound, before any costlier step sees the text."""
    if len(text) <= _MAX_RAW_HEAD + _MAX_RAW_TAIL:
        return text
    return _head(text, _MAX_RAW_HEAD) + "\n" + _tail(text, _MAX_RAW_TAIL)


def shorten(text: str, max_characters: int) -> str:
    """At most this many characters.

    Half from the beginning, a quarter from the end, and what asks for something between.
    """
    if len(text) <= max_characters:
        return text
    room = max_characters - 2 * len(_GAP)
    head, tail = _head(text, round(room * _HEAD_SHARE)), _tail(text, round(room * _TAIL_SHARE))
    middle = text[len(head) : len(text) - len(tail)]
    requests = _requests(middle, room - len(head) - len(tail))
    return _GAP.join(part.strip() for part in (head, requests, tail) if part.strip())


def _requests(text: str, room: int) -> str:
    kept: list[str] = []
    # No sentence is cut here: a number or an address may stand at the cut, and is masked later.
    for sentence in pick_segments(text, _MOST_REQUESTS, longest=len(text)):
        if len(sentence) + 1 <= room:
            room -= len(sentence) + 1
            kept.append(sentence)
    return "\n".join(kept)


def _head(text: str, length: int) -> str:
    window = text[:length]
    border = max(0, length - _LOOK_FOR_STOP)
    stops = [match.end() for match in _STOP.finditer(window, border)]
    if stops:
        return window[: stops[-1]]
    unsafe = _UNSAFE_EDGE.search(window, border)
    return window[: unsafe.start()] if unsafe else window


def _tail(text: str, length: int) -> str:
    window = text[-length:]
    if stop := _STOP.search(window, 0, _LOOK_FOR_STOP):
        return window[stop.end() :]
    unsafe = _UNSAFE_START.match(window, 0, _LOOK_FOR_STOP)
    return window[unsafe.end() :] if unsafe else window
