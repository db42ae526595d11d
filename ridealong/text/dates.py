"""Dates and durations. A date is normalised only where it has one meaning.

`03/04/2025` in English keeps its own form.
"""

import re
from collections.abc import Iterator
from datetime import date

from ridealong.text.entities import EntityKind, FoundEntity

_MONTHS = (
    "jan(?:uary|uar|uari|eiro)?|jän(?:ner)?|janvier|enero|gennaio|styczni\\w|ocak|январ\\w|januar[ai]?",
    "feb(?:ruary|ruar|ruari)?|février|févr|febrero|febbraio|fevereiro|lut\\w{1,4}|şubat|феврал\\w|februari",
    "mar(?:ch|zo|ço|ca|zec|et)?|märz|mars|maart|marts|mart|март\\w?",
    "apr(?:il|ile)?|avril|abril|kwie\\w{1,6}|nisan|апрел\\w",
    "may|mai|mayo|maggio|maio|mei|maj\\w?|mayıs|ма[йя]",
    "june?|juni|juin|junio|giugno|junho|czerw\\w{1,4}|haziran|июн\\w|jun[ia]?",
    "july?|juli|juillet|julio|luglio|julho|lip\\w{1,4}|temmuz|июл\\w|jul[ia]?",
    "aug(?:ust\\w?|ustus)?|août|agosto|sierp\\w{1,4}|ağustos|август\\w?|avgust\\w?",
    "sept?(?:ember|embre|tembre|iembre|embar)?|septiembre|settembre|setembro|wrze\\w{1,5}|eylül|сентябр\\w",
    "o[ck]t(?:ober|obre|tobre|obar|ubre|ubro)?|octubre|ottobre|outubro|październik\\w?|ekim|октябр\\w",
    "nov(?:ember|embre|iembre|embro|embar)?|noviembre|listopad\\w?|kasım|ноябр\\w",
    "de[czs](?:ember|embre|iembre|embro|embar)?|décembre|diciembre|dicembre|dezembro|grud\\w{1,4}|aralık|декабр\\w",
)
_MONTH_PATTERNS = [re.compile(pattern, re.IGNORECASE) for pattern in _MONTHS]
MONTH = "(?:" + "|".join(_MONTHS) + r")(?![^\W\d_])\.?"
# Written small these are months only where a year, an ending or a word before says so.
_WORDS_TOO = {
    "en": frozenset({"may", "mar", "dec"}),
    "unknown": frozenset({"may", "mar", "dec", "des"}),
    "it": frozenset({"mai"}),
} | dict.fromkeys(("fr", "de", "nl"), frozenset({"des"}))
_LEADS_TO_DATE = re.compile(r"\b(?:on|since|until|till|by|from|before|after|of|dated)(?: the)? \Z")
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th)\b")
_LOOKS_BACK = 12
_ISO = re.compile(r"(?<![\w.-])(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?![\w-]|\.\d)")
_NUMERIC = re.compile(
    r"(?<![\w./-])(?P<a>\d{1,2})(?P<mark>[./-])(?P<b>\d{1,2})(?P=mark)(?P<y>\d{4}|\d{2})(?![\w/-]"
    r"|\.\d)"
)
_DAY_MONTH = re.compile(
    rf"(?<![\w.])(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|º|°|\.)?(?: (?:of|de|di"
    rf"|d[’']))?[ -]?(?P<m>{MONTH})(?:,? (?:de |del )?|-)?(?P<y>(?<=[ -])\d{{4}}(?!\d))?",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"(?<![^\W_])(?P<m>{MONTH}) (?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\w.,]\d"
    rf"|\d)(?:,? (?P<y>\d{{4}})(?!\d))?",
    re.IGNORECASE,
)
_CJK = re.compile(r"(?:(?P<y>\d{4}) ?[年년] ?)?(?P<m>\d{1,2}) ?[月월] ?(?P<d>\d{1,2}) ?[日号號일]")
_UNITS = {
    "D": r"days?|tag(?:en?)?|jours?|d[ií]as?|giorn[oi]|dag(?:en|e)?|dni|dzień|gün|дн(?:я|ей)|день"
    r"|hari|dana?|日間?|天|일|วัน|يوم|أيام",
    "W": r"weeks?|wochen?|semaines?|semanas?|settiman[ae]|we[ek]k?en|tygodni\w{0,2}|hafta"
    r"|недел[июь]|minggu|nedelj[ae]|uger?|週間|周|个星期|주|สัปดาห์|أسابيع",
    "M": r"months?|monat(?:en?)?|mois|m[eê]s|meses|mes[ei]|maand(?:en)?|miesi\w{2,4}|ay"
    r"|месяц\w{0,2}|bulan|mesec[ai]?|måned(?:er)?|か月|ヶ月|个月|개월|เดือน|أشهر",
    "Y": r"years?|jahr(?:en?)?|ans?|années?|años?|ann[io]|jaar|jaren|anos?|lata?|yıl|лет|год\w?"
    r"|tahun|godin[ae]|år|年間|년",
    "TH": r"hours?|stunden?|heures?|horas?|or[ae]|uur|uren|godzin\w?|saat|час\w{0,2}|jam|timer?"
    r"|時間|小时|시간|ชั่วโมง|ساعات",
}
_WORD_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "one a an ein eine einem einer eines un une uno una um uma een bir один en jedan",
            "two zwei deux dos due dois duas twee dwa dwie iki два две dua to dva 2 couple",
            "three drei trois tres tre três drie trzy üç три tiga tri",
            "four vier quatre cuatro quattro quatro cztery dört четыре empat fire četiri",
            "five fünf cinq cinco cinque vijf pięć beş пять lima fem pet",
            "six sechs seis sei zes sześć altı шесть enam seks šest",
            "seven sieben sept siete sette sete zeven siedem yedi семь tujuh syv sedam",
            "eight acht huit ocho otto oito osiem sekiz восемь delapan otte osam",
            "nine neun neuf nueve nove negen dziewięć dokuz девять sembilan ni devet",
            "ten zehn dix diez dieci dez tien dziesięć on десять sepuluh ti deset",
        ),
        start=1,
    )
    for word in words.split()
}
_DURATION = re.compile(
    rf"(?<![\w.,/-])(?<!half )(?P<n>\d{{1,3}}"
    rf"|(?:{'|'.join(word for word in _WORD_NUMBERS if word.isalpha())})(?= )) ?(?:"
    + "|".join(f"(?P<{unit}>{words})" for unit, words in _UNITS.items())
    + r")(?![^\W\d_])",
    re.IGNORECASE,
)


