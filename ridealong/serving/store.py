"""The models of a folder `<store>/<name>/<version>/`: which serve, and why others cannot."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Protocol

from ridealong.serving.errors import ModelNotFound, ModelNotReady, ModelUnusable
from ridealong.serving.manifest import NAME
from ridealong.serving.runner import LoadedModel

logger = logging.getLogger(__name__)


class State(StrEnum):
    """As the model-repository extension names it."""

    READY = "READY"
    UNAVAILABLE = "UNAVAILABLE"


@dataclass(frozen=True)
class IndexEntry:
    """One version as the index shows it."""

    name: str
    version: str
    state: State
    reason: str = ""


class VersionPolicy(StrEnum):
    """Which versions are loaded: the newest that is sound, or every sound one."""

    LATEST = "latest"
    ALL = "all"


class ModelOpener(Protocol):
    """Turns a folder into a model that can serve, or raises `ModelUnusable`."""

    def open(self, folder: Path) -> LoadedModel: ...


@dataclass(frozen=True)
class Family:
    """All versions of one name, newest first. Replaced whole: a reader sees old or new."""

    serving: Mapping[str, LoadedModel]
    index: tuple[IndexEntry, ...]


class ModelStore:
    """Loads from any thread, one load at a time; asked from the event loop, without a lock."""

    def __init__(
        self, folder: Path, opener: ModelOpener, *, policy: VersionPolicy = VersionPolicy.LATEST
    ) -> None:
        self._folder = folder
        self._opener = opener
        self._policy = policy
        self._families: Mapping[str, Family] = {}
        self._loading = Lock()
        self._is_loaded = False

    @property
    def is_ready(self) -> bool:
        """Everything has been tried, and something serves."""
        return self._is_loaded and any(family.serving for family in self._families.values())

    def load_all(self) -> None:
        """Try every model in the folder. A bad one is left out and told of in the index."""
        for folder in sorted(self._folder.iterdir()):
            if folder.is_dir() and not folder.name.startswith((".", "_")):
                self.load(folder.name)
        self._is_loaded = True

    def load(self, name: str) -> None:
        """Read a model's folder afresh, beside what serves, then switch the two at once.

        A version that serves already and is unusable now goes on serving from memory.
        """
        if not NAME.fullmatch(name):
            raise ModelNotFound("no model has such a name")
        with self._loading:
            folder = self._folder / name
            old = self._families.get(name)
            if not folder.is_dir() and old is None:
                raise ModelNotFound("no model has this name")
            family = self._open_family(folder, old.serving if old else {})
            self._families = {**self._families, name: family}

    def unload(self, name: str) -> None:
        """Serve it no longer. Runs under way finish on the model they hold."""
        with self._loading:
            family = self._families.get(name)
            if family is None:
                raise ModelNotFound("no model has this name")
            index = tuple(
                IndexEntry(entry.name, entry.version, State.UNAVAILABLE, entry.reason or "unloaded")
                for entry in family.index
            )
            self._families = {**self._families, name: Family({}, index)}

    def find(self, name: str, version: str | None = None) -> LoadedModel:
        """The version asked for, or the newest that serves."""
        family = self._families.get(name)
        if family is None:
            raise ModelNotFound("no model has this name")
        if version is None:
            if not family.serving:
                raise ModelNotReady(f"no version of {name} can serve")
            return next(iter(family.serving.values()))
        model = family.serving.get(version)
        if model is not None:
            return model
        if any(entry.version == version for entry in family.index):
            raise ModelNotReady(f"this version of {name} does not serve")
        raise ModelNotFound(f"{name} has no such version")

    def versions(self, name: str) -> list[str]:
        """The versions that serve, newest first."""
        family = self._families.get(name)
        return list(family.serving) if family else []

    def index(self) -> list[IndexEntry]:
        """Every version found, with its state and, where it does not serve, the reason."""
        return [entry for name in sorted(self._families) for entry in self._families[name].index]

    def _open_family(self, folder: Path, served: Mapping[str, LoadedModel]) -> Family:
        serving: dict[str, LoadedModel] = {}
        index: list[IndexEntry] = []
        for version in versions_in(folder):
            if serving and self._policy is VersionPolicy.LATEST:
                entry = IndexEntry(
                    folder.name, version, State.UNAVAILABLE, "a newer version serves"
                )
            else:
                entry = self._open_version(folder / version, served.get(version), serving)
            index.append(entry)
        if not index:
            index.append(
                IndexEntry(
                    folder.name, "", State.UNAVAILABLE, "no folder of it is named by a whole number"
                )
            )
        return Family(serving, tuple(index))

    def _open_version(
        self, folder: Path, served: LoadedModel | None, serving: dict[str, LoadedModel]
    ) -> IndexEntry:
        name, version = folder.parent.name, folder.name
        try:
            serving[version] = self._opener.open(folder)
        except ModelUnusable as error:
            logger.warning(
                "model unusable", extra={"model": name, "version": version, "reason": str(error)}
            )
            if served is None:
                return IndexEntry(name, version, State.UNAVAILABLE, str(error))
            serving[version] = served
            return IndexEntry(name, version, State.READY, f"as loaded before; on disk now: {error}")
        logger.info("model loaded", extra={"model": name, "version": version})
        return IndexEntry(name, version, State.READY)


def versions_in(folder: Path) -> list[str]:
    """The sub-folders named by a whole number, newest first."""
    if not folder.is_dir():
        return []
    names = [path.name for path in folder.iterdir() if path.is_dir() and path.name.isdecimal()]
    return sorted(names, key=int, reverse=True)
