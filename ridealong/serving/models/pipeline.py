"""Runs a text pipeline: spelling, encoders, and only the heads whose outputs somebody asked for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime as ort

from ridealong.serving.errors import InvalidRequest, RunFailed
from ridealong.serving.metrics import TOKENS
from ridealong.serving.models.graph import run_session
from ridealong.serving.models.parts import BAD_GRAPH
from ridealong.serving.tensors import Array
from ridealong.text.features import EMBEDDING, FeatureRows
from ridealong.text.reading import Reader

TEXT_INPUT = "text"
MOST_CHARACTERS = 1 << 20


@dataclass(frozen=True)
class OpenHead:
    """A small graph that makes one output from features."""

    output: str
    features: tuple[str, ...]
    input: str
    session: ort.InferenceSession


def read_texts(inputs: Mapping[str, Array]) -> list[str]:
    """The rows of the one input that text models take."""
    texts: list[str] = inputs[TEXT_INPUT].ravel().tolist()
    if any(len(text) > MOST_CHARACTERS for text in texts):
        raise InvalidRequest(f"a text has more than {MOST_CHARACTERS} characters")
    return texts


class TextPipeline:
    """The encoders run texts of like length together; heads run on all rows at once."""

    def __init__(
        self,
        reader: Reader,
        heads: Sequence[OpenHead],
        features: FeatureRows,
        *,
        embedding_output: str,
        model: tuple[str, str],
    ) -> None:
        """`model`: name and version, under which tokens are counted."""
        self._reader = reader
        self._heads = {head.output: head for head in heads}
        self._features = features
        self._embedding_output = embedding_output
        self._tokens = TOKENS.labels(*model, "real")
        self._padding = TOKENS.labels(*model, "padding")

    def run(self, inputs: Mapping[str, Array], outputs: Sequence[str]) -> dict[str, Array]:
        """The outputs by name."""
        texts = read_texts(inputs)
        if not texts:
            return {name: array[:0] for name, array in self._run_rows([""], outputs).items()}
        return self._run_rows(texts, outputs)

    def _run_rows(self, texts: Sequence[str], outputs: Sequence[str]) -> dict[str, Array]:
        wanted = {name for output in outputs for name in self._features_of(output)}
        columns = dict(self._read(texts, wanted))
        rows: dict[tuple[str, ...], Array] = {}
        answer: dict[str, Array] = {}
        for output in outputs:
            if output == self._embedding_output:
                answer[output] = columns[EMBEDDING]
                continue
            head = self._heads[output]
            if head.features not in rows:
                rows[head.features] = self._assemble(head.features, texts, columns)
            answer |= run_session(head.session, {head.input: rows[head.features]}, [output])
        return answer

    def _features_of(self, output: str) -> tuple[str, ...]:
        if output == self._embedding_output:
            return (EMBEDDING,)
        return self._heads[output].features

    def _read(self, texts: Sequence[str], wanted: Collection[str]) -> Mapping[str, Array]:
        try:
            read = self._reader.read(texts, wanted)
        except BAD_GRAPH as error:
            raise RunFailed(f"the encoder could not be run ({type(error).__name__})") from error
        self._tokens.inc(read.tokens)
        self._padding.inc(read.padded_tokens - read.tokens)
        return read.vectors

    def _assemble(
        self, names: tuple[str, ...], texts: Sequence[str], columns: dict[str, Array]
    ) -> Array:
        """The features side by side; what the texts alone make is made once for all heads."""
        for name in names:
            if name not in columns:
                columns[name] = np.stack([self._features.feature(name, text) for text in texts])
        if len(names) == 1:
            return columns[names[0]]
        return np.concatenate([columns[name] for name in names], axis=1)
