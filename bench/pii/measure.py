"""Reads cases as preprocessing does, and counts what was found, hidden for nothing, and spent."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bench.pii.cases import Case
from ridealong.text.excerpts import Excerpt
from ridealong.text.language import LanguageReader
from ridealong.text.masking import Reading, all_personal, read_by_rules
from ridealong.text.names import Tag
from ridealong.text.spans import PersonalSpan
from ridealong.text.tagging import Tagger

Chooser = Callable[[Reading, str], list[Excerpt]]


@dataclass
class Count:
    """Of one kind: how many there are, found as such, found at all, and hidden to the last
    character.
    """

    there: int = 0
    typed: int = 0
    found: int = 0
    whole: int = 0


@dataclass
class Findings:
    """Of a run over cases. Times are milliseconds of CPU per message, all in the tagger."""

    by_kind: dict[str, Count] = field(default_factory=dict)
    missed: list[tuple[Case, PersonalSpan]] = field(default_factory=list)
    masked_for_nothing: list[tuple[Case, list[PersonalSpan]]] = field(default_factory=list)
    cases: int = 0
    tagged: int = 0
    tagger_ms: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Engines:
    """What preprocessing reads with; `choose` picks what of a text the tagger sees."""

    languages: LanguageReader
    choose: Chooser
    tagger: Tagger


def read(case: Case, engines: Engines, findings: Findings) -> list[PersonalSpan]:
    """All that would be masked; the language is guessed, as for a customer."""
    language = engines.languages.read(case.text).code
    reading = read_by_rules(case.text, language)
    shown = engines.choose(reading, language)
    started = time.process_time()
    found = [engines.tagger.tag(excerpt.text) for excerpt in shown]
    findings.tagger_ms.append((time.process_time() - started) * 1e3)
    findings.tagged += bool(shown)
    tags = [
        tag
        for excerpt, spans in zip(shown, found, strict=True)
        for tag in excerpt.placed(Tag(one.start, one.end, one.label) for one in spans)
    ]
    return all_personal(reading, tags)


def measure(cases: Iterable[Case], engines: Engines) -> Findings:
    """One after the other, as they would arrive."""
    findings = Findings()
    for case in cases:
        findings.cases += 1
        found = read(case, engines, findings)
        for span in case.spans:
            _count(case, span, found, findings)
        stray = [one for one in found if not _overlap(one, case.spans)]
        if stray:
            findings.masked_for_nothing.append((case, stray))
    return findings


def _count(
    case: Case, span: PersonalSpan, found: Sequence[PersonalSpan], findings: Findings
) -> None:
    """Found means half its letters and digits or more, whole means all of them."""
    telling = {place for place in range(span.start, span.end) if case.text[place].isalnum()}
    typed = telling & _places(one for one in found if one.kind == span.kind)
    hidden = telling & _places(found)
    count = findings.by_kind.setdefault(span.kind, Count())
    count.there += 1
    count.typed += 2 * len(typed) >= len(telling)
    count.found += 2 * len(hidden) >= len(telling)
    count.whole += hidden == telling
    if 2 * len(typed) < len(telling) or hidden != telling:
        findings.missed.append((case, span))


def _places(spans: Iterable[PersonalSpan]) -> set[int]:
    return {place for span in spans for place in range(span.start, span.end)}


def _overlap(one: PersonalSpan, spans: Iterable[PersonalSpan]) -> bool:
    return any(one.start < span.end and span.start < one.end for span in spans)
