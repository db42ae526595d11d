"""Prometheus histograms for the hot path: an observation costs 0.15 µs, not 0.7 to 0.9.

Those of prometheus_client take a lock for the sum, walk the buckets, and take a lock for the bucket
found. The exposition is the same, `_created` left out.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import inf

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString


class Series:
    """What was observed under one set of labels.

    `counts` is by bucket, not cumulative; the last is beyond every bound. Without a lock: observed
    on one thread, the event loop's, read on any.
    """

    __slots__ = ("_bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, amount: float) -> None:
        """One more. A bound belongs to the bucket below it."""
        self.counts[bisect_left(self._bounds, amount)] += 1
        self.total += amount


class Histogram(Collector):
    """As prometheus_client's, made and labelled the same way; fetch `labels(...)` once and keep it.

    `buckets` are upper bounds, rising; the one of infinity is added. Raises `ValueError` for others
    and for a name that the registry knows already.
    """

    def __init__(
        self,
        name: str,
        documentation: str,
        labelnames: Sequence[str],
        *,
        buckets: Sequence[float],
        registry: CollectorRegistry = REGISTRY,
    ) -> None:
        bounds = tuple(float(bound) for bound in buckets if bound != inf)
        if not bounds or list(bounds) != sorted(set(bounds)):
            raise ValueError("buckets must be rising upper bounds")
        self._name = name
        self._documentation = documentation
        self._labelnames = tuple(labelnames)
        self._bounds = bounds
        self._shown_bounds = [show_bound(bound) for bound in (*bounds, inf)]
        self._series: dict[tuple[str, ...], Series] = {}
        registry.register(self)

    def labels(self, *values: str) -> Series:
        """The series of these label values, in the order of the names."""
        series = self._series.get(values)
        if series is None:
            if len(values) != len(self._labelnames):
                raise ValueError(f"labels must be {', '.join(self._labelnames)}")
            series = self._series[values] = Series(self._bounds)
        return series

    def remove(self, *values: str) -> None:
        """Show this series no longer; one that is not there is fine."""
        self._series.pop(values, None)

    def describe(self) -> Iterable[HistogramMetricFamily]:
        """The family without its series: how a registry finds a name used twice."""
        return [self._family()]

    def collect(self) -> Iterable[HistogramMetricFamily]:
        """All series as they are now."""
        family = self._family()
        for values, series in self._series.copy().items():
            counts = accumulate(series.counts)
            buckets = list(zip(self._shown_bounds, map(float, counts), strict=True))
            family.add_metric(values, buckets, series.total)
        return [family]

    def _family(self) -> HistogramMetricFamily:
        return HistogramMetricFamily(self._name, self._documentation, labels=self._labelnames)


def show_bound(bound: float) -> str:
    """A bound as the exposition format writes it."""
    shown: str = floatToGoString(bound)  # type: ignore[no-untyped-call]
    return shown
