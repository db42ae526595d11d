"""What every kind of model looks like to the server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ridealong.serving.manifest import Manifest
from ridealong.serving.tensors import Array, Signature


class Runner(Protocol):
    """A loaded model. `run` is called from any thread, by several at once, with checked inputs."""

    def run(self, inputs: Mapping[str, Array], outputs: Sequence[str]) -> dict[str, Array]:
        """The outputs asked for and no others: what nobody wants is not computed."""


@dataclass(frozen=True)
class LoadedModel:
    """A model that can serve."""

    manifest: Manifest
    signature: Signature
    runner: Runner

    @property
    def name(self) -> str:
        """As callers name it."""
        return self.manifest.name

    @property
    def version(self) -> str:
        """A whole number as a string."""
        return self.manifest.version
