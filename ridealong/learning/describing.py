"""Says in a manifest what was trained: from which data, to which outputs, and how well."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ridealong.learning.corpus import SCOPES, Corpus
from ridealong.learning.datasets import SOURCES, Dropped
from ridealong.learning.lessons import Matrix, Taught
from ridealong.learning.pipelines import EncoderUse, Pipeline
from ridealong.learning.sampling import SEED
from ridealong.text.features import COMPANION, EMBEDDING

SPELLING_FILE: Final = "spelling.txt"
LABEL_SET: Final = "support-2"


@dataclass(frozen=True, slots=True)
class Shipped:
    """A taught head and what it is fed. `sets`: whether its thresholds for sets are told."""

    taught: Taught
    features: tuple[str, ...]
    inputs: Matrix
    sets: bool = False
    reject: float | None = None


def describe(
    pipeline: Pipeline, heads: Mapping[str, Shipped], data: list[dict[str, Any]]
) -> dict[str, Any]:
    """The manifest but for its files."""
    embedding = {
        "name": EMBEDDING,
        "datatype": "FP32",
        "shape": [-1, pipeline.width],
        "labels": None,
    }
    return {
        "schema_version": 1,
        "name": pipeline.name,
        "version": pipeline.version,
        "platform": "text-pipeline",
        "description": pipeline.description,
        "licences": [
            {
                "what": "heads",
                "licence": "Apache-2.0",
                "attribution": "Ridealong; learned from `data`, under the licences named there",
                "source": "ridealong models train",
            }
        ],
        "data": data,
        "seed": SEED,
        "label_set": LABEL_SET,
        "files": {},
        "inputs": [{"name": "text", "datatype": "BYTES", "shape": [-1]}],
        "outputs": [embedding, *(describe_output(name, each) for name, each in heads.items())],
        "limits": {"max_tokens": pipeline.max_tokens, "one_row_at_a_time": False},
        "encoder": describe_encoder(pipeline.encoder, EMBEDDING),
        "companion": pipeline.companion and describe_encoder(pipeline.companion, COMPANION),
        "spelling": SPELLING_FILE if pipeline.spells else None,
        "heads": [
            {
                "output": name,
                "file": f"{name}.onnx",
                "features": list(each.features),
                "input": "features",
            }
            for name, each in heads.items()
        ],
        "metrics": {name: each.taught.metrics for name, each in heads.items()},
        "notes": [
            "Metrics are of heads that saw no dev row; the shipped heads are refitted on all rows.",
            "emotion: 28 independent probabilities, which do not add up to 1.",
            f"scope: probabilities of {', '.join(SCOPES)}, which add up to 1.",
            "reject (of scope): 1 minus the probabilities of a tenant's packs; for all packs, 95 % "
            "of their own dev rows stay below this threshold.",
            "conformal: by error rate, the probability from which a label belongs to the set; the "
            "likeliest always does. Split conformal (LAC, Angelopoulos and Bates 2021) on the half "
            "of the dev rows that calibrates, as written and rewritten.",
        ],
    }


def describe_encoder(use: EncoderUse, output: str) -> dict[str, str]:
    """One encoder and what its vectors are called."""
    return {"model": use.model, "version": use.version, "kind": use.kind, "output": output}


def describe_output(name: str, shipped: Shipped) -> dict[str, Any]:
    """One output with its classes in order."""
    labels = shipped.taught.head.labels
    said: dict[str, Any] = {
        "name": name,
        "datatype": "FP32",
        "shape": [-1, len(labels)],
        "labels": list(labels),
    }
    if shipped.sets and shipped.taught.thresholds is not None:
        said["conformal"] = dict(shipped.taught.thresholds)
    if shipped.reject is not None:
        said["reject"] = shipped.reject
    return said


def describe_data(corpus: Corpus, dropped: Mapping[str, Dropped]) -> list[dict[str, Any]]:
    """Sets, licences, and how many rows were left out because they are held out or repeated."""
    return [
        {
            "name": source.name,
            "licence": source.licence,
            "source": source.repository,
            "dropped_held_out": found.heldout,
            "dropped_repeated": found.repeated,
        }
        for source in SOURCES
        if (found := dropped.get(source.name))
    ]
