"""Which articles fit a message: by intent, by meaning and by words, joined in one score."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import bm25s
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ridealong.contracts.recommendation import MatchCode
from ridealong.knowledge.articles import ORIGINAL, Article
from ridealong.knowledge.words import split_words

Floats = NDArray[np.float32]

MAX_CHARACTERS = 4_000
# BM25 has no upper end; this is the score at which a passage counts as half a match.
HALF_MATCH = 3.0
VIEWS = (MatchCode.INTENT, MatchCode.MEANING, MatchCode.WORDS)


class Weights(BaseModel):
    """How much each kind of match counts in the score that ranks.

    Measured with version 1 of the heads, as hit@1 (MRR), over the articles of all packs at once: on
    a question of each article left out of it (156), and on `tests/knowledge/paraphrases.tsv` in
    English (80), then in German and Spanish (20). Of the dev rows, half of them mistyped or wordy,
    the share of right ones among all that got a reply.

    ==============================  ===========  ===========  ===========  ====
    words alone                     0.29 (0.42)  0.23 (0.37)  0.65 (0.78)
    meaning alone                   0.49 (0.67)  0.48 (0.63)  0.80 (0.88)
    rank fusion, words and meaning  0.42 (0.56)  0.41 (0.55)  0.80 (0.86)
    rank fusion of all three        0.49 (0.64)  0.43 (0.60)  0.85 (0.90)
    sum 0.55, 0.4, 0.05             0.71 (0.81)  0.60 (0.73)  0.80 (0.89)  0.87
    sum 0.3, 0.6, 0.1               0.74 (0.83)  0.60 (0.73)  0.85 (0.92)  0.71
    ==============================  ===========  ===========  ===========  ====

    Rank fusion (Cormack et al. 2009, k = 60) forgets how sure an intent is.
    """

    model_config = ConfigDict(frozen=True)

    intent: float = Field(default=0.55, gt=0, le=1)
    meaning: float = Field(default=0.4, ge=0, le=1)
    words: float = Field(default=0.05, ge=0, le=1)

    @model_validator(mode="after")
    def _make_one(self) -> Self:
        if abs(self.intent + self.meaning + self.words - 1) > 1e-6:
            raise ValueError("the weights must sum to 1")
        return self

    def parts(self, intent: Floats, meaning: Floats | None, words: Floats) -> Floats:
        """What each of `VIEWS` adds to the score of each article: a row a view, summing to 1."""
        if meaning is None:
            rest = self.intent + self.words
            parts = [self.intent / rest * intent, np.zeros_like(intent), self.words / rest * words]
        else:
            parts = [self.intent * intent, self.meaning * meaning, self.words * words]
        return np.stack(parts)


def cut_of(page: Article) -> tuple[str, ...]:
    """The passages of a page, its sentences last."""
    return (page.title, *page.questions, *page.sentences)


@dataclass(frozen=True, slots=True)
class Match:
    """An article that may fit, with the sentence that speaks for it.

    `probability` is calibrated: intents exclude each other; this sums those the article answers.
    `intent` is the likeliest of these; `spoken_for` says which view weighed most in the score.
    """

    article: Article
    probability: float
    score: float
    sentence: str
    evidence: float
    intent: str
    spoken_for: MatchCode


class Shelf:
    """Every page, cut into passages (title, questions, sentences) and indexed once.

    Pages of one article in several languages are found together: the best passage of any counts.
    """

    def __init__(self, articles: tuple[Article, ...]) -> None:
        topics: dict[str, list[Article]] = {}
        for article in articles:
            topics.setdefault(article.id, []).append(article)
        self._topics = tuple(tuple(pages) for pages in topics.values())
        self.articles = tuple(page for pages in self._topics for page in pages)
        cut = [cut_of(page) for page in self.articles]
        self.passages = tuple(passage for passages in cut for passage in passages)
        self._starts = np.cumsum([0, *map(len, cut)])
        self._pages = np.cumsum([0, *map(len, self._topics)])
        languages = [page.language for page in self.articles for _ in cut_of(page)]
        self._words = bm25s.BM25(method="lucene")
        tokens = map(split_words, self.passages, languages)
        self._words.index([words or [""] for words in tokens], show_progress=False)

    @cached_property
    def digest(self) -> str:
        """Names the passages in their order: vectors are kept under it."""
        return hashlib.sha256("\0".join(self.passages).encode()).hexdigest()

    def measure_words(self, text: str, language: str = ORIGINAL) -> Floats:
        """For each passage, how much of what the text says it says too, from 0 to 1."""
        known = self._words.vocab_dict
        read = set(split_words(text[:MAX_CHARACTERS], language))
        words = [word for word in read if word in known]
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
        language: str = ORIGINAL,
    ) -> Iterator[Match]:
        """Best first. Without vectors (`meaning` is None) intent and words carry all the weight.

        A match is the page in the language asked for, or else the original.
        """
        evidence = words if meaning is None else np.clip(meaning, 0, 1)
        probabilities = np.array(
            [sum(intents.get(name, 0.0) for name in pages[0].intents) for pages in self._topics],
            dtype=np.float32,
        )
        parts = weights.parts(
            probabilities, None if meaning is None else self._best(evidence), self._best(words)
        )
        scores = parts.sum(axis=0)
        for topic in np.argsort(-scores, kind="stable"):
            page = self._page_in(language, topic)
            article = self.articles[page]
            sentence, near = self._evidence(page, evidence)
            yield Match(
                article=article,
                probability=min(1.0, float(probabilities[topic])),
                score=min(1.0, float(scores[topic])),
                sentence=sentence,
                evidence=near,
                intent=max(article.intents, key=lambda name: intents.get(name, 0.0)),
                spoken_for=VIEWS[int(np.argmax(parts[:, topic]))],
            )

    def _best(self, passages: Floats) -> Floats:
        """The best passage of each article, over all its pages."""
        best: Floats = np.maximum.reduceat(passages, self._starts[self._pages[:-1]])
        return best

    def _page_in(self, language: str, topic: int) -> int:
        languages = [page.language for page in self._topics[topic]]
        wanted = language if language in languages else ORIGINAL
        place = languages.index(wanted) if wanted in languages else 0
        return int(self._pages[topic]) + place

    def _evidence(self, page: int, evidence: Floats) -> tuple[str, float]:
        """The sentence of a page that speaks most for it; title and questions do not count."""
        sentences = self.articles[page].sentences
        end = self._starts[page + 1]
        own = evidence[end - len(sentences) : end]
        best = int(np.argmax(own))
        return sentences[best], float(own[best])
