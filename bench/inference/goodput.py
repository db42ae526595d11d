"""Answers in time when half as many requests again come as a server can do.

First a closed loop finds the most it can do. Then requests come at random (Poisson) at 1.5 times
that rate, each with 100 ms to live. Ours is told so by the `timeout` parameter and refuses what
cannot be done in time; plain FastAPI knows no deadline and answers everything too late.

    python -m bench.inference.goodput
    python -m bench.inference.goodput --repeats 1 --duration 4
    python -m bench.inference.goodput --model-ms 5
"""

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import uvloop

from bench.inference.findings import Finding, Part, at_least, digits, spread
from bench.inference.graphs import PLACES, busy_for, run_seconds, write_repository
from bench.inference.options import add_repeats, parser
from bench.inference.peers import prepare
from bench.inference.report import print_findings, print_part
from bench.inference.servers import Running, serving_models, serving_plainly
from bench.inference.traffic import Seen, ask_on_time, keep_asking, poisson_schedule, row_body

DEADLINE_S: Final = 0.1
OVERLOAD: Final = 1.5
CALLERS: Final = (8, 32)
WARM_UP_S: Final = 1.0
AIM: Final = at_least(0.85)
HEAD: Final = (
    "server",
    "most it can do, answers/s",
    "requests/s offered",
    "in time/s",
    "share",
    "answers by status",
    "sent late p50 / p99 ms",
)


@dataclass(frozen=True)
class Contender:
    """A server and where its copy of the busy model is asked."""

    name: str
    path: str
    serve: Callable[[], AbstractContextManager[Running]]


@dataclass(frozen=True)
class Outcome:
    """One repeat of one server; rates are per second."""

    capacity: float
    offered: float
    in_time: float
    seen: Seen
    generator_cores: float

    @property
    def share(self) -> float:
        """Answers in time over the most it can do."""
        return self.in_time / self.capacity


def contenders(args: Namespace, busy: bytes) -> list[Contender]:
    """Ours, and the one that anybody writes first. To that one the model is called `gb64`."""
    ours = write_repository(args.scratch / "goodput" / "models", {"busy": busy})
    plain = args.scratch / "goodput" / "plain"
    plain.mkdir(parents=True, exist_ok=True)
    (plain / "gb64.onnx").write_bytes(busy)
    (plain / "text.onnx").write_bytes((args.scratch / "models" / "text.onnx").read_bytes())
    logs: Path = args.scratch / "run"
    return [
        Contender(
            "ours",
            "/v2/models/busy/infer",
            partial(serving_models, args.command, ours, logs / "goodput-ours.log"),
        ),
        Contender(
            "fastapi",
            "/v2/models/gb64/infer",
            partial(serving_plainly, args.scratch, plain, logs / "goodput-fastapi.log"),
        ),
    ]


def try_once(contender: Contender, seconds: int, *, seed: int) -> Outcome:
    """A fresh server: what it can do, then half as much again."""
    values = np.random.default_rng(seed).normal(size=(1, PLACES)).astype(np.float32)
    plain = row_body(values)
    hurried = row_body(values, {"timeout": int(DEADLINE_S * 1e6)})
    with contender.serve() as server:
        url = server.url + contender.path
        capacity = max(most_answers(url, plain, callers, seconds) for callers in CALLERS)
        schedule = poisson_schedule(OVERLOAD * capacity, WARM_UP_S + seconds, seed=seed)
        busy_s, began = time.process_time(), time.perf_counter()
        seen = uvloop.run(ask_on_time(url, hurried, schedule, count_from_s=WARM_UP_S))
        cores = (time.process_time() - busy_s) / (time.perf_counter() - began)
    offered = sum(moment >= WARM_UP_S for moment in schedule) / seconds
    return Outcome(capacity, offered, seen.in_time(DEADLINE_S) / seconds, seen, cores)


def most_answers(url: str, body: bytes, callers: int, seconds: int) -> float:
    """Good answers per second in a closed loop."""
    uvloop.run(keep_asking(url, body, callers=callers, seconds=WARM_UP_S))
    seen = uvloop.run(keep_asking(url, body, callers=callers, seconds=seconds))
    return seen.counts()[200] / seconds


def measure(args: Namespace) -> Part:
    """Both servers in turn, each as often as asked."""
    prepare(args.scratch, ("build", "asgi"))
    busy = busy_for(args.model_ms)
    both = contenders(args, busy)
    outcomes: dict[str, list[Outcome]] = {each.name: [] for each in both}
    for repeat in range(args.repeats):
        for each in both:
            outcomes[each.name].append(try_once(each, args.duration, seed=repeat))
    return report(outcomes, run_seconds(busy))


def report(outcomes: dict[str, list[Outcome]], model_s: float) -> Part:
    """Ours is held against the aim; the plain server's collapse is shown beside it."""
    ours = spread(outcome.share for outcome in outcomes["ours"])
    plain = spread(outcome.share for outcome in outcomes["fastapi"])
    what = f"goodput at {OVERLOAD:g} x capacity, {DEADLINE_S * 1000:.0f} ms to live"
    finding = Finding(f"{what} (plain FastAPI: {plain})", "Poisson", ours, AIM)
    part = Part("Goodput under overload", [finding], head=HEAD)
    for name, found in outcomes.items():
        part.rows += [row(name, outcome) for outcome in found]
    cores = max(outcome.generator_cores for found in outcomes.values() for outcome in found)
    part.notes.append(
        f"one row of the model takes {model_s * 1000:.1f} ms on one core; the generator took up to "
        f"{cores:.2f} cores; status 0 is no answer within a second"
    )
    return part


def row(name: str, outcome: Outcome) -> list[str]:
    """One repeat."""
    statuses = ", ".join(f"{status}: {n}" for status, n in sorted(outcome.seen.counts().items()))
    late = " / ".join(digits(lag) for lag in outcome.seen.lag_ms())
    rates = [digits(rate) for rate in (outcome.capacity, outcome.offered, outcome.in_time)]
    return [name, *rates, digits(outcome.share), statuses, late]


def add_model(made: ArgumentParser) -> None:
    """How long the model takes."""
    made.add_argument(
        "--model-ms",
        type=float,
        default=3.0,
        help="milliseconds that one row of the goodput model takes alone (default: 3)",
    )


def main() -> None:
    made = parser("bench.inference.goodput", __doc__)
    add_repeats(made, duration=8)
    add_model(made)
    part = measure(made.parse_args())
    print_part(part)
    print_findings(part.findings)


if __name__ == "__main__":
    main()
