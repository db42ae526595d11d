"""What is found out about a model at load: how long a run takes, and who may share one."""

from collections.abc import Iterator, Mapping
from time import perf_counter
from typing import Final

import numpy as np

from ridealong.serving.errors import InvalidRequest, RunFailed
from ridealong.serving.models.profile import Profile
from ridealong.serving.models.runner import Runner
from ridealong.serving.tensors import NUMPY_TYPES, VARIABLE, Array, Signature, TensorSpec

MOST_ROWS: Final = 32
TEST_ROWS: Final = 8
FREE_DIMENSION: Final = 8
TOLERANCE: Final = 1e-5
INLINE_S: Final = 0.0003
SHORT_S: Final = 0.005
WORTH_IT: Final = 1.05
MEASURED_S: Final = 0.03
TIMES: Final = 5
SAMPLE_TEXT: Final = (
    "Hello, I ordered two pairs of shoes last week and only one of them has come. "
    "Where is the other one, and can I still send the first one back? Thank you very much! "
)
TEXT_LENGTHS: Final = (180, 4, 60, 120, 25, 90, 150, 40)
LONGEST, SHORT = 0, 4
SCALES: Final = (1.0, 0.01, 30.0, 0.3, 5.0, 0.001, 1.0, 0.1)


def examine(runner: Runner, signature: Signature, *, most_rows: int | None = None) -> Profile:
    """Run a model on rows of many sizes, together and apart, and time it.

    A graph whose arithmetic spans the batch (dynamic int8: one scale for all rows) gives other
    answers together than apart. It is found here, before a caller's answer depends on a neighbour.
    """
    outputs = tuple(spec.name for spec in signature.outputs)
    rows = next(runnable_rows(runner, signature, outputs), None)
    if rows is None:
        return Profile()
    if not has_rows(signature):
        return Profile(timings={1: time_runs(runner, rows, outputs)})
    alike = equal_together(runner, rows, outputs)
    if alike is None:
        one = first_rows(rows, 1)
        least = one if is_taken(runner, one, outputs) else rows
        return Profile(timings={1: time_runs(runner, least, outputs)})
    most = (most_rows or MOST_ROWS) if alike else 1
    timings = dict(time_sizes(runner, row_of(rows, LONGEST), outputs, most))
    max_rows, max_bytes = worthwhile_rows(timings), None
    if any(spec.datatype == "BYTES" for spec in signature.inputs):
        short = dict(time_sizes(runner, row_of(rows, SHORT), outputs, most))
        max_bytes = max_rows * TEXT_LENGTHS[LONGEST]
        max_rows = max(max_rows, worthwhile_rows(short))
    quick = [size for size, seconds in timings.items() if seconds <= INLINE_S]
    is_inline = quick and signature.has_fixed_rows
    return Profile(
        has_rows=True,
        batches=alike,
        rows_apart=not alike,
        max_rows=max_rows,
        max_bytes=max_bytes,
        inline_rows=max(quick) if is_inline else 0,
        inline_bytes=max(TEXT_LENGTHS) + sum(map(row_bytes, signature.inputs)) if is_inline else 0,
        timings=timings,
    )


def worthwhile_rows(timings: Mapping[int, float]) -> int:
    """How many rows should share a run at most.

    While a run is short, company costs nobody anything and saves its share of what surrounds it;
    a long one must pay for the wait it causes: the fewest rows that do nearly as well as any.
    """
    short = [size for size, seconds in timings.items() if seconds <= SHORT_S]
    best = min(seconds / size for size, seconds in timings.items())
    paying = min(size for size, s in timings.items() if s / size <= best * WORTH_IT)
    return max([paying, *short])


def has_rows(signature: Signature) -> bool:
    """Every input and output has a free first dimension."""
    return all(
        spec.shape and spec.shape[0] == VARIABLE for spec in (*signature.inputs, *signature.outputs)
    )


def row_bytes(spec: TensorSpec) -> int:
    """What one row of numbers takes; texts are bounded by what was measured."""
    if spec.datatype == "BYTES":
        return 0
    return int(np.prod(spec.shape[1:], dtype=np.int64)) * NUMPY_TYPES[spec.datatype].itemsize


