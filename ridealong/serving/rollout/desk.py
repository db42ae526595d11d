"""Where rollouts are changed: kept first, then in force, and followed when others change them."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Final

from ridealong.chassis.errors import ServiceError, StaleETag
from ridealong.serving.errors import ModelNotFound
from ridealong.serving.rollout import transitions
from ridealong.serving.rollout.choice import Rollout
from ridealong.serving.rollout.errors import PromotionFromTheFuture
from ridealong.serving.rollout.holding import Holder, attempt
from ridealong.serving.rollout.rollouts import Rollouts
from ridealong.serving.rollout.shelf import Shelf, Versions
from ridealong.serving.rollout.transitions import Decision, Wishes

ATTEMPTS: Final = 6
PAUSE_S: Final = 0.02
CLOCKS_APART: Final = timedelta(minutes=5)
API: Final = "api"
logger = logging.getLogger(__name__)


Change = Callable[[Rollout, str | None], Rollout]


class RolloutDesk:
    """Changes rollouts for callers, and follows what other replicas change.

    What is kept is the truth: a change that cannot be kept is refused. What cannot be read leaves
    everything as it was last known.
    """

    def __init__(
        self,
        rollouts: Rollouts,
        versions: Versions,
        shelf: Shelf,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._rollouts = rollouts
        self._versions = versions
        self._holder = Holder(rollouts, versions)
        self._shelf = shelf
        self._clock = clock
        self._own_changes = 0
        self._is_cut_off = False
        self._has_started = False

    async def arrange(self, name: str, wishes: Wishes) -> Rollout:
        """Start, adjust or end a canary or a shadow, or name the stable version."""

        def arranged(rollout: Rollout, answering: str | None) -> Rollout:
            return transitions.arrange(rollout, wishes, answering, self._decide())

        return await self._change(name, arranged)

    async def promote(self, name: str, version: str | None = None) -> Rollout:
        """Have this version, or the canary, answer everything."""

        def promoted(rollout: Rollout, answering: str | None) -> Rollout:
            chosen = transitions.choose_promoted(rollout, version)
            return transitions.promote(rollout, chosen, answering, self._decide())

        return await self._change(name, promoted)

    async def hear_promotion(self, name: str, version: str, decision: Decision) -> Rollout:
        """A promotion decided elsewhere. One as old as what is in force, or older, changes nothing.

        Raises `ModelNotFound`, `VersionUnknown`, `VersionNotServing`, `PromotionFromTheFuture`.
        """
        if decision.at > self._clock() + CLOCKS_APART:
            raise PromotionFromTheFuture("promoted later than now")

        def promoted(rollout: Rollout, answering: str | None) -> Rollout:
            if rollout.decided_at is not None and decision.at <= rollout.decided_at:
                logger.info("promotion passed over", extra={"model": name, "version": version})
                return rollout
            return transitions.promote(rollout, version, answering, decision)

        return await self._change(name, promoted)

    async def roll_back(self, name: str, revision: int | None = None) -> Rollout:
        """End the canary, or return to the version before the last promotion."""
        return await self._change(
            name, lambda rollout, _: transitions.roll_back(rollout, self._decide(), revision)
        )

    async def clear(self, name: str) -> Rollout:
        """The newest version that serves answers everything."""
        return await self._change(
            name, lambda rollout, _: transitions.clear(rollout, self._decide())
        )

    async def follow(self, every_s: float) -> None:
        """Look for ever what others have changed."""
        while True:
            await asyncio.sleep(every_s)
            look = asyncio.create_task(self.refresh())
            try:
                await asyncio.wait([look])
            finally:
                look.cancel()
            if error := look.exception():
                # A mistake of ours, told and survived: the next look may go well.
                logger.error("rollouts were not followed", exc_info=error)

    async def refresh(self) -> None:
        """Bring into force what is kept now. Never raises for a shelf or a model that fails."""
        try:
            await self._follow_kept()
        finally:
            self._has_started = True

    async def _follow_kept(self) -> None:
        seen = self._own_changes
        try:
            kept = await self._shelf.read()
        except ServiceError as error:
            self._say_cut_off(error)
            return
        if self._is_cut_off:
            self._is_cut_off = False
            logger.info("rollouts are read again")
        for name in {**kept.rollouts, **dict.fromkeys(self._rollouts.names)}:
            await self._adopt(kept.rollouts.get(name) or Rollout(name), seen)

    async def _change(self, name: str, change: Change) -> Rollout:
        try:
            with self._holder.naming(name) as named:
                return await self._keep_changed(name, change, named)
        finally:
            await self._holder.let_go(name)

    async def _keep_changed(self, name: str, change: Change, named: set[str]) -> Rollout:
        for tried in range(ATTEMPTS):
            kept = await self._shelf.read()
            rollout = kept.rollouts.get(name)
            if rollout is None:
                if not self._versions.knows(name):
                    raise ModelNotFound("no model has this name")
                rollout = Rollout(name)
            changed = change(rollout, rollout.stable or self._versions.newest(name))
            if changed is rollout:
                return rollout
            named.update(changed.versions)
            # Before it is kept: what cannot serve here is refused.
            for version in newly_named(rollout, changed):
                await self._versions.ensure(name, version)
            if changed.is_idle:
                await attempt(self._versions.read_again(name), name)
            try:
                await self._shelf.write({**kept.rollouts, name: changed}, kept.tag)
            except StaleETag:
                await asyncio.sleep(PAUSE_S * 2**tried * random.random())  # noqa: S311
                continue
            self._own_changes += 1
            self._put(changed)
            return changed
        raise StaleETag("others change rollouts at the same time: try again")

    async def _adopt(self, rollout: Rollout, seen: int) -> None:
        with self._holder.naming(rollout.model) as named:
            named.update(rollout.versions)
            if not await self._bring_into_force(rollout, seen):
                # Nothing is let go of: what could be loaded is still wanted at the next look.
                return
        await self._holder.let_go(rollout.model)

    async def _bring_into_force(self, rollout: Rollout, seen: int) -> bool:
        """Whether it could be."""
        missing = await self._holder.load(rollout)
        if seen != self._own_changes:
            # Decided here since it was read: what is in force is newer.
            return False
        if rollout.stable in missing and self._has_started:
            # What answered until now goes on. At the start nothing did.
            return False
        if self._is_cleared(rollout):
            await attempt(self._versions.read_again(rollout.model), rollout.model)
        self._put(rollout)
        return True

    def _is_cleared(self, rollout: Rollout) -> bool:
        old = self._rollouts.find(rollout.model)
        return rollout.is_idle and old is not None and not old.is_idle

    def _put(self, rollout: Rollout) -> None:
        old = self._rollouts.find(rollout.model)
        self._rollouts.put(rollout, self._versions.serving(rollout.model))
        if old is None or old.revision != rollout.revision:
            logger.info("rollout in force", extra=asdict(rollout))

    def _decide(self) -> Decision:
        return Decision(self._clock(), API)

    def _say_cut_off(self, error: ServiceError) -> None:
        if not self._is_cut_off:
            self._is_cut_off = True
            extra = {"cause": str(error)}
            logger.warning("rollouts cannot be read; the last known stay in force", extra=extra)


@asynccontextmanager
async def following(desk: RolloutDesk, every_s: float) -> AsyncIterator[None]:
    """What is kept is in force before this is entered, and what others change soon after."""
    await desk.refresh()
    task = asyncio.create_task(desk.follow(every_s))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def newly_named(old: Rollout, new: Rollout) -> list[str]:
    """Versions with a part that they did not have; the stable one whenever it is another."""
    return [
        version
        for version in new.versions
        if version not in old.versions or (version == new.stable != old.stable)
    ]
