"""What a pack looks like: a few typical vectors per intent, to tell the known from the unknown."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from ridealong.learning.onnx_graph import Graph

Matrix = NDArray[np.float32]

PER_CLASS = 4
NEAREST = 3
STEPS = 15
# Brings similarities to the size of the other features, so that both are regularised alike.
STRETCH = 10.0


@dataclass(frozen=True, slots=True)
class Prototypes:
    """Typical unit vectors, one group per pack."""

    groups: tuple[Matrix, ...]

    def features(self, vectors: Matrix) -> Matrix:
        """The vectors, then for each pack the similarity to the nearest and to the nearest few."""
        columns = [vectors]
        for group in self.groups:
            near = np.sort(vectors @ group.T, axis=1)[:, -NEAREST:] * np.float32(STRETCH)
            columns += [near[:, -1:], near.mean(axis=1, keepdims=True)]
        return np.concatenate(columns, axis=1)

    def add_to(self, graph: Graph, vectors: str) -> str:
        """The same, as nodes of a graph."""
        columns = [vectors]
        for group in self.groups:
            stretched = graph.constant(group.T * np.float32(STRETCH))
            alike = graph.node("MatMul", vectors, stretched)
            near, _places = graph.nodes("TopK", alike, graph.axes(NEAREST), outputs=2, axis=-1)
            columns.append(graph.node("ReduceMax", near, graph.axes(-1), keepdims=1))
            columns.append(graph.node("ReduceMean", near, graph.axes(-1), keepdims=1))
        return graph.node("Concat", *columns, axis=-1)


def typical(vectors: Matrix, labels: Sequence[str], seed: int) -> Matrix:
    """The centres of a few clusters in each class, at length 1."""
    named = np.array(labels)
    centres = [centres_of(vectors[named == label], seed) for label in sorted(set(labels))]
    return np.concatenate(centres)


def centres_of(vectors: Matrix, seed: int) -> Matrix:
    """Of one class; a class of few rows is its own prototypes."""
    if len(vectors) <= PER_CLASS:
        return vectors
    clusters = KMeans(PER_CLASS, n_init=1, max_iter=STEPS, random_state=seed).fit(vectors)
    centres = clusters.cluster_centers_
    lengths = np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    units: Matrix = (centres / lengths).astype(np.float32)
    return units
