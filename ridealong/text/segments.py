"""Cuts a masked text into sentences, and picks the few that may hold what is asked for.

An encoder reads some 200 words and makes one vector of them, so the request of a long mail drowns
and two requests blur. Every step here is linear in the length, whatever the text.
"""

import re
from collections.abc import Iterator
from heapq import nlargest
from itertools import islice

from ridealong.text.asking import rate

LONGEST = 300
_MOST_SENTENCES = 1_000
SHORT = 120
_FIRST_OR_LAST = 0.5
_ASKS_FROM = 1.0

_LINES = re.compile(r"\n+")
_WRAPPED_FROM = 50
_BULLET = re.compile(r"(?:[-*•·–>|]|\d{1,2}[.)])\s")
# A stop ends a sentence where a blank follows; full-width and Arabic ones need none. A run of them
# is tried once, as a whole: thousands of `!` would be tried from each.
_STOP = re.compile(r"(?<![.!?…])[.!?…]++[\"')\]»”’]{0,3}\s+|[。！？｡؟۔]+[」』”）]{0,3}\s*|[;；]\s+")
_LOOKS_BACK = 8
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[^\W\d_]|no|nr|num|núm|mr|mrs|ms|dr|st|prof|art|ref|tel|tél|approx|vs|inc|ltd"
    r"|bzw|ca|ggf|evtl|str|bv|dhr|mevr|sig|sra|sr|pts|ul|np)\.\s+$",
    re.IGNORECASE,
)
# Thai has no stops: blanks part its clauses.
_THAI_BLANK = re.compile(r"(?<=[\u0e00-\u0e7f])\s+(?=[\u0e00-\u0e7f])")
_THAI_CLAUSE = 12
# One sentence, two requests: "cancel my order and where is my refund".
_JOINT = re.compile(
    r"(?:,\s?|\s)(?:and|but|plus|also|und|et|mais|y|pero|en|og|ve|и)\s"
    r"(?=(?:also|then|please|can|could|would|how|where|when|why|what|which|i|my"
    r"|außerdem|auch|bitte|wie|wo|wann|warum|können|kann|ich"
    r"|aussi|comment|où|quand|pourquoi|pouvez|puis|je"
    r"|también|además|cómo|dónde|cuándo|puedo|pueden|quiero"
    r"|ook|hoe|waar|wanneer|waarom|kan|kunt|ik|hvor|hvordan|nasıl|nerede|где|как|когда)\b)"
    r"|[,，、]\s?(?=another thing|one more thing|by the way|on top of that|in addition|additionally"
    r"|also\b|außerdem|zudem|además|también|de plus|inoltre|daarnaast|ayrıca|另外|还有|それから)",
    re.IGNORECASE,
)
_SHORTEST_PART = 12


def split_sentences(text: str, *, longest: int = LONGEST) -> list[str]:
    """The sentences of a text in order; lines, bullets and joined requests end one too.

    `longest`: characters after which one is cut where nothing ends it.
    """
    parts = (
        piece
        for block in _blocks(text)
        for sentence in _cut_at_stops(block)
        for part in _cut_at_joints(sentence)
        for piece in _cut_to_length(part, longest)
    )
    return list(islice(parts, _MOST_SENTENCES))


def pick_segments(text: str, most: int, *, longest: int = LONGEST) -> list[str]:
    """At most so many sentences, in their order: those likeliest to ask for something.

    Empty where the text speaks for itself: it is one sentence, or short and only one part asks.
    """
    sentences = split_sentences(text, longest=longest)
    if len(sentences) < 2:
        return []
    rates = [rate(sentence) for sentence in sentences]
    if len(text) <= SHORT and sum(each >= _ASKS_FROM for each in rates) < 2:
        return []
    rates[0] += _FIRST_OR_LAST
    rates[-1] += _FIRST_OR_LAST
    likeliest = nlargest(most, ((each, -place) for place, each in enumerate(rates) if each > 0))
    return [sentences[place] for place in sorted(-place for _, place in likeliest)]


def _blocks(text: str) -> Iterator[str]:
    """Lines, but for those that a mail program wrapped in the middle of a sentence."""
    block: list[str] = []
    for line in map(str.strip, _LINES.split(text)):
        if not line:
            continue
        if block and not _is_wrapped(block[-1], line):
            yield " ".join(block)
            block = []
        block.append(line)
    if block:
        yield " ".join(block)


def _is_wrapped(before: str, line: str) -> bool:
    """Whether a sentence runs on from one line into the next."""
    return (
        len(before) >= _WRAPPED_FROM
        and before[-1] not in ".!?:;"
        and line[0].islower()
        and not _BULLET.match(line)
    )


def _cut_at_stops(block: str) -> Iterator[str]:
    start = 0
    for stop in _STOP.finditer(block):
        end = stop.end()
        before = block[max(start, end - _LOOKS_BACK) : end]
        if end - start < 2 or _ABBREVIATION.search(before):
            continue
        yield block[start:end].strip()
        start = end
    if rest := block[start:].strip():
        yield rest


def _cut_at_joints(sentence: str) -> Iterator[str]:
    start = 0
    joint = _THAI_BLANK if "\u0e00" <= max(sentence, default="") <= "\u0e7f" else _JOINT
    shortest = _THAI_CLAUSE if joint is _THAI_BLANK else _SHORTEST_PART
    for found in joint.finditer(sentence):
        is_room = found.start() - start >= shortest and len(sentence) - found.end() >= shortest
        if is_room:
            yield sentence[start : found.start()].strip()
            start = found.end()
    if rest := sentence[start:].strip():
        yield rest


def _cut_to_length(sentence: str, longest: int) -> Iterator[str]:
    """Some end no sentence for pages: then a blank does, or nothing but the length."""
    start = 0
    while len(sentence) - start > longest:
        cut = sentence.rfind(" ", start + longest // 2, start + longest)
        cut = start + longest if cut < 0 else cut
        yield sentence[start:cut].strip()
        start = cut
    if rest := sentence[start:].strip():
        yield rest
