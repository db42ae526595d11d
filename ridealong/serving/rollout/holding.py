"""The versions that rollouts name: in memory while any does, and let go of afterwards."""

import logging
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final, NamedTuple

from ridealong.chassis.errors import ServiceError
from ridealong.serving.rollout.choice import Rollout
from ridealong.serving.rollout.rollouts import Rollouts
from ridealong.serving.rollout.shelf import Versions

LOOKS_BETWEEN_LOADS: Final = 15
logger = logging.getLogger(__name__)


class Coming(NamedTuple):
    """Versions of a model that a change under way wants, before any rollout in force names them."""

    model: str
    versions: set[str]


class Holder:
    """Has versions loaded for rollouts, and knows which are still wanted.

    A version is let go of in a thread, while another change may just have had it loaded: so whether
    it is named is asked there, when no load can come between. `_coming` is replaced whole.
    """

    def __init__(self, rollouts: Rollouts, versions: Versions) -> None:
        self._rollouts = rollouts
        self._versions = versions
        self._coming: tuple[Coming, ...] = ()
        # By model: the revision that has a version which cannot be loaded, and the looks until it
        # is tried again.
        self._looks_to_wait: dict[str, tuple[int, int]] = {}

    @contextmanager
    def naming(self, model: str) -> Iterator[set[str]]:
        """Versions that are put into the set count as named as long as this lasts."""
        coming = Coming(model, set())
        self._coming = (*self._coming, coming)
        try:
            yield coming.versions
        finally:
            self._coming = tuple(other for other in self._coming if other is not coming)

    async def load(self, rollout: Rollout) -> set[str]:
        """Have all its versions loaded; those that could not be. One that fails is not tried at
        every look.
        """
        name = rollout.model
        missing = set(rollout.versions) - set(self._versions.serving(name))
        if not missing and rollout == self._rollouts.find(name):
            return missing
        revision, looks = self._looks_to_wait.get(name, (0, 0))
        if revision == rollout.revision and looks:
            self._looks_to_wait[name] = revision, looks - 1
            return missing
        failed = {
            version
            for version in rollout.versions
            if not await attempt(self._versions.ensure(name, version), name, version)
        }
        self._looks_to_wait[name] = rollout.revision, LOOKS_BETWEEN_LOADS if failed else 0
        return failed

    async def let_go(self, model: str) -> None:
        """Of the versions that no rollout names any more."""
        await self._versions.release(model, partial(self._is_named, model))

    def _is_named(self, model: str, version: str) -> bool:
        rollout = self._rollouts.find(model)
        if rollout is not None and version in rollout.versions:
            return True
        return any(one.model == model and version in one.versions for one in self._coming)


async def attempt(work: Awaitable[None], name: str, version: str | None = None) -> bool:
    """Whether it went well; if not, that is told."""
    try:
        await work
    except ServiceError as error:
        extra = {"model": name, "version": version, "cause": str(error)}
        logger.warning("version of a rollout cannot serve", extra=extra)
        return False
    return True
