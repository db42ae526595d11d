"""What changing rollouts needs of the world: a place to keep them, and versions that serve."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from ridealong.serving.rollout.choice import Rollout


class Kept(NamedTuple):
    """All rollouts as they are kept, and the tag that a later write must name."""

    rollouts: Mapping[str, Rollout]
    tag: str | None


class Shelf(Protocol):
    """Where rollouts outlive the process. Both raise a `ServiceError` where time may heal it."""

    async def read(self) -> Kept:
        """All of them."""

    async def write(self, rollouts: Mapping[str, Rollout], tag: str | None) -> None:
        """Replace all. `StaleETag` where somebody else wrote since they were read."""


class Versions(Protocol):
    """What a rollout needs of the model store."""

    def knows(self, name: str) -> bool:
        """Whether there is such a model, serving or not."""

    def serving(self, name: str) -> Sequence[str]:
        """The versions that can be asked for."""

    def newest(self, name: str) -> str | None:
        """The version that answers without a rollout; None where none can."""

    async def ensure(self, name: str, version: str) -> None:
        """Have this version serve, loading it where needed.

        Raises `VersionUnknown` where there is none on disk, `VersionNotServing` where it is bad.
        """

    async def release(self, name: str, is_named: Callable[[str], bool]) -> None:
        """Keep no version for rollouts that is not named, whenever that is asked, from any thread.

        What the version policy chose goes on serving.
        """

    async def read_again(self, name: str) -> None:
        """Have the version policy choose again which versions serve."""
