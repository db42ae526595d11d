"""All versions of one model as one value.

A reader sees it before a change or after, never in it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from ridealong.serving.errors import (
    ModelEvicted,
    ModelNotFound,
    ModelNotReady,
    ServingError,
)
from ridealong.serving.models.manifest import NAME
from ridealong.serving.models.runner import LoadedModel
from ridealong.serving.models.versions import VERSION, newest_first

EVICTED = "evicted; loads again when asked"
RELEASED = "no rollout names it any more"
POSTPONED = "no room at the start; loads when asked"


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


@dataclass(frozen=True)
class Family:
    """All versions of one name, replaced whole.

    `serving` is in memory and `evicted` comes back when asked for. `chosen` by the version policy,
    the newest of them answers who names no version; `held` for a rollout, whatever the policy says.
    """

    serving: Mapping[str, LoadedModel] = field(default_factory=dict)
    index: tuple[IndexEntry, ...] = ()
    evicted: frozenset[str] = frozenset()
    chosen: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()

    @cached_property
    def versions(self) -> list[str]:
        """Those that can be asked for, newest first."""
        return newest_first({*self.serving, *self.evicted})

    @cached_property
    def default_version(self) -> str | None:
        """Who answers those who name no version: a version held for a rollout only as a last
        resort, or a canary would take every caller at once.
        """
        chosen = [version for version in self.versions if version in self.chosen]
        return next(iter(chosen or self.versions), None)

    @cached_property
    def default(self) -> LoadedModel | None:
        """The same, where it is in memory. Every request without a version asks."""
        return self.serving.get(self.default_version or "")

    def serve(self, model: LoadedModel, reason: str = "") -> "Family":
        """With this model in memory, instead of the one of the same version."""
        serving = {**self.serving, model.version: model}
        entry = IndexEntry(model.name, model.version, State.READY, reason)
        return self._with(entry, serving=serving, evicted=self.evicted - {model.version})

    def evict(self, name: str, version: str, reason: str = EVICTED) -> "Family":
        """Out of memory, back when asked for."""
        entry = IndexEntry(name, version, State.UNAVAILABLE, reason)
        serving = {v: other for v, other in self.serving.items() if v != version}
        return self._with(entry, serving=serving, evicted=self.evicted | {version})

    def note(self, tried: list[IndexEntry]) -> "Family":
        """As it is, with a word on what a refused load could not load."""
        family = self
        for entry in tried:
            if entry.reason:
                family = family._with(entry, serving=self.serving, evicted=self.evicted)
        return family

    def drop(self, name: str, version: str, reason: str) -> "Family":
        """This version serves no more, for a reason."""
        return replace(
            self._with(
                IndexEntry(name, version, State.UNAVAILABLE, reason),
                serving={v: other for v, other in self.serving.items() if v != version},
                evicted=self.evicted - {version},
            ),
            chosen=self.chosen - {version},
            held=self.held - {version},
        )

    def hold(self, version: str) -> "Family":
        """For a rollout: the version policy does not touch it."""
        return replace(self, held=self.held | {version})

    def release(self, name: str, is_named: Callable[[str], bool]) -> "Family":
        """Hold only what is named; the rest serves no more, save what the version policy chose."""
        unnamed = {version for version in self.held if not is_named(version)}
        family = replace(self, held=self.held - unnamed)
        for version in unnamed - self.chosen:
            family = family.drop(name, version, RELEASED)
        return family

    def choose(self, version: str) -> "Family":
        """By the version policy: it may answer those who name no version."""
        return replace(self, chosen=self.chosen | {version})

    def _with(
        self, entry: IndexEntry, *, serving: Mapping[str, LoadedModel], evicted: frozenset[str]
    ) -> "Family":
        rest = [other for other in self.index if other.version not in ("", entry.version)]
        index = sorted([*rest, entry], key=by_version, reverse=True)
        return replace(self, serving=serving, evicted=evicted, index=tuple(index))


def by_version(entry: IndexEntry) -> int:
    """Numbers by size; folders that are no versions after them."""
    return int(entry.version) if entry.version.isascii() and entry.version.isdecimal() else -1


def why_not(family: Family | None, name: str, version: str | None) -> ServingError:
    """Why a model that was asked for cannot be given."""
    if family is None:
        return ModelNotFound("no model has this name")
    if (family.default_version if version is None else version) in family.evicted:
        return ModelEvicted(f"{name} is not in memory; it loads when asked")
    if version is None:
        return ModelNotReady(f"no version of {name} can serve")
    if any(entry.version == version for entry in family.index):
        return ModelNotReady(f"this version of {name} does not serve")
    return ModelNotFound(f"{name} has no such version")


def require_names(name: str, version: str = "") -> None:
    """Refuse what can be nobody's name, whatever the store holds. No version is fine."""
    if not NAME.fullmatch(name) or not (version == "" or VERSION.fullmatch(version)):
        raise ModelNotFound("no model or version has such a name")


def why_refused(tried: list[IndexEntry]) -> str:
    """Why a load is refused: the newest that was tried is not what the folder holds. Else empty."""
    newest = tried[0]
    if newest.reason and newest.version:
        return f"version {newest.version}: {newest.reason}"
    return newest.reason
