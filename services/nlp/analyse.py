"""The verb: which model reads a text, and what of its reading leaves the system."""

import base64
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Final

from ridealong.contracts.nlp import (
    AnalyseText,
    Analysis,
    Embedding,
    Intent,
    Prediction,
    Sentiment,
    SentimentLabel,
)
from ridealong.contracts.preprocessing import UNKNOWN_LANGUAGE
from ridealong.own_intents.readings import SCOPE, Heads, Reader, Row, Scores
from ridealong.text.irony import is_doubtful
from ridealong.text.joining import Claim, choose_speakers, leaves_open
from ridealong.text.leveling import calm_down, is_shouted, level_numbers
from ridealong.text.segments import pick_segments
from ridealong.text.urgency import Mood, rate_urgency
from services.nlp.errors import ModelMisfit

ENGLISH: Final = "en"
LATIN_ENDS: Final = "\u0250"
LATIN_SAMPLE: Final = 400
EMBEDDING, SENTIMENT, EMOTION = "embedding", "sentiment", "emotion"
# Each costs a run of the encoders: three of a short message, eight of a long mail.
FEWEST_SEGMENTS, MOST_SEGMENTS, CHARACTERS_A_SEGMENT = 3, 8, 400


@dataclass(frozen=True)
class Rules:
    """What the rules need to know of a deployment."""

    packs: Sequence[str]
    english_model: str
    multilingual_model: str
    top_intents: int
    reject_above: float
    error_rate: float


@dataclass(frozen=True)
class Heard:
    """The rows that say what is asked for, surest first: several mean several requests.

    `leaves_open`: another sentence asks for something else.
    """

    speakers: Sequence[Row]
    leaves_open: bool


async def analyse_text(asked: AnalyseText, rules: Rules, reader: Reader) -> Analysis:
    """What is wanted, in which mood, how urgently; by one prediction.

    The whole text sets the mood. What is wanted may be said by some of its sentences alone.
    """
    model = choose_model(asked.text, asked.language, rules)
    texts = choose_texts(asked.text, asked.language)
    mood_only = [asked.text] if is_shouted(asked.text) else []
    reading = await reader.read(model, [*mood_only, *texts], rules.packs, asked.tenant)
    whole = reading.rows[0]
    heard = listen(reading.rows[len(mood_only) :], rules)
    speakers = heard.speakers
    sentiment = read_sentiment(whole.heads[SENTIMENT], asked.text)
    mood = Mood(whole.heads[EMOTION], sentiment.probabilities[SentimentLabel.NEGATIVE])
    reject_score = average([score_rejection(row.heads[SCOPE], rules.packs) for row in speakers])
    candidates = find_candidates(speakers, reading.thresholds, rules)
    return Analysis(
        intents=rank_intents(speakers, rules.packs, rules.top_intents),
        candidates=candidates or (),
        error_rate=None if candidates is None else rules.error_rate,
        label_set=reading.label_set,
        read_as=ENGLISH if model == rules.english_model else None,
        leaves_open=heard.leaves_open,
        reject_score=reject_score,
        is_rejected=reject_score > rules.reject_above,
        sentiment=sentiment,
        urgency=rate_urgency(asked.text, asked.features, mood, repeats=asked.earlier_messages),
        embedding=Embedding(model=reading.model, vector=encode_vector(speakers[0].embedding)),
        predictions=(
            Prediction(
                prediction_id=reading.prediction_id,
                model=reading.model,
                model_version=reading.model_version,
            ),
        ),
    )


