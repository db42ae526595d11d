"""How urgent a message is: a small rule over mood and words, for whoever doubts its score."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ridealong.contracts.nlp import Urgency
from ridealong.contracts.preprocessing import TextFeatures
from ridealong.text.grave_words import BEREAVEMENT, CONSEQUENCE, DANGER, MONEY, UNDERWAY
from ridealong.text.haste_words import DEADLINE, NO_HASTE, REPEAT, WAITING

# A word list reads the start of a text; what is urgent is not first said on page three.
READ_CHARACTERS: Final = 4_000
CALM_SHARE: Final = 0.5
REPEATS_COUNT_FROM: Final = 2
REPEAT_WEIGHT: Final = 0.08
MOST_REPEAT_WEIGHT: Final = 0.4


SIGNS: Final = (DANGER, UNDERWAY, DEADLINE, WAITING, MONEY, CONSEQUENCE, REPEAT, BEREAVEMENT)
# Arabic may be written with its vowels, and apostrophes of two kinds.
_SPELT_ALIKE: Final = str.maketrans("’", "'", "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652")


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
        return self.fullness(probability)

    def fullness(self, probability: float) -> float:
        """1 from twice the probability on from which it is there."""
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
            yield feeling.reason, feeling.weight * strength * _earnest(emotion, mood)
    words = NO_HASTE.sub(" ", text[:READ_CHARACTERS].lower().translate(_SPELT_ALIKE))
    seriousness = mood.seriousness
    for known in SIGNS:
        if known.pattern.search(words):
            yield known.reason, known.weight * seriousness
    if features.exclamation_marks > 1:
        yield "exclamation", min(0.05 * features.exclamation_marks, 0.2) * seriousness
    if features.words > 3 and features.upper_case_share > 0.5:
        yield "shouting", 0.25 * seriousness


def _earnest(emotion: str, mood: Mood) -> float:
    """How far to believe a feeling: as far as the whole is negative; anger, as far as annoyed.

    In some languages the model hears anger in whoever cancels an order, but no annoyance.
    """
    if emotion != "anger":
        return mood.negative
    return mood.negative * FEELINGS["annoyance"].fullness(mood.emotions.get("annoyance", 0.0))


def find_repeats(earlier_messages: int, mood: Mood) -> Iterator[tuple[str, float]]:
    """Who writes again and again is not served yet; a calm talk of many turns counts half."""
    if earlier_messages >= REPEATS_COUNT_FROM:
        weight = min(REPEAT_WEIGHT * earlier_messages, MOST_REPEAT_WEIGHT)
        yield "repeat", weight * mood.seriousness
