"""How a rollout becomes another: pure, and refused by name where it cannot be."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, TypedDict

from ridealong.serving.rollout.choice import Rollout
from ridealong.serving.rollout.errors import (
    ChangedMeanwhile,
    NoCanary,
    NothingToRollBackTo,
    VersionNotServing,
    VersionStandsTwice,
    WeightMissing,
    WeightOutOfRange,
)


class Wishes(TypedDict, total=False):
    """What shall change. What is left out stays; None takes a canary or a shadow away."""

    stable: str
    canary: str | None
    weight: float | None
    shadow: str | None


class Decision(NamedTuple):
    """When which version is the stable one was decided, and by whom."""

    at: datetime
    by: str


def arrange(rollout: Rollout, wishes: Wishes, answering: str | None, decision: Decision) -> Rollout:
    """Start, adjust or end a canary or a shadow, or name the stable version.

    `answering` is the version that answers now; it is pinned, so that loading a canary does not
    make that the newest version and thereby the stable one. Raises `VersionNotServing`,
    `VersionStandsTwice`, `WeightMissing`, `WeightOutOfRange`, `NoCanary`.
    """
    stable = wishes.get("stable", answering)
    if stable is None:
        raise VersionNotServing("no version answers now: name a stable one")
    canary = wishes.get("canary", rollout.canary)
    shadow = wishes.get("shadow", rollout.shadow)
    if stable in (canary, shadow):
        raise VersionStandsTwice(f"version {stable} is the stable one already")
    weight = weigh(rollout, canary, wishes.get("weight"))
    arranged = replace(with_stable(rollout, stable, answering), canary=canary, shadow=shadow)
    changed = replace(arranged, weight=weight, revision=rollout.revision + 1)
    return decided(changed, decision) if stable != answering else changed


def weigh(rollout: Rollout, canary: str | None, wished: float | None) -> float:
    """The weight wished for, or the one that the same canary has."""
    if canary is None:
        if wished:
            raise NoCanary("there is no canary to give a weight to")
        return 0.0
    if wished is None:
        if canary != rollout.canary:
            raise WeightMissing("say which share of the requests the new canary shall answer")
        return rollout.weight
    if not 0 <= wished <= 1:
        raise WeightOutOfRange("the weight is a share of the requests, from 0 to 1")
    return wished


def promote(rollout: Rollout, version: str, answering: str | None, decision: Decision) -> Rollout:
    """This version answers everything, save what a canary of another version does."""
    promoted = with_stable(rollout, version, answering)
    if version == rollout.canary:
        promoted = replace(promoted, canary=None, weight=0.0)
    if version == rollout.shadow:
        promoted = replace(promoted, shadow=None)
    return decided(replace(promoted, revision=rollout.revision + 1), decision)


def choose_promoted(rollout: Rollout, version: str | None) -> str:
    """The version named, else the canary. Raises `NoCanary`."""
    chosen = version or rollout.canary
    if chosen is None:
        raise NoCanary("there is no canary to promote: name a version")
    return chosen


def roll_back(rollout: Rollout, decision: Decision, revision: int | None = None) -> Rollout:
    """End the canary; without one, return to the version before the last promotion.

    Nothing is left to return to afterwards: what was rolled back from is known to be bad.
    `revision`: the one that the caller saw, so that the same call said twice does it once. Raises
    `ChangedMeanwhile`, `NothingToRollBackTo`.
    """
    if revision not in (None, rollout.revision):
        raise ChangedMeanwhile("the rollout was changed since: look again")
    if rollout.canary is not None:
        returned = replace(rollout, canary=None, weight=0.0)
    elif rollout.previous is not None:
        shadow = rollout.shadow if rollout.shadow != rollout.previous else None
        returned = replace(rollout, stable=rollout.previous, previous=None, shadow=shadow)
    else:
        raise NothingToRollBackTo("no canary runs, and no version was promoted before")
    return decided(replace(returned, revision=rollout.revision + 1), decision)


def clear(rollout: Rollout, decision: Decision) -> Rollout:
    """The newest version that serves answers everything; only when that was decided is kept."""
    return decided(Rollout(rollout.model, revision=rollout.revision + 1), decision)


def with_stable(rollout: Rollout, version: str, answering: str | None) -> Rollout:
    """Pin the stable version; a change remembers what it replaced."""
    previous = rollout.previous if version == answering else answering
    return replace(rollout, stable=version, previous=previous)


def decided(rollout: Rollout, decision: Decision) -> Rollout:
    """Which version is the stable one was decided now, so an older decision counts no more."""
    return replace(rollout, decided_at=decision.at, decided_by=decision.by)
