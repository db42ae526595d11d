"""Runs a model one row at a time, where rows that share a run would change each other's answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ridealong.serving.models.runner import Runner
from ridealong.serving.tensors import Array, are_rows_even, row_count


@dataclass(frozen=True)
class RowsApart:
    """A graph whose arithmetic spans the batch: no row sees another.

    Inputs of unequal rows have none that belong together: the graph takes them whole, or refuses.
    """

    runner: Runner

    def run(self, inputs: Mapping[str, Array], outputs: Sequence[str]) -> dict[str, Array]:
        """The rows' answers, put together."""
        rows = row_count(inputs)
        if rows < 2 or not are_rows_even(inputs.values()):
            return self.runner.run(inputs, outputs)
        apart = [
            self.runner.run({name: a[row : row + 1] for name, a in inputs.items()}, outputs)
            for row in range(rows)
        ]
        return {name: np.concatenate([answer[name] for answer in apart]) for name in outputs}