def find_dates(text: str, language: str) -> Iterator[FoundEntity]:
    """Every date holds a digit; a text without one is not searched."""
    if not any(character.isdigit() for character in text):
        return
    for match in _ISO.finditer(text):
        yield from _dated(match, match["y"], match["m"], match["d"])
    for match in _NUMERIC.finditer(text):
        yield from _numeric(match, language)
    for pattern in (_CJK, _DAY_MONTH, _MONTH_DAY):
        for match in pattern.finditer(text):
            if _names_month(match, language):
                yield from _dated(match, match["y"], _month_number(match["m"]), match["d"])


def find_durations(text: str) -> Iterator[FoundEntity]:
    """How long something takes or took: `two weeks` is P2W."""
    for match in _DURATION.finditer(text):
        unit = str(match.lastgroup)
        # The small letter of a Turkish İ is two characters.
        number = match["n"].replace("İ", "i").lower()
        count = _WORD_NUMBERS.get(number) or int(number)
        value = f"PT{count}H" if unit == "TH" else f"P{count}{unit}"
        yield FoundEntity(EntityKind.DURATION, match.start(), match.end(), value)


def _names_month(match: re.Match[str], language: str) -> bool:
    """`May 2`, `since may 2`, `may 2nd`, `may 2, 2026`; but not "I may 2 times"."""
    if match["y"] or match["m"] not in _WORDS_TOO.get(language, ()):
        return True
    before = match.string[max(0, match.start() - _LOOKS_BACK) : match.start()]
    return bool(_ORDINAL.search(match[0]) or _LEADS_TO_DATE.search(before.lower()))


def _month_number(month: str) -> str:
    bare = month.rstrip(".")
    if bare.isdigit():
        return bare
    return str(
        next(
            (place for place, pattern in enumerate(_MONTH_PATTERNS, 1) if pattern.fullmatch(bare)),
            0,
        )
    )


def _numeric(match: re.Match[str], language: str) -> Iterator[FoundEntity]:
    first, second, year = int(match["a"]), int(match["b"]), match["y"]
    year = year if len(year) == 4 else f"20{year}"
    # Only English writes the month first, and only there is a slash ambiguous.
    is_ambiguous = match["mark"] != "." and language in ("en", "unknown") and first != second
    if is_ambiguous and first <= 12 and second <= 12:
        if first and second:
            yield FoundEntity(EntityKind.DATE, match.start(), match.end(), match[0])
        return
    day, month = (second, first) if second > 12 else (first, second)
    yield from _dated(match, year, str(month), str(day))


def _dated(match: re.Match[str], year: str | None, month: str, day: str) -> Iterator[FoundEntity]:
    try:
        # A leap year stands in where none was named.
        parsed = date(int(year or 2000), int(month), int(day))
    except ValueError:
        return
    value = parsed.isoformat() if year else f"--{parsed:%m-%d}"
    end = match.start() + len(match[0].rstrip(" ,"))
    yield FoundEntity(EntityKind.DATE, match.start(), end, value)
