"""Do the models that serve answer what training computed? Asked of two ways to the same figures.

The training side embeds in its own batches (`vectors.ReadingCache`), assembles features as lessons
are assembled, and computes heads with NumPy alone, by ONNX's reference implementation. The served
side is the model server with its batching, its graphs in ONNX Runtime, its features.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from onnx.reference import ReferenceEvaluator

from ridealong.learning.evaluation import ask
from ridealong.learning.evaluation_served import InProcess
from ridealong.learning.metrics_bootstrap import Matrix
from ridealong.learning.vectors import ReadingCache, VectorCache
from ridealong.serving.models.manifest import Head, Manifest, read_manifest
from ridealong.text.encoders import load_encoder
from ridealong.text.features import COMPANION, EMBEDDING, FeatureRows
from ridealong.text.spelling import read_spelling

TOLERANCE: Final = 1e-3
FEWEST_AGREED: Final = 0.999


@dataclass(frozen=True, slots=True)
class Parity:
    """Of one output: the share of rows whose best label is the same, the largest difference."""

    rows: int
    agreed: float
    largest: float

    @property
    def is_kept(self) -> bool:
        """Both within what is promised."""
        return self.agreed >= FEWEST_AGREED and self.largest <= TOLERANCE


async def compare(name: str, texts: Sequence[str], store: Path) -> dict[str, Parity]:
    """Every output of a pipeline's newest version."""
    async with InProcess(name, store) as served:
        outputs = list((await served.describe()).labels)
        version, given = await ask(served, texts, outputs, lambda _rows: None)
    trained = trained_probabilities(store / name / version, store, texts)
    return {output: agreement(trained[output], given[output]) for output in outputs}


def agreement(trained: Matrix, served: Matrix) -> Parity:
    """Row by row."""
    same = trained.argmax(axis=1) == served.argmax(axis=1)
    return Parity(len(same), float(same.mean()), float(np.abs(trained - served).max()))


def trained_probabilities(folder: Path, store: Path, texts: Sequence[str]) -> dict[str, Matrix]:
    """By output, as training has them."""
    manifest = read_manifest(folder)
    vectors = trained_vectors(manifest, folder, store, texts)
    rows = FeatureRows()
    return {head.output: run_head(folder, head, texts, vectors, rows) for head in manifest.heads}


def trained_vectors(
    manifest: Manifest, folder: Path, store: Path, texts: Sequence[str]
) -> Mapping[str, Matrix]:
    """What the encoders say, by feature; nothing is kept of it."""
    chosen = {EMBEDDING: manifest.encoder, COMPANION: manifest.companion}
    encoders = {
        name: load_encoder(
            choice.kind, store / choice.model / choice.version, manifest.limits.max_tokens or 0
        )
        for name, choice in chosen.items()
        if choice is not None
    }
    spelling = None if manifest.spelling is None else read_spelling(folder / manifest.spelling)
    with TemporaryDirectory() as cache:
        caches = (VectorCache(each, name, Path(cache)) for name, each in encoders.items())
        columns = ReadingCache(tuple(caches), spelling).embed(texts)
    ends = np.cumsum([encoder.width for encoder in encoders.values()])
    return dict(zip(encoders, np.split(columns, ends[:-1], axis=1), strict=True))


def run_head(
    folder: Path,
    head: Head,
    texts: Sequence[str],
    vectors: Mapping[str, Matrix],
    rows: FeatureRows,
) -> Matrix:
    """A head's graph without the runtime that serves it."""
    features = [
        rows.assemble(head.features, text, {name: each[place] for name, each in vectors.items()})
        for place, text in enumerate(texts)
    ]
    graph = ReferenceEvaluator(str(folder / head.file))
    (answered,) = graph.run(None, {head.input: np.stack(features)})
    found: Matrix = np.asarray(answered)
    return found
