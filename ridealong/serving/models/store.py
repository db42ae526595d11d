"""The models of a folder `<store>/<name>/<version>/`: which serve, and why others cannot."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from time import monotonic

from ridealong.serving.errors import (
    InvalidRequest,
    ModelNotFound,
    ModelNotReady,
    ModelUnusable,
    NoRoomForModel,
)
from ridealong.serving.models.families import Family, IndexEntry, State, require_names, why_not
from ridealong.serving.models.loading import Loader, ModelOpener, Shelf, is_pinned
from ridealong.serving.models.manifest import NAME
from ridealong.serving.models.memory import MemoryLimit, Urgency, give_back
from ridealong.serving.models.metrics import HELD_BYTES
from ridealong.serving.models.runner import LoadedModel
from ridealong.serving.models.traffic import Traffic, drained
from ridealong.serving.models.versions import VersionPolicy, Versions, printable, read_versions

__all__ = ["IndexEntry", "ModelStore", "State", "VersionPolicy", "Versions"]

ODD_NAME = "not a name: letters, digits, `_`, `-` and `.`, 128 at most, a letter or digit first"
ASK_AGAIN_S = 1.0


class ModelStore:
    """Loads from any thread, one load at a time; asked from the event loop, without a lock."""

    def __init__(
        self,
        folder: Path,
        opener: ModelOpener,
        *,
        policy: VersionPolicy | Versions = VersionPolicy.LATEST,
        per_model: Mapping[str, Versions] | None = None,
        memory: MemoryLimit | None = None,
    ) -> None:
        """`per_model` counts before a model's manifest, and that before `policy`."""
        self._folder = folder
        self._opener = opener
        self._policy = read_versions(policy) if isinstance(policy, VersionPolicy) else policy
        self._per_model = per_model or {}
        self._shelf = Shelf()
        self._loader = Loader(opener, self._shelf, memory or MemoryLimit())
        self._left_out: tuple[IndexEntry, ...] = ()
        self._reloads: dict[tuple[str, str | None], asyncio.Task[LoadedModel]] = {}
        self._refused: dict[tuple[str, str | None], float] = {}
        self._loading = Lock()
        self._is_loaded = False

    @property
    def is_ready(self) -> bool:
        """Everything has been tried, and something serves."""
        return self._is_loaded and any(family.versions for family in self._shelf.families.values())

    def load_all(self) -> None:
        """Try every model in the folder, the pinned first. A bad one is left out and told of in the
        index; one for which no room is left comes when asked for. Hidden folders are no models.
        """
        folders = [
            path
            for path in sorted(self._folder.iterdir())
            if path.is_dir() and not path.name.startswith(".")
        ]
        named = [folder for folder in folders if NAME.fullmatch(folder.name)]
        self._left_out = tuple(
            IndexEntry(printable(folder.name), "", State.UNAVAILABLE, ODD_NAME)
            for folder in folders
            if folder not in named
        )
        for folder in sorted(named, key=lambda folder: not is_pinned(folder)):
            self._load(folder.name, None, Urgency.START)
        self._is_loaded = True
        self.tidy()

    def load(self, name: str, versions: Versions | str | None = None) -> list[IndexEntry]:
        """Read a model's folder afresh, beside what serves, then switch the two at once.

        `versions` counts until the next load of this name, before every policy. Returns those that
        were tried, newest first; one with a reason is not what the folder holds now. Where that is
        the newest, the load is refused: of a model that is known, nothing but the index changes.
        """
        if isinstance(versions, str):
            try:
                versions = read_versions(versions)
            except ValueError as error:
                raise InvalidRequest(str(error)) from error
        tried = self._load(name, versions, Urgency.ORDER)
        self.tidy()
        return tried

    def _load(self, name: str, versions: Versions | None, urgency: Urgency) -> list[IndexEntry]:
        folder = self._folder_of(name)
        with self._loading:
            old = self._shelf.families.get(name)
            if old is None and not folder.is_dir():
                raise ModelNotFound("no model has this name")
            choice = (versions or self._per_model.get(name), self._policy)
            family, tried = self._loader.open_family(folder, old, choice, urgency)
            self._shelf.put(name, family)
        return tried

    def unload(self, name: str) -> list[Traffic]:
        """Serve it no longer: who asks now is refused, runs under way finish on what they hold.

        Returns the requests inside, to be waited for with `drained`. They hold no model.
        """
        with self._loading:
            family = self._known(name)
            gone = family
            for version in family.versions:
                gone = gone.drop(name, version, "unloaded")
            self._shelf.put(name, gone)
            return [model.traffic for model in family.serving.values()]

    async def unload_drained(self, name: str, *, limit_s: float) -> bool:
        """Unload, wait until no request is inside, give the memory back. False: some still are."""
        leaving = await asyncio.to_thread(self.unload, name)
        is_empty = await drained(leaving, limit_s)
        await asyncio.to_thread(self.tidy)
        return is_empty

    def ensure(self, name: str, version: str) -> LoadedModel:
        """Load this version beside the others, and keep it until it is released.

        It answers those who name it and nobody else, unless the version policy chose it as well.
        """
        folder = self._folder_of(name, version or "0")
        with self._loading:
            family = self._shelf.families.get(name, Family())
            model = family.serving.get(version)
            if model is None:
                if not folder.is_dir():
                    raise ModelNotFound(f"{name} has no such version")
                model = self._open_or_note(folder, Urgency.ORDER, tuple(family.serving.values()))
                family = self._shelf.families.get(name, Family()).serve(model)
            self._shelf.put(name, family.hold(version))
        self.tidy()
        return model

    def release(self, name: str, is_named: Callable[[str], bool]) -> None:
        """Keep no version that was ensured and is not named now, while nothing else is loaded."""
        with self._loading:
            self._shelf.put(name, self._known(name).release(name, is_named))
        self.tidy()

    def held(self, name: str) -> frozenset[str]:
        """The versions that were ensured and not released."""
        return self._shelf.families.get(name, Family()).held

    async def reload(self, name: str, version: str | None = None) -> LoadedModel:
        """An evicted model, in memory again: loaded once for all who ask meanwhile.

        `NoRoomForModel` where nobody may leave for it; asked again within a second it is refused at
        once, so that callers in vain do not keep the disk busy. A caller that is cancelled does not
        take the load away from the others. Called on the event loop.
        """
        key = (name, version)
        task = self._reloads.get(key)
        if task is None:
            if monotonic() < self._refused.get(key, 0):
                raise NoRoomForModel(f"there is no room in memory for {name} now")
            task = asyncio.create_task(asyncio.to_thread(self.bring_back, name, version))
            self._reloads[key] = task
            task.add_done_callback(lambda done: self._reloaded(key, done))
        return await asyncio.shield(task)

    def _reloaded(self, key: tuple[str, str | None], done: asyncio.Task[LoadedModel]) -> None:
        del self._reloads[key]
        self._refused.pop(key, None)
        if not done.cancelled() and isinstance(done.exception(), NoRoomForModel):
            self._refused[key] = monotonic() + ASK_AGAIN_S

    def bring_back(self, name: str, version: str | None = None) -> LoadedModel:
        """As `reload`, from a thread and without its manners."""
        with self._loading:
            family = self._known(name)
            wanted = family.default_version if version is None else version
            if wanted is None or wanted not in family.evicted:
                return self.find(name, version)
            try:
                model = self._open_or_note(self._folder_of(name, wanted), Urgency.DEMAND)
            except ModelUnusable as error:
                raise ModelNotReady(f"{name} could not be loaded again") from error
            self._shelf.put(name, self._shelf.families[name].serve(model))
        self.tidy()
        return model

    def tidy(self) -> None:
        """Give freed memory back to the system, and count what is held."""
        give_back()
        HELD_BYTES.set(sum(self._opener.alive().values()))

    def find(self, name: str, version: str | None = None) -> LoadedModel:
        """The version asked for, or the newest that serves. `ModelEvicted`: ask `reload`."""
        family = self._shelf.families.get(name)
        if family is not None:
            model = family.default if version is None else family.serving.get(version)
            if model is not None:
                return model
        raise why_not(family, name, version)

    def versions(self, name: str) -> list[str]:
        """The versions that serve, newest first; those that come back when asked for included."""
        family = self._shelf.families.get(name)
        return list(family.versions) if family else []

    def index(self) -> list[IndexEntry]:
        """Every version found, with its state and, where it does not serve, the reason."""
        families = self._shelf.families
        found = [entry for family in families.values() for entry in family.index]
        return sorted([*found, *self._left_out], key=lambda entry: entry.name)

    def _open_or_note(
        self, folder: Path, urgency: Urgency, keep: Sequence[LoadedModel] = ()
    ) -> LoadedModel:
        try:
            return self._loader.open_version(folder, urgency, keep)
        except ModelUnusable as error:
            name, version = folder.parent.name, folder.name
            family = self._shelf.families.get(name, Family())
            self._shelf.put(name, family.drop(name, version, str(error)))
            raise

    def _known(self, name: str) -> Family:
        family = self._shelf.families.get(name)
        if family is None:
            raise ModelNotFound("no model has this name")
        return family

    def _folder_of(self, name: str, version: str = "") -> Path:
        require_names(name, version)
        return self._folder / name / version