def runnable_rows(
    runner: Runner, signature: Signature, outputs: tuple[str, ...]
) -> Iterator[dict[str, Array]]:
    """Inputs of eight different rows that the model takes; some graphs refuse wild ones."""
    for is_wild in (True, False):
        inputs = {
            spec.name: sample(spec, seed=place, is_wild=is_wild)
            for place, spec in enumerate(signature.inputs)
        }
        if is_taken(runner, inputs, outputs):
            yield inputs


def is_taken(runner: Runner, inputs: Mapping[str, Array], outputs: tuple[str, ...]) -> bool:
    """Whether the model runs on these inputs at all."""
    try:
        runner.run(inputs, outputs)
    except (InvalidRequest, RunFailed):
        return False
    return True


def sample(spec: TensorSpec, *, seed: int, is_wild: bool) -> Array:
    """Rows of very different sizes, the same at every load."""
    shape = tuple(
        (FREE_DIMENSION if place else TEST_ROWS) if size == VARIABLE else size
        for place, size in enumerate(spec.shape)
    )
    kind, rng = NUMPY_TYPES[spec.datatype], np.random.default_rng(seed)
    if spec.datatype == "BYTES":
        lengths = np.resize(np.array(TEXT_LENGTHS), shape)
        texts = [(SAMPLE_TEXT * 2)[:length] for length in lengths.ravel()]
        return np.array(texts, dtype=object).reshape(shape)
    if not is_wild:
        return np.ones(shape, dtype=kind)
    if kind.kind == "f":
        scales = np.resize(np.array(SCALES), shape[:1])
        values = rng.normal(size=shape)
        return (values * scales.reshape(-1, *[1] * (len(shape) - 1)) if shape else values).astype(
            kind
        )
    return rng.integers(0, 2 if kind.kind == "b" else 10, size=shape).astype(kind)


def equal_together(
    runner: Runner, inputs: Mapping[str, Array], outputs: tuple[str, ...]
) -> bool | None:
    """Whether each row's answer alone is its answer among others. None: answers have no rows."""
    try:
        return compare_rows(runner, inputs, outputs)
    except (InvalidRequest, RunFailed):
        return None


def compare_rows(
    runner: Runner, inputs: Mapping[str, Array], outputs: tuple[str, ...]
) -> bool | None:
    """All together, each alone, and two of them.

    Where two do not run, or an answer's shape changes with the company, what was taken for rows
    are none: a bias as long as a row is wide, or the likeness of each row to each other.
    """
    together = runner.run(inputs, outputs)
    if any(len(array) != TEST_ROWS for array in together.values()):
        return None
    pairs = []
    for part in (slice(2), *(slice(row, row + 1) for row in range(TEST_ROWS))):
        answer = runner.run({name: array[part] for name, array in inputs.items()}, outputs)
        pairs += [(answer[name], together[name][part]) for name in outputs]
    if any(one.shape != other.shape for one, other in pairs):
        return None
    return all(alike(one, other) for one, other in pairs)


def alike(one: Array, other: Array) -> bool:
    """Floats within 1e-5 of each other and of their size; everything else equal."""
    if one.dtype.kind != "f":
        return bool(np.array_equal(one, other))
    return bool(np.allclose(one, other, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True))


def time_sizes(
    runner: Runner, inputs: Mapping[str, Array], outputs: tuple[str, ...], most_rows: int
) -> Iterator[tuple[int, float]]:
    """Seconds of 1, 2, 4, ... times this row, until a run is too long to measure at every load."""
    size, seconds = 1, 0.0
    while size <= most_rows and seconds * 2 < MEASURED_S:
        rows = {name: np.repeat(array, size, axis=0) for name, array in inputs.items()}
        seconds = time_runs(runner, rows, outputs)
        yield size, seconds
        size *= 2


def time_runs(runner: Runner, inputs: Mapping[str, Array], outputs: tuple[str, ...]) -> float:
    """The best of five, in seconds: other work on the machine only ever adds."""
    times = []
    for _ in range(TIMES):
        began = perf_counter()
        runner.run(inputs, outputs)
        times.append(perf_counter() - began)
    return min(times)


def row_of(inputs: Mapping[str, Array], place: int) -> dict[str, Array]:
    """One row of every input."""
    return {name: array[place : place + 1] for name, array in inputs.items()}


def first_rows(inputs: Mapping[str, Array], rows: int) -> dict[str, Array]:
    """The head of every input."""
    return {name: array[:rows] for name, array in inputs.items()}
