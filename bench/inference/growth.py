"""Does memory grow? A line through what was sampled after the warm-up."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Sample(NamedTuple):
    """Memory at a moment, seconds from the start."""

    at_s: float
    rss_mib: float
    pss_mib: float


class Growth(NamedTuple):
    """The slope of the RSS, and what it comes to over the time sampled, as a share of the mean.

    Not of the PSS: that falls and rises with what other processes share of the same libraries.
    """

    mib_per_minute: float
    share: float


def slope(samples: Sequence[Sample]) -> float:
    """MiB of RSS per second: least squares; 0 for fewer than two moments."""
    times = np.array([sample.at_s for sample in samples])
    if len(times) < 2 or float(np.ptp(times)) == 0:
        return 0.0
    sizes = np.array([sample.rss_mib for sample in samples])
    apart = times - times.mean()
    return float(apart @ (sizes - sizes.mean()) / (apart @ apart))


def growth(samples: Sequence[Sample], *, warm_up_s: float) -> Growth:
    """Of what came after the warm-up. Raises `ValueError` if nothing did."""
    settled = [sample for sample in samples if sample.at_s >= warm_up_s]
    if not settled:
        raise ValueError("nothing was sampled after the warm-up")
    per_second = slope(settled)
    mean = sum(sample.rss_mib for sample in settled) / len(settled)
    return Growth(60 * per_second, per_second * (settled[-1].at_s - settled[0].at_s) / mean)
