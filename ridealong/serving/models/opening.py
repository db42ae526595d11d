"""Opens a model by its platform: parts shared, the manifest's promises tried."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from ridealong.serving.errors import ModelUnusable
from ridealong.serving.models.graph import GraphRunner, signature_of
from ridealong.serving.models.manifest import Manifest, Platform, Tensor, first_wrong
from ridealong.serving.models.parts import SharedParts
from ridealong.serving.models.pipeline import TEXT_INPUT, OpenHead, TextPipeline
from ridealong.serving.models.plans import COMPANION, ENCODER, SPELLING, TAGGER, Plan, Planner
from ridealong.serving.models.runner import LoadedModel, Runner, Weights
from ridealong.serving.models.sources import GRAPH_FILE, Source
from ridealong.serving.models.tagging import TokenClassifier
from ridealong.serving.models.warming import learn_habits, warm_up
from ridealong.serving.tensors import VARIABLE, Signature, TensorSpec
from ridealong.text.features import FeatureRows
from ridealong.text.reading import Reader

TEXT_SPEC: Final = TensorSpec(TEXT_INPUT, "BYTES", (VARIABLE,))
SPAN_COLUMNS: Final = {
    "row": "INT32",
    "start": "INT32",
    "end": "INT32",
    "label": "BYTES",
    "score": "FP32",
}


class Opener:
    """Opens models of one store, each graph on `threads` threads."""

    def __init__(self, store: Path, *, threads: int = 1) -> None:
        self._parts = SharedParts()
        self._planner = Planner(store, self._parts, threads=threads)
        self._runners: dict[Platform, Callable[[Plan, Manifest], Runner]] = {
            Platform.ONNX: self._open_graph,
            Platform.TEXT_PIPELINE: self._open_pipeline,
            Platform.TOKEN_CLASSIFIER: self._open_tagger,
        }

    def prepare(self, folder: Path) -> Plan:
        """What the model in `<store>/<name>/<version>` needs. Its files are proven, not opened."""
        return self._planner.plan(folder)

    def alive(self) -> Weights:
        """Bytes by part, of all parts in memory."""
        return self._parts.alive()

    def open(self, plan: Plan) -> LoadedModel:
        """The model, run once: warm, and true to its manifest."""
        manifest = plan.source.manifest or self._describe(plan)
        runner = self._runners[manifest.platform](plan, manifest)
        model = LoadedModel(manifest, manifest.signature(), runner, weights=plan.weights)
        warm_up(model)
        learn_habits(model)
        return model

    def _describe(self, plan: Plan) -> Manifest:
        return describe(plan.source, signature_of(self._take(plan, GRAPH_FILE)))

    def _open_graph(self, plan: Plan, manifest: Manifest) -> Runner:
        return GraphRunner(self._take(plan, GRAPH_FILE), manifest.signature())

    def _open_pipeline(self, plan: Plan, manifest: Manifest) -> Runner:
        require_text_input(manifest)
        assert manifest.encoder is not None
        heads = [
            OpenHead(head.output, head.features, head.input, self._take(plan, head.file))
            for head in manifest.heads
        ]
        features = self._parts.open(("features",), 0, FeatureRows)
        companion = self._take(plan, COMPANION) if manifest.companion is not None else None
        reader = Reader(
            self._take(plan, ENCODER),
            companion=companion,
            spelling=self._take(plan, SPELLING) if manifest.spelling is not None else None,
        )
        return TextPipeline(
            reader,
            heads,
            features,
            embedding_output=manifest.encoder.output,
            model=(manifest.name, manifest.version),
        )

    def _open_tagger(self, plan: Plan, manifest: Manifest) -> Runner:
        require_text_input(manifest)
        if any(SPAN_COLUMNS.get(output.name) != output.datatype for output in manifest.outputs):
            raise ModelUnusable("a token-classifier gives row, start, end, label and score")
        return TokenClassifier(self._take(plan, TAGGER))

    def _take(self, plan: Plan, role: str) -> Any:  # noqa: ANN401 - a part is of its role's type
        return self._parts.open(*plan.parts[role])


def describe(source: Source, signature: Signature) -> Manifest:
    """The manifest that a folder without one would have: a plain graph, as the graph says."""
    name, version = source.folder.parent.name, source.folder.name
    try:
        return Manifest(
            schema_version=1,
            name=name,
            version=version,
            platform=Platform.ONNX,
            files=dict(source.files),
            inputs=tuple(map(to_tensor, signature.inputs)),
            outputs=tuple(map(to_tensor, signature.outputs)),
        )
    except ValidationError as error:
        raise ModelUnusable(f"the graph cannot be served: {first_wrong(error)}") from error


def to_tensor(spec: TensorSpec) -> Tensor:
    """As a manifest would say it."""
    return Tensor(name=spec.name, datatype=spec.datatype, shape=spec.shape)


def require_text_input(manifest: Manifest) -> None:
    """Text models take one column of texts and nothing else."""
    if tuple(tensor.to_spec() for tensor in manifest.inputs) != (TEXT_SPEC,):
        raise ModelUnusable(
            f"a {manifest.platform} takes one input: {TEXT_INPUT}, BYTES, shape [-1]"
        )
