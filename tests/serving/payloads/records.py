"""Records of predictions by a model whose manifest a test may change."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ridealong.serving.models.manifest import Manifest
from ridealong.serving.models.runner import LoadedModel
from ridealong.serving.predictions import PredictionRecord
from ridealong.serving.tensors import Array

LABELS = ("refund", "greeting", "other")
SCORES = np.array([[0.91237, 0.05, 0.03763], [0.1, 0.2, 0.7]], dtype=np.float32)


class NeverRun:
    """These models are only talked about."""

    def run(self, inputs: Mapping[str, Array], outputs: Sequence[str]) -> dict[str, Array]:
        raise AssertionError


def manifest(name: str = "tagger", version: str = "3", **changes: Any) -> Manifest:
    given: dict[str, Any] = {
        "schema_version": 1,
        "name": name,
        "version": version,
        "platform": "onnx",
        "files": {"model.onnx": {"sha256": "0" * 64, "bytes": 1}},
        "inputs": [{"name": "text", "datatype": "BYTES", "shape": [-1]}],
        "outputs": [
            {"name": "embedding", "datatype": "FP32", "shape": [-1, 4]},
            {"name": "intent", "datatype": "FP32", "shape": [-1, 3], "labels": LABELS},
        ],
    }
    return Manifest.model_validate(given | changes)


def record(
    text: str = "my card is 4111", *, about: Manifest | None = None, **changes: Any
) -> PredictionRecord:
    """One answered row; `about` is the model's manifest, `changes` are set on the record."""
    about = about or manifest()
    model = LoadedModel(about, about.signature(), NeverRun())
    inputs = {"text": np.array([text], dtype=object)}
    made = PredictionRecord("p-1", "acme", model, 1, inputs, 1.0)
    made.took_s = 0.0125
    for name, value in changes.items():
        setattr(made, name, value)
    return made
