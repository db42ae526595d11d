"""Trains the heads of a pipeline and writes them with their manifest, ready to be committed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ridealong.learning import places
from ridealong.learning.corpus import PACKS, SCOPES, SEED, Corpus
from ridealong.learning.curriculum import EMOTION_C, Curriculum, dev_of, embed_corpus
from ridealong.learning.datasets import SOURCES, Dropped
from ridealong.learning.heads import export, prove_parity
from ridealong.learning.lessons import Matrix, Taught, teach, teach_labels
from ridealong.learning.pipelines import Pipeline
from ridealong.learning.recording import COMMITTED, describe_files, write_manifest
from ridealong.learning.scoping import score_scope
from ridealong.learning.vectors import Advance, VectorCache, advance_nothing
from ridealong.serving.manifest import MANIFEST_FILE, read_manifest
from ridealong.text.encoders import load_encoder
from ridealong.text.features import EMBEDDING

LABEL_SET = "support-1"
SCOPE, SENTIMENT, EMOTION = "scope", "sentiment", "emotion"
PARITY_ROWS = 512

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told what goes on: a line per step, and the number of texts just embedded."""

    report: Report = lambda _line: None
    advance: Advance = advance_nothing


@dataclass(frozen=True, slots=True)
class Shipped:
    """A taught head and what it is fed."""

    taught: Taught
    features: tuple[str, ...]
    inputs: Matrix


def train(
    pipeline: Pipeline,
    corpus: Corpus,
    *,
    store: Path = places.STORE,
    models: Path = places.MODELS,
    dropped: Mapping[str, Dropped] | None = None,
    watch: Watch | None = None,
) -> Path:
    """Answers the folder of the new heads. The encoder is taken from the model store."""
    watch = watch or Watch()
    vectors = open_vectors(pipeline, store)
    curriculum = embed_corpus(corpus, vectors, pipeline.mood_features, advance=watch.advance)
    heads = {
        name: teach_head(name, curriculum, corpus, pipeline, watch=watch)
        for name in (SCOPE, *PACKS, SENTIMENT, EMOTION)
    }
    folder = models / pipeline.name / pipeline.version
    folder.mkdir(parents=True, exist_ok=True)
    for name, shipped in heads.items():
        export(
            shipped.taught.head, folder / f"{name}.onnx", output=name, width=shipped.inputs.shape[1]
        )
        prove_parity(shipped.taught.head, folder / f"{name}.onnx", shipped.inputs[:PARITY_ROWS])
    document = describe(pipeline, heads, describe_data(corpus, dropped or {}))
    document["files"] = describe_files(folder, COMMITTED)
    write_manifest(folder / MANIFEST_FILE, document)
    return folder


def open_vectors(pipeline: Pipeline, store: Path) -> VectorCache:
    """The encoder of a pipeline, with the vectors it made before."""
    folder = store / pipeline.encoder / pipeline.encoder_version
    encoder = load_encoder(pipeline.kind, folder, pipeline.max_tokens)
    digest = read_manifest(folder).files["model.onnx"].sha256
    return VectorCache(encoder, digest, places.cache_root() / "vectors")


def teach_head(
    name: str, curriculum: Curriculum, corpus: Corpus, pipeline: Pipeline, *, watch: Watch
) -> Shipped:
    """One head by its name."""
    watch.report(f"{pipeline.name}: {name}")
    if name == EMOTION:
        names = corpus.emotion_names
        features, truth = curriculum.emotion_vectors, curriculum.emotion_truth(names)
        dev = dev_of(corpus.emotions)
        taught = teach_labels(features, truth, dev, labels=names, c=EMOTION_C)
        return Shipped(taught, (EMBEDDING,), features)
    if name == SENTIMENT:
        lesson = curriculum.mood()
        return Shipped(teach(lesson), pipeline.mood_features, lesson.rows.features)
    lesson = curriculum.scope() if name == SCOPE else curriculum.pack(name)
    taught = teach(lesson)
    if name == SCOPE:
        taught.metrics.update(score_scope(taught.judged, curriculum))
    return Shipped(taught, (EMBEDDING,), lesson.rows.features)


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
        "encoder": {
            "model": pipeline.encoder,
            "version": pipeline.encoder_version,
            "kind": pipeline.kind,
            "output": EMBEDDING,
        },
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
        ],
    }


def describe_output(name: str, shipped: Shipped) -> dict[str, Any]:
    """One output with its classes in order."""
    labels = shipped.taught.head.labels
    return {"name": name, "datatype": "FP32", "shape": [-1, len(labels)], "labels": list(labels)}


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
