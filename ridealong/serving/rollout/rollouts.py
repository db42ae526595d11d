"""The rollouts in force in this process: asked for every request, replaced while requests run."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from ridealong.serving.rollout.choice import NEWEST, Choice, Chooser, Rollout


class Outcome(Protocol):
    """What is counted of an answer or failure; a `PredictionRecord` is one."""

    @property
    def model(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def took_s(self) -> float: ...
    @property
    def failure(self) -> str | None: ...


@dataclass(frozen=True)
class Tally:
    """What one version answered since its role began, in this process."""

    answered: int = 0
    failed: int = 0
    mean_ms: float = 0.0


class Count:
    """A tally under way."""

    __slots__ = ("answered", "failed", "seconds")

    def __init__(self) -> None:
        self.answered = 0
        self.failed = 0
        self.seconds = 0.0

    def read(self) -> Tally:
        """As it is now; the time is that of answers alone."""
        mean_ms = self.seconds / self.answered * 1000 if self.answered else 0.0
        return Tally(self.answered, self.failed, round(mean_ms, 3))


class Rollouts:
    """By model. A model without a rollout costs a look into a dict, and is never counted."""

    def __init__(self) -> None:
        self._known: dict[str, Rollout] = {}
        self._choosers: dict[str, Chooser] = {}
        self._counts: dict[str, dict[str, Count]] = {}

    def choose(self, name: str, key: str | None) -> Choice:
        """Which version answers, and which is asked in its shadow.

        `key`: callers with the same key are answered by the same version during a canary.
        """
        chooser = self._choosers.get(name)
        return NEWEST if chooser is None else chooser.choose(key)

    def stable(self, name: str) -> str | None:
        """The version to speak of where nobody is answered; None: the newest that serves."""
        rollout = self._known.get(name)
        return None if rollout is None else rollout.stable

    def saw(self, outcome: Outcome) -> None:
        """Count an answer or a failure."""
        counts = self._counts.get(outcome.model)
        if counts is None:
            return
        count = counts.get(outcome.version)
        if count is None:
            count = counts[outcome.version] = Count()
        if outcome.failure is None:
            count.answered += 1
            count.seconds += outcome.took_s
        else:
            count.failed += 1

    def put(self, rollout: Rollout, serving: Collection[str]) -> None:
        """In force from the next request on. `serving`: the versions that can answer."""
        name, old = rollout.model, self._known.get(rollout.model)
        self._known[name] = rollout
        if rollout.is_idle:
            self._choosers.pop(name, None)
            self._counts.pop(name, None)
            return
        self._choosers[name] = Chooser(rollout, serving)
        if old is None or (old.stable, old.canary) != (rollout.stable, rollout.canary):
            self._counts[name] = {}

    def find(self, name: str) -> Rollout | None:
        """What is in force, or was decided and cleared since."""
        return self._known.get(name)

    def tallies(self, name: str) -> Mapping[str, Tally]:
        """By version."""
        return {version: count.read() for version, count in self._counts.get(name, {}).items()}

    @property
    def names(self) -> tuple[str, ...]:
        """Every model that something was ever decided for."""
        return tuple(self._known)
