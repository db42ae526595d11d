"""What was decided for a model, and what has come of it in this process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ridealong.serving.errors import ModelNotFound
from ridealong.serving.rollout.choice import Rollout
from ridealong.serving.rollout.report import ShadowReport
from ridealong.serving.rollout.rollouts import Rollouts, Tally
from ridealong.serving.rollout.shelf import Versions


class Reports(Protocol):
    """What is shown of a shadow."""

    def report(self, model: str, version: str, beside: str) -> ShadowReport | None: ...


@dataclass(frozen=True)
class RolloutView:
    """`answering` is the version that answers whoever is not in the canary; `serving` can."""

    rollout: Rollout
    answering: str | None
    serving: Sequence[str]
    tallies: Mapping[str, Tally]
    shadow_report: ShadowReport | None


class RolloutWindow:
    """Where rollouts are looked at."""

    def __init__(self, rollouts: Rollouts, versions: Versions, shadow: Reports) -> None:
        self._rollouts = rollouts
        self._versions = versions
        self._shadow = shadow

    def show(self, name: str) -> RolloutView:
        """One model, with a rollout or without. Raises `ModelNotFound`."""
        rollout = self._rollouts.find(name)
        if rollout is None:
            if not self._versions.knows(name):
                raise ModelNotFound("no model has this name")
            rollout = Rollout(name)
        return RolloutView(
            rollout,
            answering=rollout.stable or self._versions.newest(name),
            serving=self._versions.serving(name),
            tallies=self._rollouts.tallies(name),
            shadow_report=self._report(rollout),
        )

    def show_all(self) -> list[RolloutView]:
        """Every rollout in force, by name."""
        found = [self.show(name) for name in sorted(self._rollouts.names)]
        return [view for view in found if not view.rollout.is_idle]

    def _report(self, rollout: Rollout) -> ShadowReport | None:
        if rollout.shadow is None or rollout.stable is None:
            return None
        return self._shadow.report(rollout.model, rollout.shadow, rollout.stable)
