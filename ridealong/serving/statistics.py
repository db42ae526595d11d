"""The statistics extension: what each model version has done, as Triton shows it.

Shape and meaning are Triton's (its protocol's `extension_statistics`, and `infer_stats.cc` of its
core where the text leaves room). Triton's text counts "since Triton started", yet its counters live
in the loaded model, so that a reload begins at zero. Here they follow the text: they are kept by
name and version for as long as the process lives, through reloads and evictions, or a model that
memory is short for would never have a past. Two worker processes count apart.
"""

from collections.abc import Iterable, Mapping
from time import time
from typing import Final

NS: Final = 1_000_000_000
MS: Final = 1000
# Batches up to this many rows have an entry each, larger ones share one per power of two: how many
# entries there are must not be a caller's choice.
EXACT_UP_TO_ROWS: Final = 1024


class BatchTimes:
    """Executions of one size, and the seconds they spent."""

    __slots__ = ("count", "infer_s", "input_s", "output_s")

    def __init__(self) -> None:
        self.count = 0
        self.input_s = self.infer_s = self.output_s = 0.0

    def show(self, size: int) -> dict[str, object]:
        """One `$batch_stat`."""
        return {
            "batch_size": size,
            "compute_input": show_duration(self.count, self.input_s),
            "compute_infer": show_duration(self.count, self.infer_s),
            "compute_output": show_duration(self.count, self.output_s),
        }


class ModelStatistics:
    """The counters of one version. Times are in seconds; called on the event loop only, no lock.

    `memory_bytes`: what the loaded version holds, parts that it shares with others included; set by
    whoever loads it, 0 where that is unknown.
    """

    __slots__ = (
        "_answers",
        "_batches",
        "_failed_s",
        "_failures",
        "_last_s",
        "_queued_s",
        "_riders",
        "_ridden",
        "_rows",
        "_total_s",
        "memory_bytes",
    )

    def __init__(self) -> None:
        self.memory_bytes = 0
        self._answers = self._failures = self._rows = self._riders = 0
        self._last_s = self._total_s = self._queued_s = self._failed_s = 0.0
        self._ridden = BatchTimes()
        self._batches: dict[int, BatchTimes] = {}

    def batch_ran(
        self, rows: int, requests: int, input_s: float, infer_s: float, output_s: float
    ) -> None:
        """One execution. A batch's time is counted once by its size and once for each request."""
        size = rows if rows <= EXACT_UP_TO_ROWS else 1 << (rows - 1).bit_length()
        times = self._batches.get(size)
        if times is None:
            times = self._batches[size] = BatchTimes()
        times.count += 1
        times.input_s += input_s
        times.infer_s += infer_s
        times.output_s += output_s
        ridden = self._ridden
        ridden.count += requests
        ridden.input_s += requests * input_s
        ridden.infer_s += requests * infer_s
        ridden.output_s += requests * output_s
        self._last_s = time()

    def answered(self, rows: int, queued_s: float, total_s: float) -> None:
        """One request got its answer. `queued_s` is part of `total_s`."""
        self._answers += 1
        self._rows += rows
        self._queued_s += queued_s
        self._total_s += total_s

    def failed(self, total_s: float) -> None:
        """One request that this version was asked got none: refused, late, abandoned or broken."""
        self._failures += 1
        self._failed_s += total_s

    def show(self, name: str, version: str) -> dict[str, object]:
        """One `$model_stat`. There is no cache and one answer per request, hence the empty parts.

        `compute_*` counts requests that rode in an execution: the answered ones, and those whose
        caller left while it ran.
        """
        ridden = self._ridden
        return {
            "name": name,
            "version": version,
            "last_inference": int(self._last_s * MS),
            "inference_count": self._rows,
            "execution_count": sum(times.count for times in self._batches.values()),
            "inference_stats": {
                "success": show_duration(self._answers, self._total_s),
                "fail": show_duration(self._failures, self._failed_s),
                "queue": show_duration(self._answers, self._queued_s),
                "compute_input": show_duration(ridden.count, ridden.input_s),
                "compute_infer": show_duration(ridden.count, ridden.infer_s),
                "compute_output": show_duration(ridden.count, ridden.output_s),
                "cache_hit": show_duration(0, 0.0),
                "cache_miss": show_duration(0, 0.0),
            },
            "response_stats": {},
            "batch_stats": [times.show(size) for size, times in sorted(self._batches.items())],
            "memory_usage": show_memory(self.memory_bytes),
        }


class Statistics:
    """The counters of all versions that were ever asked or loaded, by name and version."""

    def __init__(self) -> None:
        self._models: dict[tuple[str, str], ModelStatistics] = {}

    def of(self, model: str, version: str) -> ModelStatistics:
        """The counters of one version: fetch them once per loaded model, and keep them."""
        found = self._models.get((model, version))
        if found is None:
            found = self._models[model, version] = ModelStatistics()
        return found

    def show(self, versions: Iterable[tuple[str, str]]) -> dict[str, object]:
        """The extension's document about these names and versions, in this order.

        Which to show is the server's to know: Triton shows those that can serve. One that has done
        nothing yet shows zeros. The gRPC messages have the same names: protobuf's `ParseDict` reads
        this into a `ModelStatisticsResponse`.
        """
        nothing = ModelStatistics()
        return {
            "model_stats": [
                self._models.get((name, version), nothing).show(name, version)
                for name, version in versions
            ]
        }


def show_duration(count: int, seconds: float) -> dict[str, int]:
    """One `$duration_stat`: whole nanoseconds."""
    return {"count": count, "ns": round(seconds * NS)}


def show_memory(size: int) -> list[Mapping[str, object]]:
    """`memory_usage`, as Triton lists it by kind of memory."""
    return [{"type": "CPU", "id": 0, "byte_size": size}] if size else []
