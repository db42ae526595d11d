"""BERT as an ONNX graph, in int8 or full precision: the body of the encoder and of the tagger."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto

from ridealong.learning.onnx_graph import Graph

Weights = Mapping[str, NDArray[np.float32]]

INPUTS = ("input_ids", "attention_mask")
EPSILON = 1e-12
# Added to the score of a padded position, which then weighs exactly nothing.
FAR_BELOW = -1e9


@dataclass(frozen=True, slots=True)
class BertShape:
    """The sizes of one BERT."""

    layers: int = 6
    heads: int = 12
    width: int = 384


class BertGraph:
    """Builds layer after layer; the names of weights are those of BERT's own files, no prefix."""

    def __init__(self, weights: Weights, shape: BertShape, *, quantised: bool) -> None:
        self.graph = Graph()
        self._weights = weights
        self._shape = shape
        self._quantised = quantised

    def sentence_encoder(self) -> onnx.ModelProto:
        """Mean of the tokens, normalised to length 1."""
        tokens = self._body()
        graph = self.graph
        mask = graph.node("Unsqueeze", self._float_mask(), graph.axes(2))
        total = graph.node("ReduceSum", graph.node("Mul", tokens, mask), graph.axes(1), keepdims=0)
        unit = graph.node("LpNormalization", total, axis=-1, p=2)
        return graph.finish(unit, "embedding", INPUTS, ["rows", self._shape.width])

    def token_classifier(self) -> onnx.ModelProto:
        """A probability per token and label."""
        tokens = self._body()
        logits = self.graph.dense(tokens, self._matrix("classifier"), self._bias("classifier"))
        scores = self.graph.node("Softmax", logits, axis=-1)
        labels = self._bias("classifier").shape[0]
        return self.graph.finish(scores, "scores", INPUTS, ["rows", "tokens", labels])

    def _body(self) -> str:
        bias = self._attention_bias()
        x = self._embeddings()
        for layer in range(self._shape.layers):
            x = self._layer(f"encoder.layer.{layer}", x, bias)
        return x

    def _embeddings(self) -> str:
        graph, weights = self.graph, self._weights
        table = weights["embeddings.word_embeddings.weight"]
        if self._quantised:
            words = graph.lookup_int8("input_ids", table)
        else:
            words = graph.node("Gather", graph.constant(table), "input_ids")
        places = weights["embeddings.position_embeddings.weight"]
        # Every token is of the first segment, whose vector is added to the places once for all.
        places = places + weights["embeddings.token_type_embeddings.weight"][0]
        length = graph.node("Shape", "input_ids", start=1, end=2)
        here = graph.node("Slice", graph.constant(places), graph.axes(0), length, graph.axes(0))
        return self._norm("embeddings.LayerNorm", graph.node("Add", words, here))

    def _layer(self, name: str, x: str, bias: str) -> str:
        mixed = self._dense(f"{name}.attention.output.dense", self._attention(name, x, bias))
        x = self._norm(f"{name}.attention.output.LayerNorm", self.graph.node("Add", mixed, x))
        wide = self.graph.node("Gelu", self._dense(f"{name}.intermediate.dense", x))
        narrow = self._dense(f"{name}.output.dense", wide)
        return self._norm(f"{name}.output.LayerNorm", self.graph.node("Add", narrow, x))

    def _attention(self, name: str, x: str, bias: str) -> str:
        graph, shape = self.graph, self._shape
        apart = graph.axes(0, 0, 3, shape.heads, shape.width // shape.heads)
        joined = graph.node("Reshape", self._query_key_value(name, x), apart)
        turned = graph.node("Transpose", joined, perm=[2, 0, 3, 1, 4])
        parts = graph.nodes("Split", turned, outputs=3, axis=0, num_outputs=3)
        query, key, value = (graph.node("Squeeze", part, graph.axes(0)) for part in parts)
        scores = graph.node("MatMul", query, graph.node("Transpose", key, perm=[0, 1, 3, 2]))
        shares = graph.node("Softmax", graph.node("Add", scores, bias), axis=-1)
        seen = graph.node("Transpose", graph.node("MatMul", shares, value), perm=[0, 2, 1, 3])
        return graph.node("Reshape", seen, graph.axes(0, 0, shape.width))

    def _query_key_value(self, name: str, x: str) -> str:
        """The three projections as one product; the scale of attention is folded into the query."""
        scale = sqrt(self._shape.heads / self._shape.width)
        parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        matrices = [self._matrix(part) for part in parts]
        biases = [self._bias(part) for part in parts]
        matrices[0], biases[0] = matrices[0] * np.float32(scale), biases[0] * np.float32(scale)
        return self._product(x, np.concatenate(matrices, axis=1), np.concatenate(biases))

    def _attention_bias(self) -> str:
        graph = self.graph
        absent = graph.node("Sub", graph.scalar(1.0), self._float_mask())
        return graph.node(
            "Unsqueeze", graph.node("Mul", absent, graph.scalar(FAR_BELOW)), graph.axes(1, 2)
        )

    def _float_mask(self) -> str:
        return self.graph.node("Cast", "attention_mask", to=TensorProto.FLOAT)

    def _dense(self, name: str, x: str) -> str:
        return self._product(x, self._matrix(name), self._bias(name))

    def _product(self, x: str, matrix: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        multiply = self.graph.dense_int8 if self._quantised else self.graph.dense
        return multiply(x, matrix, bias)

    def _norm(self, name: str, x: str) -> str:
        gain, shift = self._weights[f"{name}.weight"], self._bias(name)
        return self.graph.layer_norm(x, gain, shift, epsilon=EPSILON)

    def _matrix(self, name: str) -> NDArray[np.float32]:
        return self._weights[f"{name}.weight"].T

    def _bias(self, name: str) -> NDArray[np.float32]:
        return self._weights[f"{name}.bias"]
