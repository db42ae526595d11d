"""Desks on fakes: a shelf in memory that several replicas share, and versions by name."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from ridealong.chassis.errors import ServiceError, StaleETag
from ridealong.serving.errors import ModelNotFound
from ridealong.serving.rollout.choice import Rollout
from ridealong.serving.rollout.desk import RolloutDesk
from ridealong.serving.rollout.errors import VersionNotServing, VersionUnknown
from ridealong.serving.rollout.rollouts import Rollouts
from ridealong.serving.rollout.shelf import Kept
from ridealong.serving.rollout.transitions import Decision

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class MemoryShelf:
    """First writer wins. `rival`, if set, writes between the next read and its write."""

    def __init__(self) -> None:
        self.rollouts: dict[str, Rollout] = {}
        self.writes = 0
        self.error: ServiceError | None = None
        self.rivals: list[Rollout] = []

    async def read(self) -> Kept:
        if self.error:
            raise self.error
        kept = Kept(dict(self.rollouts), str(self.writes))
        if self.rivals:
            rival = self.rivals.pop()
            self.rollouts[rival.model] = rival
            self.writes += 1
        return kept

    async def write(self, rollouts: Mapping[str, Rollout], tag: str | None) -> None:
        if self.error:
            raise self.error
        if tag != str(self.writes):
            raise StaleETag("somebody else wrote first")
        self.rollouts = dict(rollouts)
        self.writes += 1


class FakeVersions:
    """On disk: versions 1 to 4 of `m`. The first of `loaded` answers without a rollout."""

    def __init__(self, *loaded: str) -> None:
        self.loaded = list(loaded)
        self.chosen = loaded
        self.held: set[str] = set()
        self.broken: set[str] = set()
        self.ensured: list[str] = []
        self.read_anew: list[str] = []

    def knows(self, name: str) -> bool:
        return name == "m"

    def serving(self, name: str) -> Sequence[str]:
        return self.loaded

    def newest(self, name: str) -> str | None:
        return next(iter(self.loaded), None)

    async def ensure(self, name: str, version: str) -> None:
        self.ensured.append(version)
        if version not in ("1", "2", "3", "4"):
            raise VersionUnknown("not on disk")
        if version in self.broken:
            raise VersionNotServing("cannot serve")
        if version not in self.loaded:
            self.loaded.append(version)
        self.held.add(version)

    async def release(self, name: str, is_named: Callable[[str], bool]) -> None:
        for version in [version for version in self.held if not is_named(version)]:
            self.held.remove(version)
            if version in self.loaded and version not in self.chosen:
                self.loaded.remove(version)

    async def read_again(self, name: str) -> None:
        if not self.knows(name):
            raise ModelNotFound("no model has this name")
        self.read_anew.append(name)


class Replica:
    """One process: its desk, its versions, what is in force in it."""

    def __init__(self, shelf: MemoryShelf, *loaded: str) -> None:
        self.rollouts = Rollouts()
        self.versions = FakeVersions(*(loaded or ("1",)))
        self.now = NOON
        self.desk = RolloutDesk(self.rollouts, self.versions, shelf, clock=lambda: self.now)

    def answering(self, key: str = "any") -> str | None:
        return self.rollouts.choose("m", key).version

    async def hear(self, version: str, minute: int, run_id: str = "run-1") -> Rollout:
        decision = Decision(NOON + timedelta(minutes=minute), run_id)
        return await self.desk.hear_promotion("m", version, decision)
