"""Answers of `inference` as `nlp` would get them, for fakes."""

import json
from typing import Any

from ridealong.chassis.sidecar import HttpReply
from tests.fakes import FakeSidecar

LABELS = {
    "scope": ["banking", "commerce", "general", "none"],
    "banking": ["card_arrival", "top_up_failed"],
    "commerce": ["track_order", "get_refund"],
    "general": ["weather", "joke"],
    "sentiment": ["negative", "neutral", "positive"],
    "emotion": ["anger", "fear", "neutral"],
}
SCORES = {
    "embedding": [0.6, 0.8],
    "scope": [0.1, 0.7, 0.05, 0.15],
    "banking": [0.9, 0.1],
    "commerce": [0.75, 0.25],
    "general": [0.5, 0.5],
    "sentiment": [0.8, 0.15, 0.05],
    "emotion": [0.6, 0.05, 0.35],
}


def metadata(labels: dict[str, list[str]] | None = None) -> dict[str, Any]:
    outputs: list[dict[str, Any]] = [{"name": "embedding", "datatype": "FP32", "shape": [-1, 2]}]
    for name, classes in (LABELS if labels is None else labels).items():
        shape = [-1, len(classes)]
        parameters = {"labels": classes}
        outputs.append({"name": name, "datatype": "FP32", "shape": shape, "parameters": parameters})
    return {"name": "understand-en", "versions": ["1"], "outputs": outputs}


def answer(body: bytes, version: str = "1", **scores: list[float]) -> dict[str, Any]:
    """What was asked for, and only that; the same for every text."""
    asked = json.loads(body)
    wanted = [output["name"] for output in asked["outputs"]]
    texts = asked["inputs"][0]["shape"][0]
    rows = SCORES | scores
    return {
        "model_name": "understand-en",
        "model_version": version,
        "id": "p-1",
        "outputs": [
            {
                "name": name,
                "datatype": "FP32",
                "shape": [texts, len(rows[name])],
                "data": rows[name] * texts,
            }
            for name in wanted
        ],
    }


def understanding(model: str = "understand-en") -> FakeSidecar:
    """A sidecar behind which this model answers."""
    sidecar = FakeSidecar()
    sidecar.answer("inference", f"/v2/models/{model}/infer", lambda body: answer(body))
    sidecar.answer("inference", f"/v2/models/{model}/versions/1", metadata())
    return sidecar


def failing(status: int, content: bytes = b'{"error": "no"}') -> HttpReply:
    return HttpReply(status, content)
