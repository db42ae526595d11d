"""What a flooding tenant costs a quiet one.

Four callers of the tenant `quiet` ask without pause, first beside four callers of another tenant,
then beside 64 of it. Printed is the quiet tenant's p99 in both, and how many times it rose.

    python -m bench.inference.fairness
    python -m bench.inference.fairness --repeats 1 --duration 4 --flood 128
"""

import asyncio
from argparse import ArgumentParser, Namespace
from typing import Final

import numpy as np
import uvloop

from bench.inference.findings import Finding, Part, at_most, digits, ratios
from bench.inference.graphs import PLACES, busy_for, write_repository
from bench.inference.options import add_repeats, parser
from bench.inference.report import print_findings, print_part
from bench.inference.servers import serving_models
from bench.inference.traffic import Seen, keep_asking, row_body

QUIET_CALLERS: Final = 4
POLITE_CALLERS: Final = 4
MODEL_MS: Final = 3.0
WARM_UP_S: Final = 1.0
AIM: Final = at_most(2)
HEAD: Final = ("beside", "quiet p99 ms", "quiet answers/s", "other answers/s", "other by status")


def measure(args: Namespace) -> Part:
    """Polite and flooding in turn on one server, each as often as asked."""
    models = write_repository(args.scratch / "fairness" / "models", {"busy": busy_for(MODEL_MS)})
    part = Part("One tenant floods", head=HEAD)
    polite: list[float] = []
    flooded: list[float] = []
    with serving_models(args.command, models, args.scratch / "run" / "fairness.log") as server:
        url = server.url + "/v2/models/busy/infer"
        uvloop.run(two_tenants(url, POLITE_CALLERS, WARM_UP_S))
        for _ in range(args.repeats):
            for others, into in ((POLITE_CALLERS, polite), (args.flood, flooded)):
                quiet, other = uvloop.run(two_tenants(url, others, args.duration))
                into.append(quiet.p99_ms())
                part.rows.append(row(others, quiet, other, args.duration))
    what = f"quiet tenant's p99 beside {args.flood} callers of another, against beside 4"
    part.findings.append(Finding(what, str(QUIET_CALLERS), ratios(flooded, polite), AIM))
    return part


async def two_tenants(url: str, others: int, seconds: float) -> tuple[Seen, Seen]:
    """What the quiet tenant saw, and what the other one did."""
    values = np.random.default_rng(3).normal(size=(1, PLACES)).astype(np.float32)
    quiet, other = (row_body(values, {"tenant": tenant}) for tenant in ("quiet", "other"))
    seen = await asyncio.gather(
        keep_asking(url, quiet, callers=QUIET_CALLERS, seconds=seconds),
        keep_asking(url, other, callers=others, seconds=seconds),
    )
    return seen[0], seen[1]


def row(others: int, quiet: Seen, other: Seen, seconds: int) -> list[str]:
    """One measurement."""
    rates = [digits(seen.counts()[200] / seconds) for seen in (quiet, other)]
    statuses = ", ".join(f"{status}: {n}" for status, n in sorted(other.counts().items()))
    return [f"{others} callers", digits(quiet.p99_ms()), *rates, statuses]


def add_flood(made: ArgumentParser) -> None:
    """How many callers the flooding tenant has."""
    made.add_argument("--flood", type=int, default=64, help="callers that flood (default: 64)")


def main() -> None:
    made = parser("bench.inference.fairness", __doc__)
    add_repeats(made, duration=8)
    add_flood(made)
    part = measure(made.parse_args())
    print_part(part)
    print_findings(part.findings)


if __name__ == "__main__":
    main()
