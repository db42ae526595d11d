"""The manifest beside every model: what it is, which files make it, what it takes and gives."""

import re
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from ridealong.serving.errors import ModelUnusable
from ridealong.serving.models.versions import read_versions
from ridealong.serving.tensors import NUMPY_TYPES, Signature, TensorSpec
from ridealong.text.features import COMPANION

MANIFEST_FILE = "manifest.json"
MOST_MANIFEST_BYTES = 4 << 20
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,127}")

Name = Annotated[str, StringConstraints(pattern=rf"^{NAME.pattern}$")]
Version = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,8}$")]
ErrorRate = Annotated[str, StringConstraints(pattern=r"^0\.[0-9]{1,4}$")]
Probability = Annotated[float, Field(ge=0, le=1)]
Dimension = Annotated[int, Field(ge=-1, lt=2**31)]


class Platform(StrEnum):
    """How a model is run."""

    ONNX = "onnx"
    TEXT_PIPELINE = "text-pipeline"
    TOKEN_CLASSIFIER = "token-classifier"  # noqa: S105 - not a password

    @property
    def public_name(self) -> str:
        """As the protocol wants platforms named: a project and a format."""
        return "onnx_onnxv1" if self is Platform.ONNX else f"ridealong_{self}"


class Part(BaseModel):
    """Base of a manifest's parts: frozen; fields unknown here are for other readers."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class FileEntry(Part):
    """One file of the model, as it must be."""

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    bytes: int = Field(ge=1)


class Tensor(Part):
    """One input or output; `labels` are its classes in order.

    `conformal`: by error rate, the probability from which a label belongs to the set that misses
    the true one no oftener. `reject`: the score from which a message counts as one of no label.
    """

    name: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    datatype: str
    shape: Annotated[tuple[Dimension, ...], Field(max_length=16)]
    labels: tuple[str, ...] | None = None
    conformal: dict[ErrorRate, Probability] | None = None
    reject: Probability | None = None

    @model_validator(mode="after")
    def check(self) -> Self:
        """A known datatype, and one distinct label per class."""
        if self.datatype not in NUMPY_TYPES:
            raise ValueError(f"datatype of {self.name} is not one of the protocol's")
        if self.labels is not None and (
            len(set(self.labels)) != len(self.labels)
            or not self.shape
            or self.shape[-1] != len(self.labels)
        ):
            raise ValueError(f"labels of {self.name} are not one distinct name per class")
        return self

    def to_spec(self) -> TensorSpec:
        """As the engine uses it."""
        return TensorSpec(
            self.name, self.datatype, self.shape, self.labels, self.conformal, self.reject
        )


class Limits(Part):
    """How a model may be run and kept.

    `one_row_at_a_time`: whether rows must not share a run, not even those of one request. Left out,
    a test at load decides: a graph whose arithmetic spans the batch runs its rows apart.
    `max_batch_rows`: requests share a run up to so many rows. `finite_inputs`: NaN and infinities
    are refused, however
    they are sent. `pinned`: never evicted from memory.
    """

    max_tokens: int | None = Field(default=None, ge=1, le=8192)
    max_batch_rows: int | None = Field(default=None, ge=1, le=65536)
    one_row_at_a_time: bool | None = None
    finite_inputs: bool = False
    pinned: bool = False


class PayloadLogChoice(Part):
    """What of a request may stand in the payload log: by default only a digest of its inputs, and
    the likeliest label of outputs that have labels.
    """

    inputs: Literal["digest", "values"] = "digest"
    outputs: Literal["labels", "none"] = "labels"


class EncoderChoice(Part):
    """The encoder of a pipeline: a model of its own, shared by all pipelines that name it."""

    model: Name
    version: Version
    kind: str
    output: str


class Head(Part):
    """A small graph on top of features: one output of a pipeline."""

    output: str
    file: str
    features: Annotated[tuple[str, ...], Field(min_length=1)]
    input: str = "features"


class Manifest(Part):
    """All that serving needs of it; what is said about training is left to others."""

    schema_version: Literal[1]
    name: Name
    version: Version
    platform: Platform
    description: str = ""
    label_set: str | None = None
    files: Annotated[dict[str, FileEntry], Field(min_length=1)]
    inputs: Annotated[tuple[Tensor, ...], Field(min_length=1)]
    outputs: Annotated[tuple[Tensor, ...], Field(min_length=1)]
    limits: Limits = Limits()
    payload_log: PayloadLogChoice = PayloadLogChoice()
    versions: str | None = None
    encoder: EncoderChoice | None = None
    companion: EncoderChoice | None = None
    spelling: str | None = None
    heads: tuple[Head, ...] = ()
    tokenizer: str | None = None
    tag_labels: tuple[str, ...] | None = None
    metrics: dict[str, Any] = Field(default_factory=dict)

    @field_validator("limits", mode="before")
    @classmethod
    def limits_default(cls, given: object) -> object:
        """`null` means no limits."""
        return Limits() if given is None else given

    @field_validator("payload_log", mode="before")
    @classmethod
    def payload_log_default(cls, given: object) -> object:
        """`null` means a digest."""
        return PayloadLogChoice() if given is None else given

    @field_validator("versions")
    @classmethod
    def readable_versions(cls, versions: str | None) -> str | None:
        """Said as a load request says it; the newest readable manifest of a model counts."""
        if versions is not None:
            read_versions(versions)
        return versions

    @field_validator("files")
    @classmethod
    def stay_inside(cls, files: dict[str, FileEntry]) -> dict[str, FileEntry]:
        """A file of a model lies in its folder and nowhere else."""
        for key in files:
            path = PurePosixPath(key)
            if (
                path.is_absolute()
                or ".." in path.parts
                or "\\" in key
                or "\0" in key
                or key == MANIFEST_FILE
            ):
                raise ValueError("a file lies outside the model's folder")
        return files

    @model_validator(mode="after")
    def fit_platform(self) -> Self:
        """What each platform cannot do without, and names used once."""
        for tensors in (self.inputs, self.outputs):
            if len({tensor.name for tensor in tensors}) < len(tensors):
                raise ValueError("a tensor is named twice")
        if self.platform is Platform.TEXT_PIPELINE:
            self.require_pipeline()
        if self.platform is Platform.TOKEN_CLASSIFIER and not self.tag_labels:
            raise ValueError("a token-classifier needs tag_labels")
        return self

    def require_pipeline(self) -> None:
        """An encoder, and exactly one head for every output that is not the encoder's own."""
        if self.encoder is None:
            raise ValueError("a text-pipeline needs an encoder")
        made = [self.encoder.output, *(head.output for head in self.heads)]
        if len(set(made)) < len(made) or {output.name for output in self.outputs} - set(made):
            raise ValueError(
                "every output of a text-pipeline is made by its encoder or by one head"
            )
        if not all(head.file in self.files for head in self.heads):
            raise ValueError("a head's file is not listed in files")
        if self.companion is None and any(COMPANION in head.features for head in self.heads):
            raise ValueError("features of a companion need a companion")
        if self.spelling is not None and self.spelling not in self.files:
            raise ValueError("the word list for spelling is not listed in files")

    def signature(self) -> Signature:
        """What callers are held to."""
        inputs = tuple(tensor.to_spec() for tensor in self.inputs)
        return Signature(inputs, tuple(tensor.to_spec() for tensor in self.outputs))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder `<name>/<version>`; one that speaks of another model is a lie."""
    path = folder / MANIFEST_FILE
    try:
        if path.stat().st_size > MOST_MANIFEST_BYTES:
            raise ModelUnusable("the manifest is too big to be one")
        manifest = Manifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ModelUnusable(f"no readable {MANIFEST_FILE}") from error
    except ValidationError as error:
        raise ModelUnusable(f"the manifest is wrong at {first_wrong(error)}") from error
    if (manifest.name, manifest.version) != (folder.parent.name, folder.name):
        raise ModelUnusable(f"the manifest calls itself {manifest.name}/{manifest.version}")
    return manifest


def first_wrong(error: ValidationError) -> str:
    """Where, and what was expected; never what stood there."""
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg']}"
