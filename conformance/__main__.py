"""The command: `python -m conformance`."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from conformance.cases import Case, Transport, all_cases
from conformance.exchange import Caller, Mismatch, Refusal
from conformance.models import write_models
from conformance.rest import RestCaller
from conformance.rpc import RpcCaller
from conformance.runner import Outcome, Result, Selection, run_cases

EXAMPLES: Final = """\
examples:
  python -m conformance --write-models models
  python -m conformance --rest http://127.0.0.1:8000 --grpc 127.0.0.1:8001
  python -m conformance --rest http://127.0.0.1:8000 --only datatypes 'binary*/*'
  python -m conformance --rest http://127.0.0.1:3500 --path-prefix /v1.0/invoke/inference/method
  python -m conformance --grpc 127.0.0.1:50001 --metadata dapr-app-id=inference-grpc
  python -m conformance --list

The server must serve the models that --write-models writes, all versions of each.
Exit code: 0 all passed, 1 a case failed, 2 the server was not reached or nothing was asked.
"""
SIDECAR_ID: Final = "dapr-app-id"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say; returns the exit code."""
    parser = build_parser()
    given = parser.parse_args(arguments)
    if given.write_models is not None:
        print("\n".join(write_models(given.write_models)))  # noqa: T201 - this is a command
        return 0
    selection = Selection(given.only, given.spec_only, goes_through_sidecar(given))
    if given.list:
        list_cases([case for case in all_cases() if selection.wants(case)])
        return 0
    callers = open_callers(given)
    if not callers:
        parser.error("say where the server is: --rest, --grpc or both")
    try:
        return report(run_cases(all_cases(), callers, selection), verbose=not given.quiet)
    except (Mismatch, Refusal) as failure:
        print(f"the server did not say what it is: {failure}", file=sys.stderr)  # noqa: T201
        return 2


def build_parser() -> argparse.ArgumentParser:
    """What the command takes."""
    parser = argparse.ArgumentParser(
        prog="python -m conformance",
        description="Ask any Open Inference Protocol server what the protocol says it answers.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--rest", metavar="URL", help="the server over REST, as http://host:port")
    add("--grpc", metavar="HOST:PORT", help="the server over gRPC")
    add("--path-prefix", default="", metavar="PATH", help="stands before every REST path")
    add("--header", action="append", default=[], metavar="NAME:VALUE", help="on every REST request")
    add("--metadata", action="append", default=[], metavar="NAME=VALUE", help="on every gRPC call")
    add("--only", nargs="+", default=[], metavar="CASE", help="names, pages or patterns of cases")
    add("--spec-only", action="store_true", help="leave out what the specification leaves open")
    add("--sidecar", action="store_true", help="a Dapr sidecar stands between (seen by its names)")
    add("--quiet", action="store_true", help="print failures and the summary only")
    add("--list", action="store_true", help="print every case and ask nothing")
    add("--write-models", type=Path, metavar="FOLDER", help="write the models the cases ask")
    return parser


def goes_through_sidecar(given: argparse.Namespace) -> bool:
    """Whether a sidecar is told, or to be seen by what one needs to be told."""
    return (
        given.sidecar
        or "/invoke/" in given.path_prefix
        or any(named.startswith(SIDECAR_ID) for named in (*given.header, *given.metadata))
    )


def open_callers(given: argparse.Namespace) -> dict[Transport, Caller]:
    """A caller for each transport named."""
    callers: dict[Transport, Caller] = {}
    if given.rest:
        headers = dict(split_pair(header, ":") for header in given.header)
        callers[Transport.REST] = RestCaller(given.rest, prefix=given.path_prefix, headers=headers)
    if given.grpc:
        metadata = dict(split_pair(pair, "=") for pair in given.metadata)
        callers[Transport.GRPC] = RpcCaller(given.grpc, metadata=metadata)
    return callers


def split_pair(pair: str, mark: str) -> tuple[str, str]:
    """A name and a value."""
    name, _, value = pair.partition(mark)
    return name.strip(), value.strip()


def list_cases(cases: Sequence[Case]) -> None:
    """Every case with its transports, what it claims, where that is written, and sidecars."""
    for case in cases:
        over = "+".join(case.transports)
        open_ = ", left open there" if case.source.is_choice else ""
        print(f"{case.name} [{over}]\n    {case.reason}\n    {case.source.page}{open_}")  # noqa: T201
        if case.sidecar:
            print(f"    not through a sidecar: {case.sidecar}")  # noqa: T201
    print(f"{len(cases)} cases")  # noqa: T201


def report(outcomes: Iterable[Outcome], *, verbose: bool) -> int:
    """Print each as it ends, then the count; returns the exit code."""
    counts: Counter[Result] = Counter()
    for outcome in outcomes:
        counts[outcome.result] += 1
        if verbose or outcome.result is Result.FAILED:
            print(line_of(outcome), flush=True)  # noqa: T201
    print(  # noqa: T201
        f"{counts[Result.PASSED]} passed, {counts[Result.FAILED]} failed, "
        f"{counts[Result.SKIPPED]} not asked"
    )
    if not counts[Result.PASSED] + counts[Result.FAILED]:
        return 2
    return 1 if counts[Result.FAILED] else 0


def line_of(outcome: Outcome) -> str:
    """One case, its result and its source; below it why, where it did not pass."""
    case = outcome.case
    line = f"{outcome.result}  {outcome.transport:4}  {case.name}  ({case.source.page})"
    if not outcome.why:
        return line
    return f"{line}\n      {case.reason}\n      {outcome.why}"


if __name__ == "__main__":
    sys.exit(main())
