"""Dates told from the day on which a message came, in eight languages."""

import time
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from ridealong.text.dates import find_durations
from ridealong.text.masking import all_personal, mask, read_by_rules
from ridealong.text.relative_dates import day_of, find_relative_dates
from ridealong.text.relative_words import RELATIVE_WORDS
from tests.text.masks import table, tag

WEDNESDAY = date(2026, 11, 25)
DAYS = (
    ("en", "yesterday", "2026-11-24"),
    ("en", "Today", "2026-11-25"),
    ("en", "tomorrow", "2026-11-26"),
    ("en", "the day before yesterday", "2026-11-23"),
    ("en", "last Friday", "2026-11-20"),
    ("en", "LAST WEDNESDAY", "2026-11-18"),
    ("en", "next Wednesday", "2026-12-02"),
    ("en", "next Monday", "2026-11-30"),
    ("en", "in 3 days", "2026-11-28"),
    ("en", "14 days ago", "2026-11-11"),
    ("unknown", "tomorrow", "2026-11-26"),
    ("de", "gestern", "2026-11-24"),
    ("de", "morgen", "2026-11-26"),
    ("de", "übermorgen", "2026-11-27"),
    ("de", "letzten Freitag", "2026-11-20"),
    ("de", "nächsten Montag", "2026-11-30"),
    ("de", "vor 3 Tagen", "2026-11-22"),
    ("es", "ayer", "2026-11-24"),
    ("es", "hoy", "2026-11-25"),
    ("es", "mañana", "2026-11-26"),
    ("es", "pasado mañana", "2026-11-27"),
    ("es", "viernes pasado", "2026-11-20"),
    ("es", "próximo lunes", "2026-11-30"),
    ("es", "lunes que viene", "2026-11-30"),
    ("es", "dentro de 3 días", "2026-11-28"),
    ("fr", "hier", "2026-11-24"),
    ("fr", "aujourd'hui", "2026-11-25"),
    ("fr", "après-demain", "2026-11-27"),
    ("fr", "vendredi dernier", "2026-11-20"),
    ("fr", "lundi prochain", "2026-11-30"),
    ("fr", "dans 3 jours", "2026-11-28"),
    ("it", "ieri", "2026-11-24"),
    ("it", "domani", "2026-11-26"),
    ("it", "venerdì scorso", "2026-11-20"),
    ("it", "prossimo lunedì", "2026-11-30"),
    ("it", "tra 3 giorni", "2026-11-28"),
    ("nl", "gisteren", "2026-11-24"),
    ("nl", "morgen", "2026-11-26"),
    ("nl", "afgelopen vrijdag", "2026-11-20"),
    ("nl", "volgende maandag", "2026-11-30"),
    ("nl", "over 3 dagen", "2026-11-28"),
    ("pt", "ontem", "2026-11-24"),
    ("pt", "amanhã", "2026-11-26"),
    ("pt", "sexta-feira passada", "2026-11-20"),
    ("pt", "próxima segunda", "2026-11-30"),
    ("pt", "daqui a 3 dias", "2026-11-28"),
    ("tr", "dün", "2026-11-24"),
    ("tr", "yarın", "2026-11-26"),
    ("tr", "geçen cuma", "2026-11-20"),
    ("tr", "gelecek pazartesi", "2026-11-30"),
    ("tr", "3 gün sonra", "2026-11-28"),
)
LONGER = (
    ("en", "last month", "2026-10"),
    ("en", "next week", "2026-W49"),
    ("en", "this year", "2026"),
    ("en", "two weeks ago", "2026-W46"),
    ("en", "in 2 months", "2027-01"),
    ("de", "letzten Monat", "2026-10"),
    ("de", "vor zwei Wochen", "2026-W46"),
    ("de", "vor einem Jahr", "2025"),
    ("es", "mes pasado", "2026-10"),
    ("es", "semana que viene", "2026-W49"),
    ("es", "hace dos semanas", "2026-W46"),
    ("fr", "mois dernier", "2026-10"),
    ("fr", "cette semaine", "2026-W48"),
    ("fr", "il y a deux semaines", "2026-W46"),
    ("it", "mese scorso", "2026-10"),
    ("it", "quest'anno", "2026"),
    ("it", "due settimane fa", "2026-W46"),
    ("nl", "vorige maand", "2026-10"),
    ("nl", "twee weken geleden", "2026-W46"),
    ("pt", "mês passado", "2026-10"),
    ("pt", "duas semanas atrás", "2026-W46"),
    ("tr", "geçen ay", "2026-10"),
    ("tr", "iki hafta önce", "2026-W46"),
)
NO_DATES = (
    ("en", "Friday, on Friday, this Friday, every next day"),
    ("en", "the last week of May, last Friday of the month, in the last month"),
    ("en", "in 99999999999 days, 99999999999 weeks ago, in 1000000 months, in -3 days"),
    ("en", "hier, morgen, mañana"),
    ("de", "Guten Morgen, am Morgen, heißt Morgen, Freitag, am Freitag"),
    ("es", "por la mañana, el viernes, desde hace tres días, hace dos semanas que espero"),
    ("fr", "vendredi, ce vendredi, il y a deux semaines que j'attends"),
    ("it", "al giorno d'oggi, più di due settimane fa"),
    ("nl", "goede morgen, meer dan twee weken geleden"),
    ("pt", "hoje em dia, há duas semanas"),
    ("tr", "cuma, teslimattan 3 gün sonra"),
    ("pl", "wczoraj"),
)


