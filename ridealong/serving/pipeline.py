"""Runs a text pipeline: tokenizer, encoder, and only the heads whose outputs somebody asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime as ort

from ridealong.serving.errors import InvalidRequest, RunFailed
from ridealong.serving.graph import run_session
from ridealong.serving.parts import BAD_GRAPH
from ridealong.serving.tensors import Array
from ridealong.text.encoders import Encoder
from ridealong.text.features import FeatureRows

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
    """The encoder runs once per text; heads, being plain fp32, run on all rows together."""

    def __init__(
        self,
        encoder: Encoder,
        heads: Sequence[OpenHead],
        features: FeatureRows,
        *,
        embedding_output: str,
    ) -> None:
        self._encoder = encoder
        self._heads = {head.output: head for head in heads}
        self._features = features
        self._embedding_output = embedding_output

    def run(self, inputs: Mapping[str, Array], outputs: Sequence[str]) -> dict[str, Array]:
        """The outputs by name."""
        texts = read_texts(inputs)
        if not texts:
            return {name: array[:0] for name, array in self._run_rows([""], outputs).items()}
        return self._run_rows(texts, outputs)

    def _run_rows(self, texts: Sequence[str], outputs: Sequence[str]) -> dict[str, Array]:
        embeddings = self._embed(texts)
        rows: dict[tuple[str, ...], Array] = {}
        answer: dict[str, Array] = {}
        for output in outputs:
            if output == self._embedding_output:
                answer[output] = embeddings
                continue
            head = self._heads[output]
            if head.features not in rows:
                rows[head.features] = self._assemble(head.features, texts, embeddings)
            answer |= run_session(head.session, {head.input: rows[head.features]}, [output])
        return answer

    def _embed(self, texts: Sequence[str]) -> Array:
        try:
            return self._encoder.embed(texts)
        except BAD_GRAPH as error:
            raise RunFailed(f"the encoder could not be run ({type(error).__name__})") from error

    def _assemble(self, names: tuple[str, ...], texts: Sequence[str], embeddings: Array) -> Array:
        return np.stack(
            [
                self._features.assemble(names, text, row)
                for text, row in zip(texts, embeddings, strict=True)
            ]
        )
