"""Opens a model by its platform: files proven, parts shared, the manifest's promises tried."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime as ort

from ridealong.serving.checksums import check_files, parts_key
from ridealong.serving.errors import InvalidRequest, ModelUnusable, RunFailed
from ridealong.serving.graph import GraphRunner
from ridealong.serving.manifest import EncoderChoice, Head, Manifest, Platform, read_manifest
from ridealong.serving.parts import SharedParts, open_session
from ridealong.serving.pipeline import TEXT_INPUT, OpenHead, TextPipeline
from ridealong.serving.runner import LoadedModel, Runner
from ridealong.serving.tagging import TokenClassifier
from ridealong.serving.tensors import NUMPY_TYPES, VARIABLE, Array, TensorSpec
from ridealong.text.encoders import (
    SENTENCEPIECE,
    WORDPIECE,
    Encoder,
    Sentencepieces,
    TextTokenizer,
    Wordpieces,
)
from ridealong.text.features import FeatureRows
from ridealong.text.tagging import load_tagger

GRAPH_FILE: Final = "model.onnx"
TEXT_SPEC: Final = TensorSpec(TEXT_INPUT, "BYTES", (VARIABLE,))
SPAN_COLUMNS: Final = {
    "row": "INT32",
    "start": "INT32",
    "end": "INT32",
    "label": "BYTES",
    "score": "FP32",
}
WARM_UP_TEXT: Final = "Where is my order?"
DEFAULT_MAX_TOKENS: Final = 256
TOKENIZERS: Final[dict[str, tuple[Callable[[Path, int], TextTokenizer], str]]] = {
    WORDPIECE: (Wordpieces, "tokenizer.json"),
    SENTENCEPIECE: (Sentencepieces, "sentencepiece.model"),
}


class Opener:
    """Opens models of one store, each graph on `threads` threads."""

    def __init__(self, store: Path, *, threads: int = 1) -> None:
        self._store = store
        self._threads = threads
        self._parts = SharedParts()
        self._runners: dict[Platform, Callable[[Path, Manifest], Runner]] = {
            Platform.ONNX: self._open_graph,
            Platform.TEXT_PIPELINE: self._open_pipeline,
            Platform.TOKEN_CLASSIFIER: self._open_tagger,
        }

    def open(self, folder: Path) -> LoadedModel:
        """The model in `<store>/<name>/<version>`, run once: warm, and true to its manifest."""
        manifest = read_manifest(folder)
        check_files(folder, manifest)
        model = LoadedModel(
            manifest, manifest.signature(), self._runners[manifest.platform](folder, manifest)
        )
        warm_up(model)
        return model

    def _open_graph(self, folder: Path, manifest: Manifest) -> Runner:
        session = self._session(folder, manifest, GRAPH_FILE)
        return GraphRunner(
            session, manifest.signature(), one_row_at_a_time=manifest.limits.one_row_at_a_time
        )

    def _open_pipeline(self, folder: Path, manifest: Manifest) -> Runner:
        require_text_input(manifest)
        assert manifest.encoder is not None
        encoder = self._open_encoder(manifest.encoder, manifest.limits.max_tokens)
        heads = [self._open_head(folder, manifest, head) for head in manifest.heads]
        features = self._parts.open(("features",), FeatureRows)
        return TextPipeline(encoder, heads, features, embedding_output=manifest.encoder.output)

    def _open_tagger(self, folder: Path, manifest: Manifest) -> Runner:
        require_text_input(manifest)
        if any(SPAN_COLUMNS.get(output.name) != output.datatype for output in manifest.outputs):
            raise ModelUnusable("a token-classifier gives row, start, end, label and score")
        assert manifest.tag_labels is not None
        labels, most = manifest.tag_labels, manifest.limits.max_tokens or DEFAULT_MAX_TOKENS
        key = ("tagger", parts_key(manifest), labels, most, self._threads)
        return TokenClassifier(
            self._parts.open(key, lambda: load_tagger(folder, labels, most, threads=self._threads))
        )

    def _open_encoder(self, choice: EncoderChoice, max_tokens: int | None) -> Encoder:
        folder = self._store / choice.model / choice.version
        try:
            manifest = read_manifest(folder)
            check_files(folder, manifest)
        except ModelUnusable as error:
            raise ModelUnusable(f"its encoder {choice.model}/{choice.version}: {error}") from error
        most = max_tokens or manifest.limits.max_tokens or DEFAULT_MAX_TOKENS
        key = ("encoder", parts_key(manifest), choice.kind, most, self._threads)
        session = self._session(folder, manifest, GRAPH_FILE)

        return self._parts.open(
            key,
            lambda: Encoder(open_tokenizer(folder, choice.kind, most), session, max_tokens=most),
        )

    def _open_head(self, folder: Path, manifest: Manifest, head: Head) -> OpenHead:
        return OpenHead(
            head.output, head.features, head.input, self._session(folder, manifest, head.file)
        )

    def _session(self, folder: Path, manifest: Manifest, file: str) -> ort.InferenceSession:
        if file not in manifest.files:
            raise ModelUnusable(f"{file} is not listed in files")
        key = ("session", manifest.files[file].sha256, self._threads)
        return self._parts.open(key, lambda: open_session(folder / file, self._threads))


def open_tokenizer(folder: Path, kind: str, max_tokens: int) -> TextTokenizer:
    """The tokenizer of an encoder's folder."""
    if kind not in TOKENIZERS:
        raise ModelUnusable(f"its encoder is of another kind than {', '.join(TOKENIZERS)}")
    make, file = TOKENIZERS[kind]
    if not (folder / file).is_file():
        raise ModelUnusable(f"its encoder has no {file}")
    return make(folder / file, max_tokens)


def require_text_input(manifest: Manifest) -> None:
    """Text models take one column of texts and nothing else."""
    if tuple(tensor.to_spec() for tensor in manifest.inputs) != (TEXT_SPEC,):
        raise ModelUnusable(
            f"a {manifest.platform} takes one input: {TEXT_INPUT}, BYTES, shape [-1]"
        )


def warm_up(model: LoadedModel) -> None:
    """Run on the smallest input. A graph may refuse it; an answer of another shape is a lie."""
    inputs = {spec.name: smallest_input(spec) for spec in model.signature.inputs}
    try:
        answer = model.runner.run(inputs, [spec.name for spec in model.signature.outputs])
    except (InvalidRequest, RunFailed) as error:
        if model.manifest.platform is Platform.ONNX:
            return
        raise ModelUnusable(f"it cannot be run: {error}") from error
    for spec in model.signature.outputs:
        array = answer[spec.name]
        if not spec.fits(array.shape) or array.dtype != NUMPY_TYPES[spec.datatype]:
            found = f"{array.dtype} {list(array.shape)}"
            raise ModelUnusable(f"output {spec.name} comes as {found}, the manifest says otherwise")


def smallest_input(spec: TensorSpec) -> Array:
    """Ones for free dimensions, zeros or a short text for values."""
    shape = tuple(1 if size == VARIABLE else size for size in spec.shape)
    if spec.datatype == "BYTES":
        return np.full(shape, WARM_UP_TEXT, dtype=object)
    return np.zeros(shape, dtype=NUMPY_TYPES[spec.datatype])
