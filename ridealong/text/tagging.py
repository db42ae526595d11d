"""Finds personal data in a text with the token classifier: names, addresses and numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from ridealong.text.encoders import open_session, readable

OUTSIDE = "O"
BEGIN = "B-"

# Windows share as much as the longest span one may expect.
WINDOW_OVERLAP_TOKENS = 24
SURE_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class TaggedSpan:
    """One piece of personal data: `text[start:end]`."""

    start: int
    end: int
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class _TaggedWord:
    span: TaggedSpan
    begins: bool


class Tagger:
    """A tokenizer and a token classifier that read a text of any length, window by window."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        session: onnxruntime.InferenceSession,
        *,
        tag_labels: Sequence[str],
        max_tokens: int,
    ) -> None:
        self._tokenizer = tokenizer
        self._session = session
        self._labels = tuple(tag_labels)
        self._window = max_tokens - 2
        self._first, self._last = (tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))

    def tag(self, text: str) -> list[TaggedSpan]:
        """Spans in order; never overlapping, always whole words."""
        encoding = self._tokenizer.encode(readable(text), add_special_tokens=False)
        if not encoding.ids:
            return []
        return list(join_words(text, self._tagged_words(encoding)))

    def _tagged_words(self, encoding: Encoding) -> Iterator[_TaggedWord]:
        """A word is personal as soon as a piece of it is: half a masked name is no masked name."""
        labels, scores = self._classify(encoding)
        offsets, word_ids = encoding.offsets, encoding.word_ids
        first = 0
        for after in range(1, len(word_ids) + 1):
            if after < len(word_ids) and word_ids[after] == word_ids[first]:
                continue
            pieces = range(first, after)
            best = max(pieces, key=lambda piece: (labels[piece] != 0, scores[piece]))
            if labels[best] != 0 and scores[best] >= SURE_ENOUGH:
                tag = self._labels[labels[best]]
                begins = self._labels[labels[first]].startswith(BEGIN)
                span = TaggedSpan(
                    offsets[first][0], offsets[after - 1][1], tag[2:], float(scores[best])
                )
                yield _TaggedWord(span, begins)
            first = after

    def _classify(self, encoding: Encoding) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """The best label of every token and its score; where windows overlap, the surer counts."""
        count = len(encoding.ids)
        labels = np.zeros(count, dtype=np.intp)
        scores = np.zeros(count, dtype=np.float32)
        ids = encoding.ids
        for start, end in plan_windows(encoding.word_ids, self._window, WINDOW_OVERLAP_TOKENS):
            probabilities = self._run(ids[start:end])
            best = probabilities.argmax(axis=1)
            top = probabilities[np.arange(end - start), best]
            here = slice(start, end)
            surer = top > scores[here]
            labels[here] = np.where(surer, best, labels[here])
            scores[here] = np.where(surer, top, scores[here])
        return labels, scores

    def _run(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """One window, its two marks left out of the answer."""
        row = np.array([[self._first, *ids, self._last]], dtype=np.int64)
        answer = self._session.run(None, {"input_ids": row, "attention_mask": np.ones_like(row)})[0]
        probabilities: NDArray[np.float32] = answer[0, 1:-1]
        return probabilities


def plan_windows(
    word_ids: Sequence[int | None], budget: int, overlap: int
) -> Iterator[tuple[int, int]]:
    """Overlapping windows over all tokens, each opening at the start of a word where it can."""
    start, count = 0, len(word_ids)
    while True:
        end = min(start + budget, count)
        yield start, end
        if end == count:
            return
        opening = end - overlap
        while opening - 1 > start and word_ids[opening] == word_ids[opening - 1]:
            opening -= 1
        start = opening


def join_words(text: str, words: Iterator[_TaggedWord]) -> Iterator[TaggedSpan]:
    """Joins words of one label that touch, or that go on after a space with what was begun."""
    current: TaggedSpan | None = None
    for word in words:
        if current is not None and _continues(text, current, word):
            score = min(current.score, word.span.score)
            current = replace(current, end=word.span.end, score=score)
            continue
        if current is not None:
            yield current
        current = word.span
    if current is not None:
        yield current


def _continues(text: str, current: TaggedSpan, word: _TaggedWord) -> bool:
    if word.span.label != current.label:
        return False
    between = text[current.end : word.span.start]
    return not between or (between.isspace() and not word.begins)


def load_tagger(
    folder: Path, tag_labels: Sequence[str], max_tokens: int, *, threads: int = 1
) -> Tagger:
    """The tagger in a folder of the model store."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    session = open_session(folder / "model.onnx", threads=threads)
    return Tagger(tokenizer, session, tag_labels=tag_labels, max_tokens=max_tokens)
