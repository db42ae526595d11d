"""What the scheduler knows of one loaded model: how to run it, and how long that takes now."""

from math import inf
from typing import TYPE_CHECKING

from ridealong.serving import metrics
from ridealong.serving.models.profile import Profile
from ridealong.serving.models.runner import Runner
from ridealong.serving.statistics import ModelStatistics

if TYPE_CHECKING:
    from ridealong.serving.scheduling.jobs import Batch

GAIN, DEVIATION_GAIN, DEVIATIONS = 1 / 8, 1 / 4, 2


class Lane:
    """One loaded model. Compared by identity, so that a reloaded version never shares a batch."""

    __slots__ = (
        "_deviation",
        "_pace",
        "_row_s",
        "batch_rows",
        "batch_s",
        "batches",
        "has_fixed_rows",
        "has_slot",
        "inline_bytes",
        "inline_rows",
        "max_bytes",
        "max_rows",
        "name",
        "profile",
        "queue_s",
        "run_s",
        "runner",
        "statistics",
        "total_s",
        "version",
    )

    def __init__(
        self,
        name: str,
        version: str,
        runner: Runner,
        profile: Profile,
        *,
        has_fixed_rows: bool = False,
        statistics: ModelStatistics | None = None,
    ) -> None:
        """`has_fixed_rows`: every row has one and the same shape."""
        self.name = name
        self.version = version
        self.runner = runner
        self.profile = profile
        self.statistics = statistics or ModelStatistics()
        self.max_rows = profile.max_rows
        self.max_bytes = inf if profile.max_bytes is None else profile.max_bytes
        self.batches = profile.batches and profile.max_rows > 1
        self.has_fixed_rows = has_fixed_rows
        self.has_slot = False
        self.inline_rows = profile.inline_rows
        self.inline_bytes = profile.inline_bytes
        self.queue_s = metrics.QUEUE_SECONDS.labels(name, version)
        self.total_s = metrics.TOTAL_SECONDS.labels(name, version)
        self.batch_s = metrics.BATCH_SECONDS.labels(name, version)
        self.run_s = metrics.RUN_SECONDS.labels(name, version)
        self.batch_rows = metrics.BATCH_ROWS.labels(name, version)
        self._row_s = profile.seconds_of(profile.max_rows) / profile.max_rows
        self._pace = 1.0
        self._deviation = 0.0

    def expect_s(self, rows: int) -> float:
        """How long a run of so many rows should take, on the safe side.

        The time measured at load, corrected by what was seen since: a smoothed ratio and two of its
        mean deviations, as TCP estimates a round trip (RFC 6298).
        """
        return self.profile.seconds_of(rows) * (self._pace + DEVIATIONS * self._deviation)

    def share_s(self, rows: int) -> float:
        """What so many rows add to a full batch."""
        return rows * self._row_s * self._pace

    def least_s(self, rows: int) -> float:
        """What a run of so many rows takes at best: less time than this is too little."""
        return self.profile.seconds_of(rows) * min(1.0, self._pace)

    def saw(self, batch: "Batch") -> None:
        """Learn from a run, and count it."""
        off = batch.run_s / self.profile.seconds_of(batch.rows) - self._pace
        self._pace += GAIN * off
        self._deviation += DEVIATION_GAIN * (abs(off) - self._deviation)
        self.run_s.observe(batch.run_s)
        self.batch_s.observe(batch.took_s)
        self.batch_rows.observe(batch.rows)
        self.statistics.batch_ran(
            batch.rows, batch.requests, batch.form_s, batch.run_s, batch.split_s
        )

    def answered(self, rows: int, queued_s: float, total_s: float) -> None:
        """One request got its answer."""
        self.queue_s.observe(queued_s)
        self.total_s.observe(total_s)
        self.statistics.answered(rows, queued_s, total_s)
