"""Loads versions beside what serves: makes room, opens, and tells how it went."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Protocol

from ridealong.serving.errors import ModelUnusable, NoRoomForModel
from ridealong.serving.models.families import POSTPONED, Family, IndexEntry, why_refused
from ridealong.serving.models.manifest import Manifest, read_manifest
from ridealong.serving.models.memory import MemoryLimit, Urgency, give_back
from ridealong.serving.models.metrics import EVICTIONS, LOADS
from ridealong.serving.models.plans import Plan
from ridealong.serving.models.runner import LoadedModel, Weights
from ridealong.serving.models.versions import (
    VersionFolders,
    Versions,
    find_versions,
    newest_first,
    read_versions,
)

logger = logging.getLogger(__name__)

UNEXPECTED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
NO_VERSION = "no folder of it is named by a whole number"
ODD_FOLDER = "not a version: those are named by a whole number that does not start with zero"


class ModelOpener(Protocol):
    """Turns a folder into a model that can serve, or raises `ModelUnusable`."""

    def prepare(self, folder: Path) -> Plan:
        """What it takes to open it; its files are proven."""

    def open(self, plan: Plan) -> LoadedModel:
        """The model, warm."""

    def alive(self) -> Weights:
        """Bytes by part, of all that is in memory."""


class Shelf:
    """The models of a store by name. Replaced whole at each change: readers need no lock."""

    def __init__(self) -> None:
        self.families: Mapping[str, Family] = {}

    def put(self, name: str, family: Family) -> None:
        """From now on, whoever asks finds this."""
        self.families = {**self.families, name: family}

    def loaded(self) -> list[LoadedModel]:
        """Every model that serves."""
        return [model for family in self.families.values() for model in family.serving.values()]

    def evict(self, model: LoadedModel) -> None:
        """Find it no more; its memory is given back when the last reference is gone."""
        self.put(model.name, self.families[model.name].evict(model.name, model.version))
        EVICTIONS.labels(model.name).inc()
        logger.info("model evicted", extra={"model": model.name, "version": model.version})


class Loader:
    """Used by one thread at a time."""

    def __init__(
        self,
        opener: ModelOpener,
        shelf: Shelf,
        memory: MemoryLimit,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._opener = opener
        self._shelf = shelf
        self._memory = memory
        self._clock = clock

    def open_version(
        self, folder: Path, urgency: Urgency, keep: Sequence[LoadedModel] = ()
    ) -> LoadedModel:
        """One version, in memory and warm. `keep` stay, whatever room they take.

        `ModelUnusable`: never with these files. `NoRoomForModel`: not now.
        """
        name, version = folder.parent.name, folder.name
        try:
            model = self._open(folder, urgency, keep)
        except (ModelUnusable, NoRoomForModel) as error:
            outcome = "no_room" if isinstance(error, NoRoomForModel) else "unusable"
            LOADS.labels(name, outcome).inc()
            why = {"model": name, "version": version, "reason": str(error)}
            logger.warning("model not loaded", extra=why)
            raise
        LOADS.labels(name, "loaded").inc()
        logger.info("model loaded", extra={"model": name, "version": version})
        return model

    def _open(self, folder: Path, urgency: Urgency, keep: Sequence[LoadedModel]) -> LoadedModel:
        began = self._clock()
        plan = self._opener.prepare(folder)
        manifest = plan.source.manifest
        if manifest is not None and manifest.limits.pinned:
            urgency = Urgency.ORDER
        self._make_room(plan.weights, urgency, keep)
        model = self._try_to_open(plan)
        model.load_s = self._clock() - began
        return model

    def _make_room(self, wanted: Weights, urgency: Urgency, keep: Sequence[LoadedModel]) -> None:
        """Whoever leaves is out of memory when this returns: nothing here may still name it."""
        leaving = self._memory.choose_leaving(
            wanted, self._shelf.loaded(), self._opener.alive(), urgency, keep
        )
        for model in leaving:
            self._shelf.evict(model)
        if leaving:
            del leaving, model
            give_back()

    def _try_to_open(self, plan: Plan) -> LoadedModel:
        try:
            return self._opener.open(plan)
        except UNEXPECTED as error:
            # Some part that nothing here thought of checking: it must not end the server.
            logger.warning("model failed when tried", exc_info=True)
            raise ModelUnusable(f"it fails when tried ({type(error).__name__})") from error

    def open_family(
        self,
        folder: Path,
        old: Family | None,
        choice: tuple[Versions | None, Versions],
        urgency: Urgency,
    ) -> tuple[Family, list[IndexEntry]]:
        """All versions that are to serve, and how those went that were tried, newest first.

        Where the newest is not what the folder holds, a family that is known stays as it was, but
        for its index. `choice`: the versions that count before what the newest readable manifest
        says, and those that count after it.
        """
        family, versions = self._open_all(folder, old or Family(), choice, urgency)
        tried = [entry for entry in family.index if entry.version in versions]
        if old is not None and why_refused(tried):
            family = old.note(tried)
        return family, tried

    def _open_all(
        self,
        folder: Path,
        old: Family,
        choice: tuple[Versions | None, Versions],
        urgency: Urgency,
    ) -> tuple[Family, list[str]]:
        """With the versions that were tried, or what lies there instead of any.

        What serves already and is unusable now goes on serving from memory.
        """
        family, tried = Family(held=old.held), []
        found = find_or_recall(folder, old)
        for name in found.odd:
            family = family.drop(folder.name, name, ODD_FOLDER)
        versions = choice[0] or own_versions(folder, found) or choice[1]
        for version in newest_first({*found.versions, *versions.named, *old.held}):
            is_wanted = wants(versions, version, family)
            if not (is_wanted or version in old.held):
                family = family.drop(folder.name, version, versions.why_not)
                continue
            family = self._open_into(family, folder / version, old, urgency)
            if is_wanted:
                tried.append(version)
                family = family.choose(version) if version in family.versions else family
        family = family if family.index else family.drop(folder.name, "", NO_VERSION)
        return family, tried or [entry.version for entry in family.index]

    def _open_into(self, family: Family, folder: Path, old: Family, urgency: Urgency) -> Family:
        name, version = folder.parent.name, folder.name
        served = old.serving.get(version)
        try:
            return family.serve(self.open_version(folder, urgency, tuple(old.serving.values())))
        except ModelUnusable as error:
            if served is None:
                return family.drop(name, version, str(error))
            return family.serve(served, f"as loaded before; on disk now: {error}")
        except NoRoomForModel as error:
            if served is not None:
                return family.serve(served, f"as loaded before; {error}")
            if urgency is Urgency.START or version in old.evicted:
                return family.evict(name, version, POSTPONED)
            return family.drop(name, version, str(error))


def wants(versions: Versions, version: str, family: Family) -> bool:
    """Whether the policy wants one more version, this one."""
    if versions.named:
        return version in versions.named
    return versions.newest is None or len(family.chosen) < versions.newest


def find_or_recall(folder: Path, old: Family) -> VersionFolders:
    """The versions on disk; those of before where the disk cannot be read."""
    try:
        return find_versions(folder)
    except OSError:
        return VersionFolders(tuple(old.versions))


def own_versions(folder: Path, found: VersionFolders) -> Versions | None:
    """The version policy in a model's own manifests."""
    return next((wanted_versions(manifest) for manifest in readable(folder, found)), None)


def is_pinned(folder: Path) -> bool:
    """What the newest readable manifest says."""
    found = find_or_recall(folder, Family())
    return any(manifest.limits.pinned for manifest in list(readable(folder, found))[:1])


def readable(folder: Path, found: VersionFolders) -> Iterator[Manifest]:
    """The manifests that can be read, newest first."""
    for version in found.versions:
        try:
            yield read_manifest(folder / version)
        except ModelUnusable:
            continue


def wanted_versions(manifest: Manifest) -> Versions | None:
    """The model's own version policy, if it has one."""
    return None if manifest.versions is None else read_versions(manifest.versions)
