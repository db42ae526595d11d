"""Dates told from the day of writing: `last Friday`, `next month`, `two weeks ago`.

A day is resolved to `2026-11-20`, a week to `2026-W47`, a month to `2026-11`, a year to `2026`.
What may be either side of today (`Friday`, `on Friday`) stays unresolved.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

from ridealong.text.dates import MONTH
from ridealong.text.entities import EntityKind, FoundEntity
from ridealong.text.relative_words import RELATIVE_WORDS, Patterns

_COUNT = re.compile(r"P(?P<count>\d+)(?P<unit>[DWMY])")
_WORD_BEFORE = re.compile(r"(?<!\w)(\w+) \Z")
_UNITS = "WMY"
_LONGEST_WORDS = 24
# Names of groups hold no minus.
_OFFSET = 2
# `the last Friday of March` is told from March, `hace dos semanas que` until now.
_OF_ANOTHER = re.compile(
    rf" (?:of|in|im|des|del|di|de|du|van|do) (?:(?:the|each|every|el|la|le|il|het) )?(?:{MONTH}"
    r"|months?|monats|mois|mes|mese|maand|mês|years?|jahres|année|año|anno|jaar|ano)(?!\w)",
    re.IGNORECASE,
)
_UNTIL_NOW = re.compile(r" qu(?:e(?!\w)|['’])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Finders:
    """The patterns of one language; the groups of `phrase` are named `kind_place`."""

    phrase: re.Pattern[str]
    count_before: re.Pattern[str]
    count_after: re.Pattern[str]
    vague: re.Pattern[str]


def day_of(moment: datetime) -> date | None:
    """The day in UTC; None at the very ends of the calendar."""
    try:
        return moment.astimezone(UTC).date()
    except OverflowError:
        return None


def find_relative_dates(
    text: str, language: str, *, today: date, durations: Iterable[FoundEntity]
) -> Iterator[FoundEntity]:
    """Those that have one meaning, what is counted first. An unknown language is English."""
    finders = _finders("en" if language == "unknown" else language)
    if finders is None:
        return
    for duration in durations:
        yield from _counted(text, duration, finders, today)
    for match in finders.phrase.finditer(text):
        value = _value(match, today)
        if value is not None and not _OF_ANOTHER.match(text, match.end()):
            yield FoundEntity(EntityKind.DATE, match.start(), match.end(), value)


@cache
def _finders(language: str) -> _Finders | None:
    words = RELATIVE_WORDS.get(language)
    if words is None:
        return None
    weekdays = _named("weekday", dict(enumerate(words.weekdays.split())))
    units = _named("unit", dict(enumerate(words.units.split())))
    before, after = _named("before", words.before), _named("after", words.after)
    phrase = (
        rf"(?<!\w)(?:{_named('day', words.days)}"
        rf"|(?:(?:{before})[ '’])?(?:{weekdays}|{units})(?: (?:{after}))?)(?!\w)"
    )
    return _Finders(
        re.compile(phrase, re.IGNORECASE),
        re.compile(rf"(?<!\w)(?:{_named('count', words.count_before)}) \Z", re.IGNORECASE),
        re.compile(rf" (?:{_named('count', words.count_after)})(?!\w)", re.IGNORECASE),
        re.compile(words.vague, re.IGNORECASE),
    )


def _named(kind: str, patterns: Patterns) -> str:
    groups = (f"(?P<{kind}_{key + _OFFSET}>{pattern})" for key, pattern in patterns.items())
    return "|".join(groups) or "(?!)"


def _places(match: re.Match[str]) -> dict[str, int]:
    """The keys of what was found, by kind."""
    found = (name.partition("_") for name, hit in match.groupdict().items() if hit)
    return {kind: int(place) - _OFFSET for kind, _, place in found}


def _value(match: re.Match[str], today: date) -> str | None:
    found = _places(match)
    if "day" in found:
        return _shifted(today, "D", found["day"])
    by = found.get("after", found.get("before"))
    if by is None or {found.get("after"), found.get("before")} == {-1, 1}:
        return None
    if "unit" in found:
        return _shifted(today, _UNITS[found["unit"]], by)
    return _shifted(today, "D", _days_to(found["weekday"], today, by)) if by else None


def _days_to(weekday: int, today: date, by: int) -> int:
    """To the nearest one that is not today."""
    days = by * (weekday - today.weekday()) % 7 or 7
    return by * days


def _counted(
    text: str, duration: FoundEntity, finders: _Finders, today: date
) -> Iterator[FoundEntity]:
    """`two weeks ago` out of `two weeks`."""
    count = _COUNT.fullmatch(duration.value)
    earlier = text[max(0, duration.start - _LONGEST_WORDS) : duration.start]
    before = finders.count_before.search(earlier)
    after = finders.count_after.match(text, duration.end)
    beside = before or after
    if count is None or beside is None or (before is not None and after is not None):
        return
    by = _places(beside)["count"]
    word = _WORD_BEFORE.search(earlier)
    is_vague = after and word and finders.vague.fullmatch(word[1])
    if is_vague or (before and by < 0 and _UNTIL_NOW.match(text, duration.end)):
        return
    start = duration.start - len(earlier) + before.start() if before else duration.start
    end = after.end() if after else duration.end
    value = _shifted(today, count["unit"], by * int(count["count"]))
    if value is not None:
        yield FoundEntity(EntityKind.DATE, start, end, value)


def _shifted(today: date, unit: str, by: int) -> str | None:
    """As precise as the unit; None beyond the calendar."""
    try:
        if unit == "D":
            return (today + timedelta(days=by)).isoformat()
        if unit == "W":
            year, week, _ = (today + timedelta(weeks=by)).isocalendar()
            return f"{year:04}-W{week:02}"
        months = today.year * 12 + today.month - 1 + by * (12 if unit == "Y" else 1)
        first = date(months // 12, months % 12 + 1, 1)
    except (OverflowError, ValueError):
        return None
    return f"{first.year:04}" if unit == "Y" else f"{first.year:04}-{first.month:02}"
