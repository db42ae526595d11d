"""How eight languages say yesterday, last Friday, next month and two weeks ago."""

from dataclasses import dataclass

Patterns = dict[int, str]


@dataclass(frozen=True, slots=True)
class RelativeWords:
    """Patterns of one language. A key says how far from today: -1 back, 0 here, 1 ahead.

    `before` and `after` stand beside a weekday, a week, a month or a year (`last`, `dernier`),
    `count_before` and `count_after` beside a count (`in`, `ago`). `vague` words make a count
    inexact: `more than two weeks ago`.
    """

    days: Patterns
    weekdays: str
    units: str
    before: Patterns
    after: Patterns
    count_before: Patterns
    count_after: Patterns
    vague: str = "(?!)"


def _unless_after(words: str, pattern: str) -> str:
    """`la mañana` is a morning, and `the last week` is no week of the calendar."""
    return "".join(rf"(?<!\b{word} )" for word in words.split()) + f"(?:{pattern})"


_NOTHING: Patterns = {}
_OWNERS = "the every each very my your our his her their"
RELATIVE_WORDS = {
    "en": RelativeWords(
        days={
            -2: "(?:the )?day before yesterday",
            -1: "yesterday",
            0: _unless_after("usa", "today"),
            1: "tomorrow|tmrw",
            2: "(?:the )?day after tomorrow",
        },
        weekdays="monday|mon tuesday|tues? wednesday|wed thursday|thurs?|thu friday|fri saturday "
        "sunday",
        units="week month year",
        before={
            -1: _unless_after(_OWNERS, "last"),
            0: "this",
            1: _unless_after(_OWNERS, "next") + "|coming",
        },
        after=_NOTHING,
        count_before={1: "in"},
        count_after={-1: "ago", 1: "from now|from today"},
        vague="than|over|least|under",
    ),
    "de": RelativeWords(
        days={
            -2: "vorgestern",
            -1: "gestern",
            0: "heute",
            # With a capital in the midst of a sentence it is the morning, or a name.
            1: _unless_after(
                "guten schönen heute gestern vorgestern übermorgen am jeden diesen der den dem "
                "ganzen montag dienstag mittwoch donnerstag freitag samstag sonntag",
                r"(?-i:morgen|MORGEN)|(?:\A|(?<=[.!?] )|(?<=\n))(?-i:Morgen)"
                "(?! ?[,!.]| zusammen| herr| frau)",
            ),
            2: "übermorgen|uebermorgen",
        },
        weekdays="montag dienstag mittwoch donnerstag freitag samstag|sonnabend sonntag",
        units="woche monat jahr",
        before={
            -1: "letzte[nrsm]?|vorige[nrsm]?|vergangene[nrsm]?",
            0: "diese[nrsm]?",
            1: "nächste[nrsm]?|naechste[nrsm]?|kommende[nrsm]?",
        },
        after=_NOTHING,
        count_before={-1: "vor", 1: "in"},
        count_after=_NOTHING,
    ),
    "fr": RelativeWords(
        days={
            -2: "avant[- ]hier",
            -1: "hier",
            0: "aujourd['’]hui",
            1: "demain",
            2: "après[- ]demain",
        },
        weekdays="lundi mardi mercredi jeudi vendredi samedi dimanche",
        units="semaine mois année|annee|an",
        before={0: "cette|ce"},
        after={-1: "derni[eè]re?|passée?", 1: "prochaine?"},
        count_before={-1: "il y a|y a", 1: "dans"},
        count_after=_NOTHING,
    ),
    "es": RelativeWords(
        days={
            -2: "anteayer|antier|antes de ayer",
            -1: "ayer",
            0: "hoy(?! en d[ií]a| por hoy)",
            1: _unless_after("la esta una cada buena toda misma media", "mañana"),
            2: "pasado mañana",
        },
        weekdays="lunes martes mi[ée]rcoles jueves viernes s[áa]bado domingo",
        units="semana mes año",
        before={-1: "pasad[oa]", 0: "est[ea]", 1: "pr[óo]xim[oa]"},
        after={-1: "pasad[oa]", 1: "pr[óo]xim[oa]|que viene"},
        count_before={-1: _unless_after("desde", "hace"), 1: "dentro de|en"},
        count_after={-1: "atrás"},
    ),
    "it": RelativeWords(
        days={
            -2: "l['’]altro ieri|altro ieri|ieri l['’]altro|avantieri",
            -1: "ieri",
            0: "(?<!d['’])oggi",
            1: "domani",
            2: "dopodomani",
        },
        weekdays="luned[ìi] marted[ìi] mercoled[ìi] gioved[ìi] venerd[ìi] sabato domenica",
        units="settimana mese anno",
        before={-1: "scors[oa]", 0: "quest[oa]|quest", 1: "prossim[oa]"},
        after={-1: "scors[oa]|passat[oa]", 1: "prossim[oa]"},
        count_before={1: "tra|fra"},
        count_after={-1: "fa"},
        vague="di|oltre",
    ),
    "nl": RelativeWords(
        days={
            -2: "eergisteren",
            -1: "gisteren",
            0: "vandaag",
            1: _unless_after(
                "goede goeie de elke iedere deze gisteren vandaag", r"(?!\Amorgen ?[,!.])morgen"
            ),
            2: "overmorgen",
        },
        weekdays="maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
        units="week maand jaar",
        before={
            -1: "vorige?|afgelopen(?! (?:week|maand|jaar))",
            0: "deze|dit",
            1: "volgende?|komende?|aanstaande",
        },
        after=_NOTHING,
        count_before={1: "over"},
        count_after={-1: "geleden"},
        vague="dan|ruim",
    ),
    "pt": RelativeWords(
        days={
            -2: "anteontem|antes de ontem",
            -1: "ontem",
            0: "hoje(?! em dia)",
            1: "amanhã|amanha",
            2: "depois de amanhã",
        },
        weekdays="segunda(?:-feira)? ter[çc]a(?:-feira)? quarta(?:-feira)? quinta(?:-feira)? "
        "sexta(?:-feira)? s[áa]bado domingo",
        units="semana m[êe]s ano",
        before={-1: "passad[oa]", 0: "n?est[ea]", 1: "pr[óo]xim[oa]"},
        after={-1: "passad[oa]", 1: "pr[óo]xim[oa]|que vem"},
        # `há duas semanas` is both "two weeks ago" and "for two weeks".
        count_before={1: "daqui a|em"},
        count_after={-1: "atrás"},
        vague="de",
    ),
    "tr": RelativeWords(
        days={
            -2: "evvelsi gün",
            -1: "d[üu]n",
            0: "bug[üu]n",
            1: "yar[ıi]n",
            2: "öbür gün",
        },
        weekdays="pazartesi sal[ıi] [çc]ar[şs]amba per[şs]embe cuma cumartesi pazar",
        units="hafta ay y[ıi]l|sene",
        before={-1: "ge[çc]en|geçtiğimiz", 0: "bu", 1: "gelecek|önümüzdeki"},
        after=_NOTHING,
        count_before=_NOTHING,
        count_after={-1: "önce", 1: "sonra"},
        # After an ablative the count does not begin today: `teslimattan 3 gün sonra`.
        vague=r"\w+[dt][ae]n",
    ),
}
