"""The speed table: our server beside its peers, over REST and over gRPC."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from bench.inference.findings import (
    Aim,
    Finding,
    Part,
    Spread,
    at_least,
    at_most,
    digits,
    ratios,
    spread,
)
from bench.inference.peers import (
    OURS,
    CannotMeasure,
    Results,
    need_wrk,
    prepare,
    run_harness,
    write_target,
)

HTTP, GRPC = "http", "grpc"
REST_RIVALS: Final = ("lean-batch", "mlserver-httptools", "fastapi")
GRPC_RIVAL: Final = "mlserver"
MOST_PSS: Final = at_most(140)
FIGURES: Final = ("target", "workload", "callers", "req/s", "p50 ms", "p99 ms", "PSS MiB")


class Comparison(NamedTuple):
    """A row of the table: `measure` is a field of `Point`."""

    kind: str
    workload: str
    callers: int
    measure: str
    rival: str
    aim: Aim

    def judge(self, results: Results) -> Finding:
        """Ours over the rival's, repeat by repeat."""
        ours, theirs = (
            [
                float(getattr(point, self.measure))
                for point in results.of(self.kind, target, self.workload, self.callers)
            ]
            for target in (OURS, self.rival)
        )
        unit = {"req_s": "req/s", "p99_ms": "p99"}[self.measure]
        what = f"{self.workload}: {unit} against {self.rival}"
        if self.kind == GRPC:
            what += " over gRPC"
        return Finding(what, str(self.callers), ratios(ours, theirs), self.aim)


REST_TABLE: Final = (
    Comparison(HTTP, "text", 1, "req_s", "lean-batch", at_least(0.80)),
    Comparison(HTTP, "text", 16, "req_s", "lean-batch", at_least(0.85)),
    Comparison(HTTP, "text", 64, "req_s", "lean-batch", at_least(0.85)),
    Comparison(HTTP, "text", 16, "req_s", "mlserver-httptools", at_least(2.8)),
    Comparison(HTTP, "text", 64, "req_s", "mlserver-httptools", at_least(2.8)),
    Comparison(HTTP, "gb64", 16, "req_s", "lean-batch", at_least(0.75)),
    Comparison(HTTP, "gb64", 64, "req_s", "lean-batch", at_least(0.75)),
    Comparison(HTTP, "text", 16, "p99_ms", "fastapi", at_most(0.7)),
    Comparison(HTTP, "gb64", 16, "p99_ms", "fastapi", at_most(0.95)),
)
GRPC_TABLE: Final = (Comparison(GRPC, "gb64", 16, "req_s", GRPC_RIVAL, at_least(1.5)),)


def measure_rest(args: Namespace) -> Part:
    """All REST rows and our memory."""
    need_wrk()
    only = (OURS, *REST_RIVALS)
    results = run(args, only, ["--concurrency", "1,16,64"], args.scratch / "run" / "rest.jsonl")
    part = report("REST, closed loop", REST_TABLE, results)
    part.findings.append(Finding("both: memory (PSS, MiB)", "all", peak_pss(results), MOST_PSS))
    return part


def measure_grpc(args: Namespace) -> Part:
    """Against MLServer's gRPC, with one client for both."""
    client = args.scratch / "venv" / GRPC_RIVAL / "bin" / "python"
    arguments = ["--grpc", str(client), "--workloads", "gb64", "--concurrency", "16"]
    results = run(args, (OURS, GRPC_RIVAL), arguments, args.scratch / "run" / "grpc.jsonl")
    return report("gRPC, closed loop", GRPC_TABLE, results)


def run(args: Namespace, only: Sequence[str], arguments: Sequence[str], out: Path) -> Results:
    """The harness on these targets. Raises `CannotMeasure` where nothing came of it."""
    prepare(args.scratch)
    target = write_target(args.scratch, args.command)
    given = [*arguments, "--repeats", str(args.repeats), "--duration", str(args.duration)]
    given += ["--quiet", str(args.quiet)]
    results = run_harness(args.scratch, target, given, out=out, only=only)
    if not results.points:
        raise CannotMeasure("; ".join(results.troubles) or "the harness measured nothing")
    return results


def peak_pss(results: Results) -> Spread | None:
    """The most memory of ours in each repeat."""
    peaks: dict[int, float] = {}
    for point in results.points:
        if point.target == OURS:
            peaks[point.repeat] = max(point.pss_mib, peaks.get(point.repeat, 0.0))
    return spread(peaks.values()) if peaks else None


def report(title: str, table: Sequence[Comparison], results: Results) -> Part:
    """The comparisons, and all figures behind them."""
    part = Part(title, [row.judge(results) for row in table], head=FIGURES)
    for kind, target, workload, callers in sorted(results.cells(), key=lambda c: (c[2], c[3])):
        points = results.of(kind, target, workload, callers)
        rate = spread(point.req_s for point in points)
        p50 = spread(point.p50_ms for point in points).median
        p99 = spread(point.p99_ms for point in points).median
        pss = max(point.pss_mib for point in points)
        figures = [str(rate), digits(p50), digits(p99), digits(pss)]
        part.rows.append([target, workload, str(callers), *figures])
    part.notes += results.troubles
    return part
