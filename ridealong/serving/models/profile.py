"""How a model wants to be run, as it was found out at load."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ridealong.serving.tensors import Array, row_count


@dataclass(frozen=True)
class Profile:
    """How a model wants to be run.

    `has_rows`: the first dimension counts rows; else a request is one whole, however long its
    tensors are. `batches`: rows of several callers may share a run, since each answer equals the
    answer alone. `rows_apart`: rows of one request must not share one either. `max_rows`: beyond
    it, sharing was seen to gain nothing. `inline_rows`, `inline_bytes` (a row): up to these a run
    takes less than 0.3 ms and is not worth a thread. `max_bytes`: for texts, what rows that share a
    run may hold together, so that as many short texts do as are worth one long; None for other
    inputs. `timings`: seconds by number of rows, best of five.
    """

    has_rows: bool = False
    batches: bool = False
    rows_apart: bool = False
    max_rows: int = 1
    max_bytes: int | None = None
    inline_rows: int = 0
    inline_bytes: int = 0
    timings: Mapping[int, float] = field(default_factory=lambda: {1: 0.001})

    def rows_of(self, inputs: Mapping[str, Array]) -> int:
        """How many rows a request carries."""
        return row_count(inputs) if self.has_rows else 1

    @cached_property
    def seconds(self) -> tuple[float, ...]:
        """How long a run of so many rows took; what was not measured lies on a straight line."""
        sizes, times = list(self.timings), list(self.timings.values())
        return tuple(np.interp(np.arange(sizes[-1] + 1), sizes, times).tolist())

    def seconds_of(self, rows: int) -> float:
        """The same, for more rows than were measured too."""
        seconds = self.seconds
        last = len(seconds) - 1
        return seconds[rows] if rows <= last else seconds[last] * rows / last

    def alone(self) -> "Profile":
        """The same model, one row at a time."""
        return Profile(has_rows=True, rows_apart=True, timings={1: self.timings[1]})
