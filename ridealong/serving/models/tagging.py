"""Runs a token classifier: texts in, labelled spans out, each with the row it was found in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ridealong.serving.errors import RunFailed
from ridealong.serving.models.parts import BAD_GRAPH
from ridealong.serving.models.pipeline import read_texts
from ridealong.serving.tensors import Array


class Span(Protocol):
    """A labelled stretch of a text, by character offsets."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def label(self) -> str: ...
    @property
    def score(self) -> float: ...


class SpanTagger(Protocol):
    """Finds spans in one text; B- and I- pieces come back joined."""

    def tag(self, text: str) -> Sequence[Span]: ...


@dataclass(frozen=True)
class TokenClassifier:
    """Spans as flat columns, because the protocol knows no ragged tensors."""

    tagger: SpanTagger

    def run(self, inputs: Mapping[str, Array], outputs: Sequence[str]) -> dict[str, Array]:
        """The columns asked for, all of one length: the number of spans in all rows together."""
        texts = read_texts(inputs)
        try:
            found = [
                (row, span) for row, text in enumerate(texts) for span in self.tagger.tag(text)
            ]
        except BAD_GRAPH as error:
            raise RunFailed(f"the tagger could not be run ({type(error).__name__})") from error
        columns = {
            "row": np.array([row for row, _ in found], dtype=np.int32),
            "start": np.array([span.start for _, span in found], dtype=np.int32),
            "end": np.array([span.end for _, span in found], dtype=np.int32),
            "label": np.array([span.label for _, span in found], dtype=object),
            "score": np.array([span.score for _, span in found], dtype=np.float32),
        }
        return {name: columns[name] for name in outputs}
