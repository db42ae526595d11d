"""Trains the heads of a pipeline and writes them with their manifest, ready to be committed."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ridealong.learning import places
from ridealong.learning.cards import CARD_FILE, write_card
from ridealong.learning.corpus import PACKS, Corpus
from ridealong.learning.curriculum import EMOTION_C, Curriculum, embed_corpus
from ridealong.learning.datasets import Dropped
from ridealong.learning.describing import SPELLING_FILE, Shipped, describe, describe_data
from ridealong.learning.embedded import dev_of
from ridealong.learning.gate import refuse_the_worse
from ridealong.learning.heads import calmly, export, prove_parity
from ridealong.learning.lessons import teach, teach_labels
from ridealong.learning.pipelines import Pipeline
from ridealong.learning.recording import COMMITTED, describe_files, write_manifest
from ridealong.learning.scoping import find_reject, score_scope
from ridealong.learning.vectors import Advance, ReadingCache, VectorCache, advance_nothing
from ridealong.learning.wording import count_words, write_words
from ridealong.serving.models.manifest import MANIFEST_FILE, read_manifest
from ridealong.text.encoders import load_encoder
from ridealong.text.spelling import Spelling, english_words

SCOPE, SENTIMENT, EMOTION = "scope", "sentiment", "emotion"
DEPARTMENT = "department"
SLOW_HEADS = (SCOPE, EMOTION)
PARITY_ROWS = 512

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told what goes on: heads that are begun and done, and the number of texts embedded.

    Heads are told of from several threads.
    """

    begin: Report = lambda _line: None
    end: Report = lambda _line: None
    advance: Advance = advance_nothing


def train(
    pipeline: Pipeline,
    corpus: Corpus,
    *,
    store: Path = places.STORE,
    models: Path = places.MODELS,
    dropped: Mapping[str, Dropped] | None = None,
    watch: Watch | None = None,
    allow_worse: bool = False,
) -> Path:
    """Answers the folder of the new heads. The encoders are taken from the model store.

    Nothing is written if a head scores below the committed one, unless `allow_worse`.
    """
    watch = watch or Watch()
    words = count_words(corpus) if pipeline.spells else None
    vectors = open_vectors(pipeline, store, words)
    curriculum = embed_corpus(corpus, vectors, pipeline, advance=watch.advance)
    names = (SCOPE, *PACKS, DEPARTMENT, SENTIMENT, EMOTION)
    heads = teach_heads(names, curriculum, corpus, pipeline, watch=watch)
    if not allow_worse:
        metrics = {name: each.taught.metrics for name, each in heads.items()}
        refuse_the_worse(metrics, pipeline.name, models)
    folder = models / pipeline.name / pipeline.version
    folder.mkdir(parents=True, exist_ok=True)
    if words is not None:
        write_words(words, folder / SPELLING_FILE)
    for name, shipped in heads.items():
        export(
            shipped.taught.head, folder / f"{name}.onnx", output=name, width=shipped.inputs.shape[1]
        )
        prove_parity(shipped.taught.head, folder / f"{name}.onnx", shipped.inputs[:PARITY_ROWS])
    document = describe(pipeline, heads, describe_data(corpus, dropped or {}))
    document["files"] = describe_files(folder, COMMITTED)
    write_manifest(folder / MANIFEST_FILE, document)
    confused = {name: each.taught.confused for name, each in heads.items() if each.taught.confused}
    write_card(document, confused, folder / CARD_FILE)
    return folder


def open_vectors(pipeline: Pipeline, store: Path, words: Mapping[str, int] | None) -> ReadingCache:
    """The encoders of a pipeline, with the vectors they made before."""
    caches = []
    for use in pipeline.encoders:
        folder = store / use.model / use.version
        encoder = load_encoder(use.kind, folder, pipeline.max_tokens)
        digest = read_manifest(folder).files["model.onnx"].sha256
        caches.append(VectorCache(encoder, digest, places.cache_root() / "vectors"))
    return ReadingCache(tuple(caches), None if words is None else Spelling(words, english_words()))


def teach_heads(
    names: Sequence[str],
    curriculum: Curriculum,
    corpus: Corpus,
    pipeline: Pipeline,
    *,
    watch: Watch,
) -> dict[str, Shipped]:
    """As many at once as there are cores, the two that take longest first."""

    def teach_one(name: str) -> Shipped:
        line = f"{pipeline.name}: {name}"
        watch.begin(line)
        shipped = teach_head(name, curriculum, corpus, pipeline)
        watch.end(line)
        return shipped

    with calmly(), ThreadPoolExecutor(os.cpu_count()) as pool:
        longest_first = sorted(names, key=lambda name: name not in SLOW_HEADS)
        taught = {name: pool.submit(teach_one, name) for name in longest_first}
        return {name: taught[name].result() for name in names}


def teach_head(name: str, curriculum: Curriculum, corpus: Corpus, pipeline: Pipeline) -> Shipped:
    """One head by its name."""
    if name == EMOTION:
        names = corpus.emotion_names
        features, truth = curriculum.emotion_features, curriculum.emotion_truth(names)
        dev = dev_of(corpus.emotions)
        taught = teach_labels(features, truth, dev, labels=names, c=EMOTION_C)
        return Shipped(taught, pipeline.emotion_features, features)
    if name == SENTIMENT:
        lesson = curriculum.mood()
        return Shipped(teach(lesson), pipeline.mood_features, lesson.rows.features)
    if name == SCOPE:
        return teach_scope(curriculum, pipeline)
    lesson = curriculum.department() if name == DEPARTMENT else curriculum.pack(name)
    taught = teach(lesson)
    return Shipped(taught, pipeline.features, lesson.rows.features, sets=True)


def teach_scope(curriculum: Curriculum, pipeline: Pipeline) -> Shipped:
    """The head that tells packs from each other and from all else."""
    lesson = curriculum.scope()
    taught = teach(lesson)
    taught.metrics.update(score_scope(taught.judged, curriculum))
    threshold = find_reject(taught.judged, curriculum)
    return Shipped(taught, pipeline.features, lesson.rows.features, reject=threshold)
