"""Many workers' answers as one: figures added up, or shown side by side."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from ridealong.serving.alone.wire import Part

OK: Final = 200
FIRST_REFUSAL: Final = 400
NOBODY: Final = Part(-1, 503, b'{"error":"no worker could answer"}')
LATEST: Final = "last_inference"
BATCHES: Final = "batch_stats"
BATCH_SIZE: Final = "batch_size"
MODELS: Final = "model_stats"


def worst(parts: Sequence[Part]) -> Part:
    """The refusal where there is one: a change is done when all have done it."""
    return max(parts, key=lambda part: part.status, default=NOBODY)


def merged_metrics(parts: Iterable[Part]) -> bytes:
    """One exposition, each series with the worker it is from.

    Not summed: a worker that starts anew starts at zero, and a sum that falls would be read as a
    restart of all. Prometheus sums what it has seen right, per series.
    """
    families: dict[str, list[str]] = {}
    for part in parts:
        help_line, lines = "", [""]
        for line in part.body.decode().splitlines():
            if line.startswith("# HELP "):
                help_line = line
            elif line.startswith("# TYPE "):
                lines = families.setdefault(f"{help_line}\n{line}", [])
            elif line:
                lines.append(labelled(line, part.worker))
    whole = (line for header, lines in families.items() for line in (header, *lines))
    return "".join(f"{line}\n" for line in whole).encode()


def labelled(sample: str, worker: int) -> str:
    """A line of the exposition format with one label more. A name holds neither brace nor space."""
    name, _, rest = sample.partition(" ")
    if "{" in name:
        name, _, _ = sample.partition("{")
        return f'{name}{{worker="{worker}",{sample[len(name) + 1 :]}'
    return f'{name}{{worker="{worker}"}} {rest}'


def merged_statistics(parts: Sequence[Part]) -> Part:
    """The statistics extension's answer over all workers, or the refusal all agree on."""
    answers = [json.loads(part.body)[MODELS] for part in parts if part.status == OK]
    if not answers:
        return worst(parts)
    models: dict[tuple[str, str], dict[str, Any]] = {}
    for model in (model for answer in answers for model in answer):
        key = (model["name"], model["version"])
        models[key] = added(models[key], model) if key in models else model
    return Part(parts[0].worker, OK, json.dumps({MODELS: list(models.values())}).encode())


def added(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Counts and times summed, the later of the last requests, batches by their size."""
    total = dict(one)
    for name, value in other.items():
        mine = one.get(name)
        if mine is None:
            total[name] = value
        elif name == LATEST:
            total[name] = max(mine, value)
        elif name == BATCHES:
            total[name] = added_batches([*mine, *value])
        elif isinstance(value, dict):
            total[name] = added(mine, value)
        elif isinstance(value, int) and not isinstance(value, bool):
            total[name] = mine + value
    return total


def added_batches(batches: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One entry a size, smallest first."""
    sizes: dict[int, dict[str, Any]] = {}
    for batch in batches:
        size = batch[BATCH_SIZE]
        whole = added(sizes[size], batch) if size in sizes else batch
        sizes[size] = {**whole, BATCH_SIZE: size}
    return [sizes[size] for size in sorted(sizes)]
