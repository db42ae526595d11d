"""Who may still join the queue: bounds for all, a share for each tenant, and time that is left."""

from dataclasses import dataclass
from math import inf
from typing import Final

from ridealong.serving.errors import DeadlinePassed, ServerFull, TenantQueueFull
from ridealong.serving.scheduling.jobs import Job, held_by

# A line as long as callers have time serves each at the last moment: alone, for company would make
# it late, and often late all the same. Half as long it keeps the threads as busy, with some time
# left for what an estimate does not know (bench/inference/goodput.py: 0.6 of capacity became 0.9).
WAITS_COUNT: Final = 2.0


@dataclass(frozen=True)
class Limits:
    """How much may wait: requests and bytes in all, and one tenant's share of both (0 to 1)."""

    requests: int = 1024
    bytes: int = 512 << 20
    tenant_share: float = 0.5


class Load:
    """What waits: requests, bytes, and the seconds of model time they should take."""

    __slots__ = ("bytes", "requests", "seconds")

    def __init__(self) -> None:
        self.requests = 0
        self.bytes = 0
        self.seconds = 0.0

    def add(self, job: Job) -> None:
        """One more."""
        self.requests += 1
        self.bytes += job.held
        self.seconds += job.expected_s

    def remove(self, job: Job) -> None:
        """One less."""
        self.requests -= 1
        self.bytes -= job.held
        self.seconds -= job.expected_s


class Admission:
    """The books of what waits, in all and by tenant."""

    def __init__(self, limits: Limits, slots: int) -> None:
        self._limits = limits
        self._slots = slots
        self._share = Limits(
            requests=max(1, int(limits.requests * limits.tenant_share)),
            bytes=max(1, int(limits.bytes * limits.tenant_share)),
        )
        self._all = Load()
        self._by_tenant: dict[str, Load] = {}

    @property
    def waiting(self) -> int:
        """How many requests wait."""
        return self._all.requests

    def admit(self, job: Job) -> None:
        """Write the job down, or refuse it before it costs anything.

        Raises `ServerFull`, `TenantQueueFull`, or `DeadlinePassed` where too little time is left.
        """
        job.held = held_by(job.inputs, job.size)
        own = self._by_tenant.get(job.tenant)
        if own is None:
            own = self._by_tenant[job.tenant] = Load()
        try:
            self._check(job, own)
        except (ServerFull, TenantQueueFull, DeadlinePassed):
            if not own.requests:
                del self._by_tenant[job.tenant]
            raise
        own.add(job)
        self._all.add(job)

    def release(self, job: Job) -> None:
        """It waits no longer."""
        own = self._by_tenant[job.tenant]
        own.remove(job)
        if not own.requests:
            del self._by_tenant[job.tenant]
        self._all.remove(job)

    def _check(self, job: Job, own: Load) -> None:
        limits, share, everything = self._limits, self._share, self._all
        # An empty queue takes any request: only what waits is bounded.
        if everything.requests and (
            everything.requests >= limits.requests or everything.bytes + job.held > limits.bytes
        ):
            raise ServerFull(f"{everything.requests} requests wait already")
        if own.requests and (own.requests >= share.requests or own.bytes + job.held > share.bytes):
            raise TenantQueueFull(f"{own.requests} requests of this tenant wait already")
        if job.deadline != inf and (
            job.asked_at + WAITS_COUNT * self.wait_s(own) + job.lane.least_s(job.rows)
            > job.deadline
        ):
            raise DeadlinePassed("the deadline leaves too little time: refused before it waited")

    def wait_s(self, own: Load) -> float:
        """How long a new job of this tenant should wait: tenants take turns, so a flood of others
        counts only as far as this tenant's own line is long.
        """
        turns = (own.seconds + own.seconds / max(1, own.requests)) * len(self._by_tenant)
        return min(self._all.seconds, turns) / self._slots