def choose_texts(text: str, language: str) -> list[str]:
    """What is read for requests: the whole and some sentences, in no special numbers or capitals.

    Only a mood can be heard from capitals, so a text that is shouted is read once more as it is.
    """
    plain = level_numbers(text)
    most = min(MOST_SEGMENTS, FEWEST_SEGMENTS + len(plain) // CHARACTERS_A_SEGMENT)
    texts = [plain, *pick_segments(plain, most)]
    return [calm_down(each, language) for each in texts] if is_shouted(text) else texts


def choose_model(text: str, language: str, rules: Rules) -> str:
    """English, and Latin script too short to tell, go to the sharper English model."""
    if language == ENGLISH or (language == UNKNOWN_LANGUAGE and is_mostly_latin(text)):
        return rules.english_model
    return rules.multilingual_model


def is_mostly_latin(text: str) -> bool:
    """Whether most letters at the start of a text are Latin; a text without letters is."""
    letters = [letter for letter in text[:LATIN_SAMPLE] if letter.isalpha()]
    return 2 * sum(letter < LATIN_ENDS for letter in letters) >= len(letters)


def score_rejection(scope: Scores, packs: Sequence[str]) -> float:
    """The probability that none of the tenant's packs is meant."""
    missing = [pack for pack in packs if pack not in scope]
    if missing:
        raise ModelMisfit(f"the model's scope does not know the packs: {', '.join(missing)}")
    return clip(1 - sum(scope[pack] for pack in packs))


def listen(rows: Sequence[Row], rules: Rules) -> Heard:
    """Which rows say what the message asks for; the first is the whole text."""
    rejected = [score_rejection(row.heads[SCOPE], rules.packs) for row in rows]
    scores = [score_intents(row.heads, rules.packs) for row in rows]
    claims = []
    for each, reject_score in zip(scores, rejected, strict=True):
        best = max(each, key=each.__getitem__)
        claims.append(Claim(best, each[best], reject_score))
    places = choose_speakers(claims, rules.reject_above)
    return Heard([rows[place] for place in places], leaves_open(scores, rejected, places))


def score_intents(heads: Heads, packs: Sequence[str]) -> dict[str, float]:
    """By `<pack>.<label>`: the pack's own probability times the intent's within it."""
    scope = heads[SCOPE]
    return {
        f"{pack}.{label}": scope[pack] * score
        for pack in packs
        for label, score in heads[pack].items()
    }


def rank_intents(rows: Sequence[Row], packs: Sequence[str], most: int) -> tuple[Intent, ...]:
    """Best first over all packs together; of several requests each has an equal share."""
    scores = [score_intents(row.heads, packs) for row in rows]
    total = {name: sum(each[name] for each in scores) for name in scores[0]}
    return tuple(
        Intent(name=name, probability=clip(total[name] / len(rows)))
        for name in nlargest(most, total, key=total.__getitem__)
    )


def find_candidates(
    rows: Sequence[Row], thresholds: Mapping[str, Scores], rules: Rules
) -> tuple[str, ...] | None:
    """The conformal set: every label that the error rate does not let us leave out.

    Labels with a probability of at least the threshold that calibration gave (the least ambiguous
    set-valued classifier; Sadinle, Lei and Wasserman, 2019), within the pack that is likeliest, and
    the likeliest in any case: a larger set errs no more often, and nobody can use an empty one.
    None where the model was not calibrated for this error rate.
    """
    limits = thresholds.get(f"{rules.error_rate:g}", {})
    found: dict[str, float] = {}
    for row in rows:
        scope = row.heads[SCOPE]
        pack = max(rules.packs, key=scope.__getitem__)
        if pack not in limits:
            return None
        best = max(row.heads[pack].values())
        for label, score in row.heads[pack].items():
            if score >= min(limits[pack], best):
                name = f"{pack}.{label}"
                found[name] = max(score, found.get(name, 0.0))
    return tuple(sorted(found, key=lambda name: -found[name]))


def read_sentiment(scores: Scores, text: str) -> Sentiment:
    """The likeliest of exactly the three classes we speak of; mixed cues make it uncertain."""
    if set(scores) != set(SentimentLabel):
        raise ModelMisfit("the model's sentiment has other classes than ours")
    probabilities = {label: clip(scores[label]) for label in SentimentLabel}
    label = max(SentimentLabel, key=probabilities.__getitem__)
    return Sentiment(
        label=label,
        probabilities=probabilities,
        is_uncertain=is_doubtful(
            text, positive=probabilities[SentimentLabel.POSITIVE], others=probabilities.values()
        ),
    )


def average(probabilities: Sequence[float]) -> float:
    """The mean, as a probability."""
    return clip(sum(probabilities) / len(probabilities))


def clip(probability: float) -> float:
    """Sums of float32 may miss 0 and 1 by a hair."""
    return round(min(max(probability, 0.0), 1.0), 6)


def encode_vector(vector: Sequence[float]) -> str:
    """Base64 of little-endian float32."""
    return base64.b64encode(array("f", vector).tobytes()).decode()
