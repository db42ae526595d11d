"""How urgent a message is: a small rule over mood and words, for whoever doubts its score."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ridealong.contracts.nlp import Urgency
from ridealong.contracts.preprocessing import TextFeatures

# A word list reads the start of a text; what is urgent is not first said on page three.
READ_CHARACTERS: Final = 4_000
MOOD_COUNTS_FROM: Final = 0.15
CALM_SHARE: Final = 0.5


@dataclass(frozen=True)
class Sign:
    """Words of one kind in the supported languages, and how much they say about urgency."""

    reason: str
    weight: float
    pattern: re.Pattern[str]


def sign(reason: str, weight: float, *languages: str) -> Sign:
    """Whole words, or word starts (`*`), parted by commas; one string per language."""
    words = [word.strip() for language in languages for word in language.split(",")]
    bodies = (re.escape(word.removesuffix("*")) + r"\w*" * word.endswith("*") for word in words)
    return Sign(reason, weight, re.compile(rf"\b(?:{'|'.join(bodies)})\b"))


SIGNS: Final = (
    sign(
        "deadline",
        0.4,
        "urgent*, asap, immediately, right now, right away, today, tonight, tomorrow, deadline",
        "as soon as possible, within the hour, emergency",
        "sofort, dringend*, heute, morgen, umgehend, schnellstmöglich",
        "urgente*, ahora mismo, hoy, mañana, cuanto antes",
        "immédiatement, aujourd'hui, demain, au plus vite",
        "subito, oggi, domani, immediatamente",
        "vandaag, meteen, onmiddellijk",
        "acil*, bugün, hemen, yarın",
    ),
    sign(
        "waiting",
        0.3,
        "still waiting, been waiting, for days, for weeks, two weeks, three weeks, overdue",
        "no answer, no reply, never arrived, nobody answers",
        "seit wochen, seit tagen, warte, keine antwort",
        "esperando, semanas, sin respuesta",
        "j'attends, depuis des semaines, sans réponse",
        "sto aspettando, settimane, nessuna risposta",
        "wacht al, geen antwoord",
        "bekliyorum, haftadır, cevap yok",
    ),
    sign(
        "money",
        0.35,
        "charged twice, double charge*, fraud*, stolen, unauthori*, overdraft, bailiff, scam*",
        "money is gone, lost my money",
        "doppelt abgebucht, betrug*, gestohlen, geld ist weg, mahnung*",
        "cobrado dos veces, fraude*, robad*, estafa*",
        "débité deux fois, volé*, arnaque*",
        "addebitat*, rubat*, truffa*",
        "dubbel afgeschreven, gestolen, oplichting",
        "dolandır*, çalındı, iki kez çekildi",
    ),
    sign(
        "consequence",
        0.35,
        "lawyer*, legal action, sue, court, police, complaint*, ombudsman, cancel my account",
        "anwalt*, gericht, polizei, beschwerde*",
        "abogad*, denuncia*, reclamación",
        "avocat*, tribunal, plainte*",
        "avvocat*, reclamo, causa legale",
        "advocaat, klacht*, politie",
        "avukat*, şikayet*, polis",
    ),
    sign(
        "repeat",
        0.25,
        "again, third time, second time, already asked, already wrote, already told, once more",
        "schon wieder, zum dritten mal, bereits geschrieben",
        "otra vez, de nuevo, tercera vez",
        "encore une fois, à nouveau, troisième fois",
        "di nuovo, ancora una volta, terza volta",
        "opnieuw, alweer, derde keer",
        "tekrar, yine, üçüncü kez",
    ),
)

MOODS: Final = {
    "anger": ("anger", 0.7),
    "annoyance": ("anger", 0.4),
    "disgust": ("anger", 0.3),
    "fear": ("fear", 0.6),
    "nervousness": ("fear", 0.4),
    "grief": ("distress", 0.5),
    "sadness": ("distress", 0.3),
    "disappointment": ("distress", 0.2),
}


@dataclass(frozen=True)
class Mood:
    """What the models read between the lines: emotions by name, and how negative the whole is."""

    emotions: Mapping[str, float]
    negative: float


def rate_urgency(text: str, features: TextFeatures, mood: Mood) -> Urgency:
    """Each sign lets a part of the remaining calm through: signs add up and never pass 1."""
    calm, reasons = 1.0, []
    for reason, weight in sorted(find_signs(text, features, mood), key=lambda found: -found[1]):
        if reason not in reasons:
            reasons.append(reason)
            calm *= 1 - weight
    return Urgency(score=round(1 - calm, 4), reasons=tuple(reasons))


def find_signs(text: str, features: TextFeatures, mood: Mood) -> Iterator[tuple[str, float]]:
    """Every sign with its weight. Words count less where the mood is good: "thanks for today"."""
    for emotion, (reason, weight) in MOODS.items():
        strength = mood.emotions.get(emotion, 0.0)
        if strength >= MOOD_COUNTS_FROM:
            yield reason, weight * strength
    words = text[:READ_CHARACTERS].lower()
    seriousness = CALM_SHARE + (1 - CALM_SHARE) * mood.negative
    for known in SIGNS:
        if known.pattern.search(words):
            yield known.reason, known.weight * seriousness
    if features.exclamation_marks > 1:
        yield "exclamation", min(0.05 * features.exclamation_marks, 0.2) * seriousness
    if features.words > 3 and features.upper_case_share > 0.5:
        yield "shouting", 0.25 * seriousness
