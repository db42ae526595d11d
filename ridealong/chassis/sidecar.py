"""What a service may ask of its sidecar.

Call, publish, keep, and know secrets. Nothing else of the world.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote

from ridealong.contracts.contract import Event


@dataclass(frozen=True)
class Stored:
    """A JSON value in the state store, and the ETag that a later write must name."""

    value: bytes
    etag: str


@dataclass(frozen=True)
class HttpReply:
    """An answer of another service, whatever its status."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Sidecar(Protocol):
    """The one door to the world.

    Every method raises `SidecarUnavailable` or `CallFailed` where time may heal it.
    """

    async def call(
        self,
        app_id: str,
        path: str,
        body: bytes | None = None,
        *,
        method: str = "POST",
        headers: dict[str, str] | None = None,
        timeout_s: float | None = None,
    ) -> HttpReply:
        """Another service's answer as it is, 5xx included; `CallFailed` when there is none."""

    async def publish(self, event: Event) -> None:
        """Tell whoever hears the event's topic, at least once."""

    async def publish_all(self, events: Sequence[tuple[Event, str | None]]) -> None:
        """Many facts of one topic in one call, each with the `traceparent` it belongs to."""

    async def load(self, key: str) -> Stored | None:
        """The value under this key, strongly consistent; None where there is none."""

    async def save(
        self, key: str, value: bytes, *, etag: str | None, ttl_s: int | None = None
    ) -> None:
        """Write first: `etag=None` creates, and raises `StaleETag` where the key exists or the ETag
        is old.
        """

    async def save_all(self, values: Mapping[str, bytes], *, ttl_s: int) -> None:
        """Write many keys in one call, last writer wins: for marks that say the same twice."""

    async def delete(self, key: str, *, etag: str | None = None) -> None:
        """Remove a key; one that is not there is fine. `StaleETag` where the ETag is old."""

    async def secret(self, name: str) -> str:
        """A secret by name; `SecretMissing` where the store lacks it."""

    async def is_reachable(self) -> bool:
        """Whether the sidecar can act for us right now."""


def state_key(tenant: str, kind: str, key_id: str) -> str:
    """`tenant:kind:id`, each part percent-encoded: no id can reach into another tenant's keys."""
    return ":".join(quote(part, safe="") for part in (tenant, kind, key_id))
