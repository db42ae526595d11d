"""`make soak`: minutes at full load, good and bad requests mixed, and memory watched.

Callers over REST (JSON and binary) and gRPC ask right and wrong things, some hang up, one model is
loaded and unloaded all the time. Every right answer is checked, every wrong request must be refused
as it should be. Ends with 1 if an outcome was not expected, or if memory grew after the warm-up.

    python -m bench.inference.soak
    python -m bench.inference.soak --minutes 1 --callers 16
    python -m bench.inference.soak --no-grpc --growth 0.03
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import aiohttp
import uvloop
from rich.table import Table

from bench.inference.graphs import write_repository
from bench.inference.growth import Sample, growth
from bench.inference.options import parser
from bench.inference.peers import prepare
from bench.inference.report import console, machine
from bench.inference.requests import Samples, bad_requests, good_requests, spare_requests
from bench.inference.servers import NotStarted, Running, serving_models
from bench.inference.soak_callers import (
    Menu,
    Tally,
    grpc_caller,
    load_and_unload,
    rest_caller,
)

GRPC_CALLERS: Final = 4
WARM_UP_SHARE: Final = 0.25
LINES: Final = 20


def main() -> None:
    args = read_options()
    prepare(args.scratch, ("build",))
    models = args.scratch / "models"
    graphs: dict[str, Path | bytes] = {name: models / f"{name}.onnx" for name in ("text", "gb64")}
    folder = write_repository(
        args.scratch / "soak" / "models", graphs | {"spare": models / "gb64.onnx"}
    )
    samples: Samples = json.loads((models / "samples.json").read_text())
    console.print(f"{machine()}; {args.minutes:g} minutes, {args.callers} callers")
    tally = Tally()
    try:
        with serving_models(args.command, folder, args.scratch / "run" / "soak.log") as server:
            taken = uvloop.run(soak(server, samples, tally, args))
    except NotStarted as error:
        sys.exit(f"the server did not start: {error}")
    sys.exit(verdict(taken, tally, args))


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    made = parser("bench.inference.soak", __doc__)
    made.add_argument("--minutes", type=float, default=10.0, help="how long (default: 10)")
    made.add_argument("--callers", type=int, default=32, help="over REST (default: 32)")
    made.add_argument("--no-grpc", action="store_true", help="REST only")
    made.add_argument(
        "--growth",
        type=float,
        default=0.05,
        help="most growth of memory after the warm-up, as a share of it (default: 0.05)",
    )
    return made.parse_args(arguments)


async def soak(
    server: Running, samples: Samples, tally: Tally, args: argparse.Namespace
) -> list[Sample]:
    """All callers at once, memory read beside them."""
    menu = Menu(good_requests(samples), bad_requests(), spare_requests(samples))
    end = time.monotonic() + 60 * float(args.minutes)

    def is_over() -> bool:
        return time.monotonic() >= end

    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        callers = [
            rest_caller(session, server.url, menu, tally, is_over, seed=n)
            for n in range(args.callers)
        ]
        callers.append(load_and_unload(session, server.url, tally, is_over))
        if not args.no_grpc:
            callers += [
                grpc_caller(server.grpc, samples, tally, is_over, seed=n)
                for n in range(GRPC_CALLERS)
            ]
        every_s = max(60 * args.minutes / (LINES * 4), 0.5)
        watching = asyncio.create_task(watch(server, tally, is_over, every_s))
        await asyncio.gather(*callers)
        return await watching


async def watch(
    server: Running, tally: Tally, is_over: Callable[[], bool], every_s: float
) -> list[Sample]:
    """Memory over time; every fourth sample is shown."""
    samples: list[Sample] = []
    began, before = time.monotonic(), 0
    console.print(" time s   RSS MiB   PSS MiB   outcomes/s   unexpected")
    while not is_over():
        await asyncio.sleep(every_s)
        rss, pss = await asyncio.to_thread(server.memory_mib)
        samples.append(Sample(time.monotonic() - began, rss, pss))
        if len(samples) % 4 == 0:
            total, bad = tally.expected.total(), tally.unexpected.total()
            rate = (total - before) / (4 * every_s)
            before = total
            at_s = samples[-1].at_s
            console.print(f"{at_s:7.0f} {rss:9.1f} {pss:9.1f} {rate:12.0f} {bad:12d}")
    return samples


def verdict(samples: list[Sample], tally: Tally, args: argparse.Namespace) -> int:
    """What happened, and the exit code."""
    table = Table("outcome", "times", "expected")
    for what, times in sorted(tally.expected.items()):
        table.add_row(what, str(times), "yes")
    for what, times in sorted(tally.unexpected.items()):
        table.add_row(what, str(times), "NO", style="red")
    console.print(table)
    grown = growth(samples, warm_up_s=WARM_UP_SHARE * samples[-1].at_s)
    has_grown = grown.share > args.growth
    console.print(
        f"after the warm-up memory changed by {grown.mib_per_minute:+.2f} MiB a minute, "
        f"{100 * grown.share:+.1f} % in all; it may grow by {100 * args.growth:.0f} % at most"
    )
    console.print("not expected: " + str(tally.unexpected.total()))
    return int(has_grown or tally.unexpected.total() > 0)


if __name__ == "__main__":
    main()
