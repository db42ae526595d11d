"""`make bench-models`: CPU of a message's model work on one core, and the memory of the models.

python -m bench.models
python -m bench.models --rounds 20 --only cost
"""

import argparse
import asyncio
import json
import urllib.request
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

from rich.table import Table

from bench.inference.findings import Aim, at_most, quantile
from bench.inference.graphs import busy_graph, write_repository
from bench.inference.options import one_of
from bench.inference.report import console, machine
from bench.inference.servers import COMMAND, Running, serving_models
from bench.models.cost import Cost, keep_to_one_core, measure, open_engines
from bench.models.messages import SIXTY_WORDS, TWELVE_WORDS, WITH_NAMES
from ridealong.learning.places import ROOT, STORE
from ridealong.learning.store import assemble
from ridealong.serving.models.manifest import MANIFEST_FILE

SCRATCH: Final = ROOT / "var" / "bench-models"
MIB_PER_MB: Final = 2**20 / 1e6
HEAD: Final = ("measure", "p50", "p90", "aim", "verdict")
Line = tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> None:
    """Cost first, so that no server shares the core."""
    options = read_options(arguments)
    assemble()
    console.print(machine())
    lines: list[Line] = []
    if "cost" in options.only:
        keep_to_one_core()
        lines += asyncio.run(measure_cost(options.rounds))
    if "memory" in options.only:
        lines += measure_memory()
    table = Table(*HEAD)
    for line in lines:
        table.add_row(*line)
    console.print(table)
    console.print("CPU of all threads of this process, model server in process, no sidecars.")


async def measure_cost(rounds: int) -> list[Line]:
    """Short and long messages, and names for the tagger."""
    async with open_engines(STORE) as engines:
        short = await measure(engines, TWELVE_WORDS, rounds)
        long = await measure(engines, SIXTY_WORDS, rounds)
        named = await measure(engines, WITH_NAMES, rounds)
    return [
        *shown("12 words", short, at_most(4)),
        *shown("60 words", long, at_most(10)),
        line("tagger, 12 words, nothing suspicious or nearly so (ms)", short.tagger, at_most(4)),
        line("tagger, 60 words (ms)", long.tagger),
        line("tagger, 12 words with a name (ms)", named.tagger, at_most(4)),
    ]


def shown(what: str, cost: Cost, aim: Aim) -> list[Line]:
    """The sum, then its parts."""
    return [
        line(f"{what}: rules, encoders, heads (ms)", cost.sum_up(), aim),
        line(f"{what}: of it reading rules (ms)", cost.reading),
        line(f"{what}: of it models and their rules (ms)", cost.models),
        line(f"{what}: encoders and heads over the text alone (ms)", cost.whole_text),
    ]


def line(what: str, values: Sequence[float], aim: Aim | None = None) -> Line:
    """Median and ninetieth percentile; the aim is of the median."""
    p50 = median(values)
    verdict = "" if aim is None else "met" if aim.is_met(p50) else "missed"
    return what, f"{p50:.2f}", f"{quantile(values, 0.9):.2f}", str(aim or ""), verdict


def measure_memory() -> list[Line]:
    """Of the model server alone, once with all models, once with a graph of a few kilobytes."""
    bare = write_repository(SCRATCH / "bare", {"tiny": busy_graph(1)})
    without = measure_server(bare, [])
    whole = measure_server(STORE, [path.name for path in STORE.iterdir() if reads_texts(path)])
    models = whole - without
    return [
        (
            "memory of the models, RSS (MB)",
            f"{models:.0f}",
            "",
            str(at_most(400)),
            verdict_of(models),
        ),
        ("the server with them, RSS (MB)", f"{whole:.0f}", "", "", ""),
        ("the server without, RSS (MB)", f"{without:.0f}", "", "", ""),
    ]


def verdict_of(megabytes: float) -> str:
    """Against the goal."""
    return "met" if at_most(400).is_met(megabytes) else "missed"


def measure_server(models: Path, asked: Sequence[str]) -> float:
    """RSS in MB of the server and its workers, after each model has answered long and short."""
    with serving_models(COMMAND, models, SCRATCH / "server.log") as server:
        for name in asked:
            for texts in ([TWELVE_WORDS[0]], list(SIXTY_WORDS), [" ".join(SIXTY_WORDS)]):
                ask(server, name, texts)
        return server.memory_mib()[0] * MIB_PER_MB


def ask(server: Running, model: str, texts: Sequence[str]) -> None:
    """One request, all outputs."""
    rows = {"name": "text", "datatype": "BYTES", "shape": [len(texts)], "data": list(texts)}
    body = json.dumps({"inputs": [rows]}).encode()
    with urllib.request.urlopen(f"{server.url}/v2/models/{model}/infer", body, timeout=30) as got:  # noqa: S310
        got.read()


def reads_texts(folder: Path) -> bool:
    """The encoders alone take token ids; the others read texts."""
    newest = max(folder.iterdir(), key=lambda version: int(version.name))
    manifest = json.loads((newest / MANIFEST_FILE).read_text())
    return [tensor["name"] for tensor in manifest["inputs"]] == ["text"]


def read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """How long, and which parts."""
    made = argparse.ArgumentParser(
        prog="python -m bench.models",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--rounds", type=int, default=100, help="readings of each message")
    made.add_argument(
        "--only",
        type=partial(one_of, ["cost", "memory"]),
        default=["cost", "memory"],
        help="cost, memory, or both with a comma (default: both)",
    )
    return made.parse_args(arguments)


if __name__ == "__main__":
    main()
