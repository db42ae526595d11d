"""`make bench-inference`: our model server beside its peers, as one table.

Sets up the peers under var/peers on the first run (about 700 MB, a few minutes), then measures, in
turn: REST and gRPC speed and memory, sentence embeddings, goodput under overload, what a flooding
tenant costs a quiet one, and /healthz under full load. Needs wrk on the PATH. Loopback only.

    python -m bench.inference
    python -m bench.inference --only rest --repeats 1 --duration 2
    python -m bench.inference --only goodput,fairness --repeats 1
    python -m bench.inference --markdown docs/bench-inference.md
"""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from bench.inference import embedding, fairness, goodput, healthz, speed
from bench.inference.findings import Part
from bench.inference.options import add_repeats, one_of, parser
from bench.inference.peers import CannotMeasure
from bench.inference.report import (
    as_markdown,
    console,
    machine,
    print_findings,
    print_part,
    watch_others,
)
from bench.inference.servers import NotStarted

PARTS: Final[dict[str, Callable[[argparse.Namespace], Part]]] = {
    "rest": speed.measure_rest,
    "grpc": speed.measure_grpc,
    "embedding": embedding.measure,
    "goodput": goodput.measure,
    "fairness": fairness.measure,
    "healthz": healthz.measure,
}


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Of the whole run; the parts read what is theirs."""
    made = parser("bench.inference", __doc__)
    add_repeats(made, duration=8)
    made.add_argument(
        "--only",
        type=partial(one_of, list(PARTS)),
        default=list(PARTS),
        help=f"parts, with commas, of {', '.join(PARTS)} (default: all)",
    )
    made.add_argument(
        "--quiet",
        type=float,
        default=0.0,
        help="seconds to wait at most for other work to calm down before a point (default: 0)",
    )
    made.add_argument(
        "--markdown",
        type=Path,
        help="where the page is written (default: bench-inference.md in the scratch folder)",
    )
    embedding.add_encoders(made)
    fairness.add_flood(made)
    goodput.add_model(made)
    return made.parse_args(arguments)


def main() -> None:
    args = read_options()
    console.print(f"{machine()}; {args.repeats} repeats of {args.duration} s a figure")
    parts: list[Part] = []
    failures: list[str] = []
    for name in args.only:
        console.print(f"\n{name}", style="bold")
        try:
            part = watch_others(partial(PARTS[name], args))
        except (CannotMeasure, NotStarted) as error:
            failures.append(f"{name}: {error}")
            console.print(f"{name} could not be measured: {error}", markup=False, style="red")
            continue
        print_part(part)
        parts.append(part)
    findings = [finding for part in parts for finding in part.findings]
    failures += [finding.what for finding in findings if finding.found is None]
    print_findings(findings)
    page = args.markdown or args.scratch / "bench-inference.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(as_markdown(parts, repeats=args.repeats))
    console.print(f"the same as a page: {page}", markup=False)
    if failures:
        sys.exit("not measured: " + "; ".join(failures))


if __name__ == "__main__":
    main()
