"""What must be opened for one model, and how big that is, before any of it is opened."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import onnxruntime as ort
from tokenizers import Tokenizer

from ridealong.serving.errors import ModelUnusable
from ridealong.serving.models.checksums import parts_key
from ridealong.serving.models.manifest import EncoderChoice, Manifest, Platform
from ridealong.serving.models.memory import GRAPH_FACTOR
from ridealong.serving.models.parts import SharedParts, open_session, opening
from ridealong.serving.models.runner import PartKey, Weights
from ridealong.serving.models.sources import GRAPH_FILE, Source, read_source
from ridealong.serving.models.versions import VERSION
from ridealong.text.encoders import (
    SENTENCEPIECE,
    WORDPIECE,
    Encoder,
    Sentencepieces,
    TextTokenizer,
    Wordpieces,
)
from ridealong.text.spelling import Spelling, read_spelling
from ridealong.text.tagging import WINDOW_OVERLAP_TOKENS, Tagger

DEFAULT_MAX_TOKENS: Final = 256
ENCODER: Final = "encoder"
COMPANION: Final = "companion"
COMPANION_GRAPH: Final = "companion graph"
SPELLING: Final = "spelling"
TAGGER: Final = "tagger"
# In memory, words are kept under all that is left of them when letters are deleted.
SPELLING_GROWTH: Final = 500
# Windows overlap, and each has room for the text's two marks and for a step ahead.
LEAST_TAGGED: Final = WINDOW_OVERLAP_TOKENS + 3
FLOATS: Final = "tensor(float)"
TOKEN_INPUTS: Final = dict.fromkeys(("input_ids", "attention_mask"), "tensor(int64)")


class Piece(NamedTuple):
    """One thing to open. Equal keys are one thing in memory; `size` in bytes, as reckoned."""

    key: PartKey
    size: int
    make: Callable[[], Any]


class TokenizerKind(NamedTuple):
    """A kind of tokenizer: how it is opened, from which file, and how much it grows in memory."""

    open: Callable[[Path, int], TextTokenizer]
    file: str
    growth: int


TOKENIZERS: Final = {
    WORDPIECE: TokenizerKind(Wordpieces, "tokenizer.json", 21),
    SENTENCEPIECE: TokenizerKind(Sentencepieces, "sentencepiece.model", 7),
}


@dataclass(frozen=True)
class Plan:
    """A model's source and its parts by role: a graph's file name, or one of the roles above."""

    source: Source
    parts: Mapping[str, Piece]

    @property
    def weights(self) -> Weights:
        """Bytes by part."""
        return {part.key: part.size for part in self.parts.values()}


class Planner:
    """Plans models of one store, each graph on `threads` threads."""

    def __init__(self, store: Path, parts: SharedParts, *, threads: int = 1) -> None:
        self._store = store
        self._parts = parts
        self._threads = threads

    def plan(self, folder: Path) -> Plan:
        """The files are proven here, and nothing is opened."""
        source = read_source(folder, self._store)
        manifest = source.manifest
        if manifest is None or manifest.platform is Platform.ONNX:
            return Plan(source, {GRAPH_FILE: self._graph(source, GRAPH_FILE)})
        if manifest.platform is Platform.TOKEN_CLASSIFIER:
            return Plan(source, self._tagger(source, manifest))
        return Plan(source, self._pipeline(source, manifest))

    def _graph(self, source: Source, file: str) -> Piece:
        files = source.graph_files(file)
        size = int(sum(entry.bytes for entry in files.values()) * GRAPH_FACTOR)
        # By content and not by name, so that equal heads of two pipelines are one; other files by
        # name, since the graph asks for them by it.
        key = ("session", files.pop(file).sha256, parts_key(files), self._threads)
        return Piece(key, size, lambda: open_session(source.folder / file, self._threads))

    def _tagger(self, source: Source, manifest: Manifest) -> dict[str, Piece]:
        labels, kind = manifest.tag_labels or (), TOKENIZERS[WORDPIECE]
        most = manifest.limits.max_tokens or DEFAULT_MAX_TOKENS
        if most < LEAST_TAGGED:
            raise ModelUnusable(f"a token-classifier needs max_tokens of {LEAST_TAGGED} or more")
        graph, file = self._graph(source, GRAPH_FILE), source.folder / kind.file
        key = (TAGGER, parts_key(source.files), labels, most, self._threads)

        def make() -> Tagger:
            session = self._parts.open(*graph)
            require_tags(session, labels)
            with opening(kind.file):
                tokenizer = Tokenizer.from_file(str(file))
            tokenizer.no_truncation()
            tokenizer.no_padding()
            return Tagger(tokenizer, session, tag_labels=labels, max_tokens=most)

        return {GRAPH_FILE: graph, TAGGER: Piece(key, tokenizer_bytes(source, kind), make)}

    def _pipeline(self, source: Source, manifest: Manifest) -> dict[str, Piece]:
        assert manifest.encoder is not None
        most = manifest.limits.max_tokens
        session, whole = self._chosen(manifest.encoder, most)
        parts = {GRAPH_FILE: session, ENCODER: whole}
        if manifest.companion is not None:
            parts[COMPANION_GRAPH], parts[COMPANION] = self._chosen(manifest.companion, most)
        if manifest.spelling is not None:
            parts[SPELLING] = read_words(source, manifest.spelling)
        return parts | {head.file: self._graph(source, head.file) for head in manifest.heads}

    def _chosen(self, choice: EncoderChoice, max_tokens: int | None) -> tuple[Piece, Piece]:
        """The graph of an encoder, and the encoder."""
        try:
            encoder = self._read_encoder(choice)
            session = self._graph(encoder, GRAPH_FILE)
            return session, self._encoder(encoder, session, choice.kind, max_tokens)
        except ModelUnusable as error:
            raise ModelUnusable(f"its encoder {choice.model}/{choice.version}: {error}") from error

    def _read_encoder(self, choice: EncoderChoice) -> Source:
        if not VERSION.fullmatch(choice.version):
            raise ModelUnusable("no such version")
        source = read_source(self._store / choice.model / choice.version, self._store)
        if source.manifest is None:
            raise ModelUnusable("an encoder needs a manifest, its tokenizer stands in it")
        return source

    def _encoder(self, source: Source, session: Piece, kind: str, max_tokens: int | None) -> Piece:
        assert source.manifest is not None
        if kind not in TOKENIZERS:
            raise ModelUnusable(f"it is of another kind than {', '.join(TOKENIZERS)}")
        tokenizer, limits = TOKENIZERS[kind], source.manifest.limits
        most = max_tokens or limits.max_tokens or DEFAULT_MAX_TOKENS
        key = (ENCODER, parts_key(source.files), kind, most, self._threads)

        def make() -> Encoder:
            graph = self._parts.open(*session)
            require_vectors(graph)
            with opening(tokenizer.file):
                pieces = tokenizer.open(source.folder / tokenizer.file, most)
            return Encoder(pieces, graph, max_tokens=most)

        return Piece(key, tokenizer_bytes(source, tokenizer), make)


def read_words(source: Source, file: str) -> Piece:
    """The word list of a pipeline."""
    entry = source.files[file]

    def make() -> Spelling:
        with opening(file):
            return read_spelling(source.folder / file)

    return Piece((SPELLING, entry.sha256), entry.bytes * SPELLING_GROWTH, make)


def tokenizer_bytes(source: Source, tokenizer: TokenizerKind) -> int:
    """What it will hold; a tokenizer that is not listed is not proven either."""
    if tokenizer.file not in source.files:
        raise ModelUnusable(f"no {tokenizer.file} is listed in files")
    return source.files[tokenizer.file].bytes * tokenizer.growth


def require_vectors(graph: ort.InferenceSession) -> None:
    """Token ids and a mask in, one vector of a known width per row out."""
    require_tokens(graph)
    first = graph.get_outputs()[0]
    if first.type != FLOATS or len(first.shape) != 2 or not isinstance(first.shape[1], int):
        raise ModelUnusable("an encoder's first output is FP32, one vector of fixed width per row")


def require_tags(graph: ort.InferenceSession, labels: Sequence[str]) -> None:
    """Token ids and a mask in, for every token a probability per label out."""
    require_tokens(graph)
    first = graph.get_outputs()[0]
    if first.type != FLOATS or len(first.shape) != 3 or first.shape[2] != len(labels):
        raise ModelUnusable(f"the graph gives {first.shape}, tag_labels are {len(labels)}")


def require_tokens(graph: ort.InferenceSession) -> None:
    """What both are fed with."""
    if {node.name: node.type for node in graph.get_inputs()} != TOKEN_INPUTS:
        raise ModelUnusable("a text model's graph takes input_ids and attention_mask, both INT64")
