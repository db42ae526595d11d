"""The model store as rollouts see it."""

import asyncio
from collections.abc import Callable, Sequence

from ridealong.serving.errors import ModelNotFound, ModelNotReady, ModelUnusable
from ridealong.serving.models.store import ModelStore
from ridealong.serving.rollout.errors import VersionNotServing, VersionUnknown


class StoreVersions:
    """`Versions` of a model store; what touches the disk leaves the event loop."""

    def __init__(self, store: ModelStore) -> None:
        self._store = store

    def knows(self, name: str) -> bool:
        """Whether the store has ever seen such a model."""
        return any(entry.name == name for entry in self._store.index())

    def serving(self, name: str) -> Sequence[str]:
        """Newest first; those that come back into memory when asked for included."""
        return self._store.versions(name)

    def newest(self, name: str) -> str | None:
        """The version that answers without a rollout."""
        try:
            return self._store.find(name).version
        except (ModelNotFound, ModelNotReady):
            # Perhaps it is only out of memory, and comes back when asked for.
            return next(iter(self._store.versions(name)), None)

    async def ensure(self, name: str, version: str) -> None:
        """Load it, and have it kept whatever the version policy says."""
        try:
            await asyncio.to_thread(self._store.ensure, name, version)
        except ModelNotFound as error:
            raise VersionUnknown(f"{name} has no version {version} on disk") from error
        except ModelUnusable as error:
            raise VersionNotServing(f"version {version} of {name} cannot serve") from error

    async def release(self, name: str, is_named: Callable[[str], bool]) -> None:
        """Asked at every look, and seldom is there anything to do."""
        if not all(map(is_named, self._store.held(name))):
            await asyncio.to_thread(self._store.release, name, is_named)

    async def read_again(self, name: str) -> None:
        """By the version policy."""
        await asyncio.to_thread(self._store.load, name)