def dates(text: str, language: str, today: date = WEDNESDAY) -> list[tuple[str, str]]:
    entities = read_by_rules(text, language, today).entities
    return [(text[one.start : one.end], one.value) for one in entities if one.kind == "date"]


@pytest.mark.parametrize(("language", "text", "value"), [*DAYS, *LONGER])
def test_a_date_is_told_from_the_day_of_receipt(language: str, text: str, value: str) -> None:
    assert dates(f"({text}).", language) == [(text, value)]


@pytest.mark.parametrize(("language", "text"), NO_DATES)
def test_what_has_more_than_one_meaning_stays_unresolved(language: str, text: str) -> None:
    assert dates(text, language) == []


@pytest.mark.parametrize("language", RELATIVE_WORDS)
def test_without_a_day_of_receipt_nothing_is_resolved(language: str) -> None:
    said = ", ".join(text for code, text, _ in (*DAYS, *LONGER) if code == language)

    found = read_by_rules(said, language).entities

    assert {entity.kind.value for entity in found} == {"duration"}


def test_today_is_no_duration_of_two_days() -> None:
    assert read_by_rules("I need it today", "en").entities == ()


@pytest.mark.parametrize(
    ("today", "text", "value"),
    [
        (date(2027, 1, 1), "last month", "2026-12"),
        (date(2027, 1, 1), "this week", "2026-W53"),
        (date(2026, 3, 31), "a month ago", "2026-02"),
        (date(2028, 2, 28), "tomorrow", "2028-02-29"),
        (date(2026, 11, 30), "last Monday", "2026-11-23"),
        (date(1030, 1, 1), "999 years ago", "0031"),
    ],
)
def test_the_calendar_turns(today: date, text: str, value: str) -> None:
    assert dates(text, "en", today) == [(text, value)]


@pytest.mark.parametrize("today", [date.min, date.max])
@pytest.mark.parametrize("unit", ["days", "weeks", "months", "years"])
def test_beyond_the_calendar_nothing_is_resolved(today: date, unit: str) -> None:
    beyond = f"in 999 {unit}" if today == date.max else f"999 {unit} ago"

    assert dates(beyond, "en", today) == []
    assert len(dates("last week, tomorrow, yesterday, next year", "en", today)) >= 2


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 25, 23, 30, tzinfo=timezone(timedelta(hours=-2))), "2026-11-26"),
        (datetime(2026, 11, 25, 0, 30, tzinfo=timezone(timedelta(hours=2))), "2026-11-24"),
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))), "None"),
        (datetime.min.replace(tzinfo=UTC), "0001-01-01"),
    ],
)
def test_the_day_is_that_of_utc(moment: datetime, day: str) -> None:
    assert str(day_of(moment)) == day


@pytest.mark.parametrize(
    ("text", "masked_text"),
    [
        ("Mein Name ist Heute.", "Mein Name ist [PERSON_1]."),
        ("Ich bin Paul Gestern", "Ich bin [PERSON_1]"),
    ],
)
def test_a_name_that_is_a_day_is_masked(text: str, masked_text: str) -> None:
    reading = read_by_rules(text, "de", WEDNESDAY)
    tags = [tag(text, "Paul Gestern", "SURNAME")] if "Paul" in text else []

    masked = mask(reading, all_personal(reading, tags), table().name)

    assert (masked.text, masked.entities) == (masked_text, ())


@pytest.mark.parametrize("language", RELATIVE_WORDS)
@pytest.mark.parametrize(
    "piece", ["a", "1 ", "last ", "in 3 ", "next week ", "il y a un mois ", "mañana ", "3 gün "]
)
def test_a_long_text_takes_less_than_a_second(language: str, piece: str) -> None:
    text = piece * (50_000 // len(piece))

    started = time.process_time()
    durations = list(find_durations(text))
    list(find_relative_dates(text, language, today=WEDNESDAY, durations=durations))

    assert time.process_time() - started < 1
