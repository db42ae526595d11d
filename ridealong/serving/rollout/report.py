"""What a shadow's comparisons have come to so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ridealong.serving.rollout.comparison import Compared


@dataclass(frozen=True)
class OutputReport:
    """One output: how often it was compared and agreed, and how far its numbers were apart."""

    compared: int
    agreed: int
    mean_difference: float | None
    max_difference: float | None


@dataclass(frozen=True)
class ShadowReport:
    """One shadow beside the stable version, in this process, since the two stand together.

    `agreement`: the share of compared answers that agreed in every output. Times are those of the
    model's own runs. `failed` holds the failures by reason; `dropped` were never asked: too busy.
    """

    version: str
    beside: str
    compared: int
    agreed: int
    agreement: float | None
    dropped: int
    failed: Mapping[str, int]
    mean_ms: float | None
    mean_ms_beside: float | None
    outputs: Mapping[str, OutputReport] = field(default_factory=dict)


class OutputSums:
    """An output's report under way."""

    def __init__(self) -> None:
        self.compared = 0
        self.agreed = 0
        self.measured = 0
        self.sum = 0.0
        self.largest = 0.0

    def add(self, compared: Compared) -> None:
        """One more comparison."""
        self.compared += 1
        self.agreed += compared.agrees
        if compared.difference is not None:
            self.measured += 1
            self.sum += compared.difference
            self.largest = max(self.largest, compared.difference)

    def read(self) -> OutputReport:
        """As it is now."""
        if not self.measured:
            return OutputReport(self.compared, self.agreed, None, None)
        return OutputReport(self.compared, self.agreed, self.sum / self.measured, self.largest)


class Sums:
    """A shadow's report under way."""

    def __init__(self, version: str, beside: str) -> None:
        self.version = version
        self.beside = beside
        self.dropped = 0
        self._compared = 0
        self._agreed = 0
        self._seconds = 0.0
        self._seconds_beside = 0.0
        self._failed: dict[str, int] = {}
        self._outputs: dict[str, OutputSums] = {}

    def add(self, outputs: Mapping[str, Compared], run_s: float, run_s_beside: float) -> None:
        """One answer was compared."""
        self._compared += 1
        self._agreed += all(compared.agrees for compared in outputs.values())
        self._seconds += run_s
        self._seconds_beside += run_s_beside
        for name, compared in outputs.items():
            self._outputs.setdefault(name, OutputSums()).add(compared)

    def fail(self, reason: str) -> None:
        """The shadow could not answer."""
        self._failed[reason] = self._failed.get(reason, 0) + 1

    def read(self) -> ShadowReport:
        """As it is now."""
        compared = self._compared
        return ShadowReport(
            version=self.version,
            beside=self.beside,
            compared=compared,
            agreed=self._agreed,
            agreement=self._agreed / compared if compared else None,
            dropped=self.dropped,
            failed=dict(self._failed),
            mean_ms=round(self._seconds / compared * 1000, 3) if compared else None,
            mean_ms_beside=round(self._seconds_beside / compared * 1000, 3) if compared else None,
            outputs={name: sums.read() for name, sums in self._outputs.items()},
        )
