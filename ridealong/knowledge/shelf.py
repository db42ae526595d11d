"""Which articles fit a message: by intent, by meaning and by words, joined in one score."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import bm25s
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ridealong.knowledge.articles import Article

Floats = NDArray[np.float32]

WORD = re.compile(r"[^\W_]{2,}")
COMMON_WORDS = """
an and are as at be been by can could did do does for from get had has have he her his how if in
is it its just me my no not of on or our please she so than that the their them then there they
this to up us was we were what when where which who why will with would you your
"""
STOP_WORDS = frozenset(COMMON_WORDS.split())
MAX_CHARACTERS = 4_000
# BM25 has no upper end; this is the score at which a passage counts as half a match.
HALF_MATCH = 3.0


class Weights(BaseModel):
    """How much each kind of match counts in the score that ranks."""

    model_config = ConfigDict(frozen=True)

    intent: float = Field(default=0.55, gt=0, le=1)
    meaning: float = Field(default=0.4, ge=0, le=1)
    words: float = Field(default=0.05, ge=0, le=1)

    @model_validator(mode="after")
    def _make_one(self) -> Self:
        if abs(self.intent + self.meaning + self.words - 1) > 1e-6:
            raise ValueError("the weights must sum to 1")
        return self


@dataclass(frozen=True, slots=True)
class Match:
    """An article that may fit, with the sentence that speaks for it.

    `probability` is calibrated: intents exclude each other; this sums those the article answers.
    """

    article: Article
    probability: float
    score: float
    sentence: str
    evidence: float


class Shelf:
    """Every article, cut into passages (title, questions, sentences) and indexed once."""

    def __init__(self, articles: tuple[Article, ...]) -> None:
        self.articles = articles
        cut = [(article.title, *article.questions, *article.sentences) for article in articles]
        self.passages = tuple(passage for passages in cut for passage in passages)
        self._starts = np.cumsum([0, *(len(passages) for passages in cut)])[:-1]
        self._first_sentence = self._starts + [1 + len(article.questions) for article in articles]
        self._ends = self._starts + [len(passages) for passages in cut]
        self._words = bm25s.BM25(method="lucene")
        tokens = [split_words(passage) or [""] for passage in self.passages]
        self._words.index(tokens, show_progress=False)

    @cached_property
    def digest(self) -> str:
        """Names the passages in their order: vectors are kept under it."""
        return hashlib.sha256("\0".join(self.passages).encode()).hexdigest()

    def measure_words(self, text: str) -> Floats:
        """For each passage, how much of what the text says it says too, from 0 to 1."""
        known = self._words.vocab_dict
        words = [word for word in set(split_words(text[:MAX_CHARACTERS])) if word in known]
        if not words:
            return np.zeros(len(self.passages), dtype=np.float32)
        scores: Floats = self._words.get_scores(words)
        return scores / (scores + HALF_MATCH)

    def rank(
        self,
        intents: Mapping[str, float],
        *,
        words: Floats,
        meaning: Floats | None,
        weights: Weights,
    ) -> Iterator[Match]:
        """Best first. Without vectors (`meaning` is None) intent and words carry all the weight."""
        evidence = words if meaning is None else np.clip(meaning, 0, 1)
        probabilities = np.array(
            [sum(intents.get(name, 0.0) for name in article.intents) for article in self.articles],
            dtype=np.float32,
        )
        scores = weights.intent * probabilities + weights.words * self._best(words)
        if meaning is None:
            scores /= weights.intent + weights.words
        else:
            scores += weights.meaning * self._best(evidence)
        for index in np.argsort(-scores, kind="stable"):
            yield self._match(index, probabilities, scores, evidence)

    def _best(self, passages: Floats) -> Floats:
        best: Floats = np.maximum.reduceat(passages, self._starts)
        return best

    def _match(self, index: int, probabilities: Floats, scores: Floats, evidence: Floats) -> Match:
        sentences = evidence[self._first_sentence[index] : self._ends[index]]
        best = int(np.argmax(sentences))
        return Match(
            article=self.articles[index],
            probability=min(1.0, float(probabilities[index])),
            score=min(1.0, float(scores[index])),
            sentence=self.articles[index].sentences[best],
            evidence=float(sentences[best]),
        )


def split_words(text: str) -> list[str]:
    """Lower-case words without the commonest ones; plurals fall together with their singular."""
    words = WORD.findall(text.lower())
    return [_singular(word) for word in words if word not in STOP_WORDS]


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
