"""How urgent a message is: a small rule over mood and words, for whoever doubts its score."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ridealong.contracts.nlp import Urgency
from ridealong.contracts.preprocessing import TextFeatures

# A word list reads the start of a text; what is urgent is not first said on page three.
READ_CHARACTERS: Final = 4_000
CALM_SHARE: Final = 0.5
REPEATS_COUNT_FROM: Final = 2
REPEAT_WEIGHT: Final = 0.08
MOST_REPEAT_WEIGHT: Final = 0.4


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


@dataclass(frozen=True)
class Feeling:
    """What an emotion says about urgency. `heard_from`: the probability from which it is there.

    Emotions are rare, so a probability of 0.2 may say much of one and little of another: each
    stands where F1 was highest on the dev rows of GoEmotions.
    """

    reason: str
    weight: float
    heard_from: float

    def strength(self, probability: float) -> float:
        """Half where it is only just heard, whole from twice as much on."""
        if probability < self.heard_from:
            return 0.0
        return min(1.0, probability / (2 * self.heard_from))


FEELINGS: Final = {
    "anger": Feeling("anger", 0.7, 0.21),
    "annoyance": Feeling("anger", 0.4, 0.15),
    "disgust": Feeling("anger", 0.3, 0.28),
    "fear": Feeling("fear", 0.6, 0.29),
    "nervousness": Feeling("fear", 0.4, 0.15),
    "grief": Feeling("distress", 0.5, 0.20),
    "sadness": Feeling("distress", 0.3, 0.19),
    "disappointment": Feeling("distress", 0.2, 0.11),
}


@dataclass(frozen=True)
class Mood:
    """What the models read between the lines: emotions by name, and how negative the whole is."""

    emotions: Mapping[str, float]
    negative: float

    @property
    def seriousness(self) -> float:
        """What a word of time or money counts in this mood, from `CALM_SHARE` to 1."""
        return CALM_SHARE + (1 - CALM_SHARE) * self.negative


def rate_urgency(text: str, features: TextFeatures, mood: Mood, *, repeats: int = 0) -> Urgency:
    """Each sign lets a part of the remaining calm through: signs add up and never pass 1.

    `repeats`: how often this conversation wrote before.
    """
    calm, reasons = 1.0, []
    signs = [*find_signs(text, features, mood), *find_repeats(repeats, mood)]
    for reason, weight in sorted(signs, key=lambda found: -found[1]):
        if reason not in reasons:
            reasons.append(reason)
            calm *= 1 - weight
    return Urgency(score=round(1 - calm, 4), reasons=tuple(reasons))


def find_signs(text: str, features: TextFeatures, mood: Mood) -> Iterator[tuple[str, float]]:
    """Every sign with its weight. Words count less where the mood is good: "thanks for today"."""
    for emotion, feeling in FEELINGS.items():
        if strength := feeling.strength(mood.emotions.get(emotion, 0.0)):
            yield feeling.reason, feeling.weight * strength
    words = text[:READ_CHARACTERS].lower()
    seriousness = mood.seriousness
    for known in SIGNS:
        if known.pattern.search(words):
            yield known.reason, known.weight * seriousness
    if features.exclamation_marks > 1:
        yield "exclamation", min(0.05 * features.exclamation_marks, 0.2) * seriousness
    if features.words > 3 and features.upper_case_share > 0.5:
        yield "shouting", 0.25 * seriousness


def find_repeats(earlier_messages: int, mood: Mood) -> Iterator[tuple[str, float]]:
    """Who writes again and again is not served yet; a calm talk of many turns counts half."""
    if earlier_messages >= REPEATS_COUNT_FROM:
        weight = min(REPEAT_WEIGHT * earlier_messages, MOST_REPEAT_WEIGHT)
        yield "repeat", weight * mood.seriousness
