"""A rollout as a value, and the choice it makes for one request."""

import hashlib
import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, NamedTuple

from pydantic import Field

DIGEST_BYTES: Final = 8
ALL: Final = 1 << (8 * DIGEST_BYTES)


@dataclass(frozen=True)
class Rollout:
    """What was decided for one model.

    `stable` answers (None: the newest version that serves), `canary` answers the share `weight` of
    it, `shadow` is asked the same and never answers. `previous` is what a rollback returns to.
    `decided_at` is when it was last decided which version is the stable one, `decided_by` who did.
    """

    model: str
    stable: str | None = None
    canary: str | None = None
    weight: Annotated[float, Field(ge=0, le=1)] = 0.0
    shadow: str | None = None
    previous: str | None = None
    revision: int = 0
    decided_at: datetime | None = None
    decided_by: str = ""

    @property
    def versions(self) -> tuple[str, ...]:
        """All that must be loaded. The previous one too: a rollback must not wait for a load."""
        named = (self.stable, self.canary, self.shadow, self.previous)
        return tuple(dict.fromkeys(version for version in named if version is not None))

    @property
    def is_idle(self) -> bool:
        """Nothing is in force: the newest version that serves answers everything."""
        return self.stable is None


class Choice(NamedTuple):
    """The version that answers (None: the newest that serves), and the one asked in its shadow.

    `route` is the version's role, None where no rollout is in force.
    """

    version: str | None
    shadow: str | None
    route: str | None = None


NEWEST: Final = Choice(None, None)


class Chooser:
    """A rollout made ready for the hot path.

    A key's place between 0 and 1 depends on the model, the canary and the key alone: while the
    weight grows, who is in stays in, and another canary is tried on other callers first.
    """

    __slots__ = ("_canary", "_salt", "_stable", "_threshold", "_weight")

    def __init__(self, rollout: Rollout, serving: Collection[str]) -> None:
        """A canary or shadow that is not among `serving` gets nothing.

        The stable version is chosen all the same: an answer of a version that nobody chose, perhaps
        the one that was rolled back, is worse than a refusal that says why.
        """
        canary = rollout.canary if rollout.canary in serving else None
        shadow = rollout.shadow if rollout.shadow in serving else None
        self._weight = rollout.weight if canary is not None else 0.0
        self._threshold = round(self._weight * ALL)
        self._salt = salt_of(rollout.model, canary or "")
        self._stable = Choice(rollout.stable, shadow, "stable")
        # Compared is what the shadow would replace: the stable version's answers.
        self._canary = Choice(canary, None, "canary")

    def choose(self, key: str | None) -> Choice:
        """By key where there is one, else by chance."""
        if not self._threshold:
            return self._stable
        if key is None:
            is_in = random.random() < self._weight  # noqa: S311 - a sample, not a secret
        else:
            is_in = place_of(self._salt, key) < self._threshold
        return self._canary if is_in else self._stable


def salt_of(model: str, canary: str) -> bytes:
    """So that one key stands at independent places for different models and canaries."""
    return hashlib.blake2b(f"{model}\0{canary}".encode(), digest_size=16).digest()


def place_of(salt: bytes, key: str) -> int:
    """Where a key stands among `ALL` places: as good as random, and the same for ever."""
    content = key.encode(errors="surrogatepass")
    digest = hashlib.blake2b(content, digest_size=DIGEST_BYTES, key=salt).digest()
    return int.from_bytes(digest, "big")
