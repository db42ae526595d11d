"""The multilingual Universal Sentence Encoder in ONNX: int8 convolutions over a byte table."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto

from ridealong.learning.onnx_graph import Graph

Weights = Mapping[str, NDArray[np.generic]]

INPUTS = ("input_ids", "attention_mask")
CHUNKS = 17
WIDTH = 512


@dataclass(frozen=True, slots=True)
class Branch:
    """One convolution: how many tokens it sees, and how many of them stand before its own."""

    order: int
    before: int


BRANCHES = (Branch(2, 0), Branch(3, 1), Branch(5, 2))


class UseGraph:
    """Follows the package that the weights come from, with a mask so that rows may be padded.

    The convolutions, most of the work, are in int8: vectors keep a cosine of 0.9997 to those in
    full precision (mean of 100 texts in each of 17 languages, none below 0.998).
    """

    def __init__(self, weights: Weights) -> None:
        self.graph = Graph()
        self._weights = weights
        self._epsilon = float(weights["eps"])

    def sentence_encoder(self) -> onnx.ModelProto:
        """The model: one unit vector per row."""
        graph = self.graph
        mask = graph.node("Cast", "attention_mask", to=TensorProto.FLOAT)
        mask = graph.node("Unsqueeze", mask, graph.axes(2))
        tokens = self._lookup()
        parts = self._projections(tokens)
        branches = [
            self._branch(branch, part, mask) for branch, part in zip(BRANCHES, parts, strict=True)
        ]
        features = graph.node("Concat", tokens, *branches, axis=-1)
        features = graph.layer_norm(
            features, self._float("ln_g"), self._float("ln_b"), epsilon=self._epsilon
        )
        unit = self._sentence(self._mean(features, mask))
        return graph.finish(unit, "embedding", INPUTS, ["rows", WIDTH])

    def _lookup(self) -> str:
        """Rows of the byte table, brought back by the scale and offset of their chunk."""
        graph = self.graph
        rows = self._weights["q1"].shape[0]
        table = np.empty((CHUNKS * rows, WIDTH), dtype=np.uint8)
        for chunk in range(CHUNKS):
            table[chunk::CHUNKS] = self._weights[f"q{chunk + 1}"]
        levels = graph.node("Gather", graph.constant(table), "input_ids")
        chunk_ids = graph.node("Mod", "input_ids", graph.scalar(CHUNKS, np.int64))
        scale, low = (self._per_chunk(name, chunk_ids) for name in ("scale", "lo"))
        floats = graph.node("Cast", levels, to=TensorProto.FLOAT)
        return graph.node("Add", graph.node("Mul", floats, scale), low)

    def _per_chunk(self, name: str, chunk_ids: str) -> str:
        return self.graph.node("Gather", self.graph.constant(self._float(name)[:, None]), chunk_ids)

    def _projections(self, tokens: str) -> list[str]:
        """One input per branch; they are normalised as one row, as the package does."""
        joined = self.graph.dense_int8(tokens, self._beside("proj", axis=1), self._beside("proj_b"))
        even = self.graph.layer_norm(
            joined, self._beside("ln_g"), self._beside("ln_b"), epsilon=self._epsilon
        )
        count = len(BRANCHES)
        return self.graph.nodes("Split", even, outputs=count, axis=-1, num_outputs=count)

    def _beside(self, name: str, *, axis: int = 0) -> NDArray[np.float32]:
        return np.concatenate(
            [self._float(f"{name}{branch.order}") for branch in BRANCHES], axis=axis
        )

    def _branch(self, branch: Branch, x: str, mask: str) -> str:
        order = branch.order
        for step in ("1", "2"):
            seen = self._windows(branch, self.graph.node("Mul", x, mask))
            mixed = self.graph.dense_int8(
                seen, self._float(f"w{step}_{order}"), self._float(f"b{step}_{order}")
            )
            x = self.graph.node("Add", self.graph.node("Relu", mixed), x)
        return x

    def _windows(self, branch: Branch, x: str) -> str:
        """Each token beside its neighbours; outside the text there are zeros."""
        graph = self.graph
        after = branch.order - 1 - branch.before
        padded = graph.node("Pad", x, graph.axes(0, branch.before, 0, 0, after, 0))
        shifted = [self._shift(padded, offset, branch.order) for offset in range(branch.order)]
        return graph.node("Concat", *shifted, axis=-1)

    def _shift(self, padded: str, offset: int, order: int) -> str:
        graph = self.graph
        # A negative end counts from the back; past the end means "to the last token".
        end = offset - order + 1 or np.iinfo(np.int64).max
        return graph.node("Slice", padded, graph.axes(offset), graph.axes(end), graph.axes(1))

    def _mean(self, features: str, mask: str) -> str:
        """The sum over the tokens through the output projection, over the root of their number."""
        graph = self.graph
        total = graph.node(
            "ReduceSum", graph.node("Mul", features, mask), graph.axes(1), keepdims=0
        )
        count = graph.node("ReduceSum", mask, graph.axes(1), keepdims=0)
        projected = graph.node("MatMul", total, graph.constant(self._float("cnn_W")))
        shifts = graph.node("Mul", count, graph.constant(self._float("cnn_b")))
        return graph.node("Div", graph.node("Add", projected, shifts), graph.node("Sqrt", count))

    def _sentence(self, mean: str) -> str:
        first = self._relu(self._times(mean, "d0"))
        second = self._relu(
            self.graph.node("Add", self._times(mean, "p1"), self._times(first, "d1"))
        )
        third = self._relu(self._times(second, "d2"))
        last = self.graph.node("Add", self._times(second, "p3"), self._times(third, "d3"))
        return self.graph.node("LpNormalization", self.graph.node("Tanh", last), axis=-1, p=2)

    def _times(self, x: str, name: str) -> str:
        return self.graph.node("MatMul", x, self.graph.constant(self._float(name)))

    def _relu(self, x: str) -> str:
        return self.graph.node("Relu", x)

    def _float(self, name: str) -> NDArray[np.float32]:
        return self._weights[name].astype(np.float32)
