"""What every kind of model looks like to the server."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from ridealong.serving.models.manifest import Manifest
from ridealong.serving.models.profile import Profile
from ridealong.serving.models.traffic import Traffic
from ridealong.serving.tensors import Array, Signature

if TYPE_CHECKING:
    from ridealong.serving.scheduling.lane import Lane

PartKey = tuple[object, ...]
Weights = Mapping[PartKey, int]


class Runner(Protocol):
    """A loaded model. `run` is called from any thread, by several at once, with checked inputs."""

    def run(self, inputs: Mapping[str, Array], outputs: Sequence[str]) -> dict[str, Array]:
        """The outputs asked for and no others: what nobody wants is not computed."""


class LoadedModel:
    """A model that can serve. Compared by identity: a reloaded version is another model.

    A request calls `enter` when it has found the model and `leave` when it is done with it.
    `profile`: how it wants to be run. `weights`: bytes by part, parts of equal key being one in
    memory. `load_s`: how long it took. `lane`: where its requests run, once the first has come.
    """

    __slots__ = (
        "__weakref__",
        "enter",
        "lane",
        "leave",
        "load_s",
        "manifest",
        "name",
        "profile",
        "runner",
        "signature",
        "traffic",
        "version",
        "weights",
    )

    def __init__(
        self,
        manifest: Manifest,
        signature: Signature,
        runner: Runner,
        *,
        weights: Weights | None = None,
        traffic: Traffic | None = None,
    ) -> None:
        self.manifest = manifest
        self.name = manifest.name
        self.version = manifest.version
        self.signature = signature
        self.runner = runner
        self.weights: Weights = weights or {}
        self.load_s = 0.0
        self.profile = Profile()
        self.lane: Lane | None = None
        self.traffic = traffic or Traffic()
        self.enter = self.traffic.enter
        self.leave = self.traffic.leave

    @property
    def is_pinned(self) -> bool:
        """Never evicted."""
        return self.manifest.limits.pinned
