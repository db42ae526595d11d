"""Runs cases against a server and says how each ended."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from time import perf_counter
from typing import NamedTuple

from conformance.cases import Case, Transport
from conformance.exchange import Caller, Mismatch, Refusal


class Result(StrEnum):
    """How a case ended."""

    PASSED = "pass"
    FAILED = "FAIL"
    SKIPPED = "skip"


class Outcome(NamedTuple):
    """One case over one transport: its end, why, and how long it took."""

    case: Case
    transport: Transport
    result: Result
    why: str
    took_s: float


@dataclass(frozen=True)
class Selection:
    """Which cases are wanted: by name, by what binds them, by what stands between."""

    only: Sequence[str] = ()
    spec_only: bool = False
    through_sidecar: bool = False

    def wants(self, case: Case) -> bool:
        """Whether a case's name fits one of the patterns, if there are any."""
        return not self.only or any(
            fnmatchcase(case.name, pattern) or case.name.startswith(pattern + "/")
            for pattern in self.only
        )

    def reason_to_skip(self, case: Case, claimed: Sequence[str]) -> str | None:
        """Why a wanted case is not asked of this server, if so."""
        if self.through_sidecar and case.sidecar:
            return f"the sidecar itself: {case.sidecar}"
        if self.spec_only and case.source.is_choice:
            return "the specification leaves it open"
        if case.source.extension and not is_claimed(case.source.extension, claimed):
            return f"the server does not claim {case.source.extension}"
        return None


def is_claimed(extension: str, claimed: Sequence[str]) -> bool:
    """Whether a server names it; parts of one are named in parentheses behind it."""
    return any(name == extension or name.startswith(f"{extension}(") for name in claimed)


def run_case(case: Case, transport: Transport, caller: Caller) -> Outcome:
    """One case, whatever happens in it."""
    started = perf_counter()
    result, why = Result.PASSED, ""
    try:
        case.run(caller)
    except (Mismatch, Refusal) as failure:
        result, why = Result.FAILED, str(failure)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        result, why = Result.FAILED, f"unreadable answer: {type(error).__name__}: {error}"
    return Outcome(case, transport, result, why, perf_counter() - started)


def run_cases(
    cases: Iterable[Case], callers: dict[Transport, Caller], selection: Selection
) -> Iterator[Outcome]:
    """Every wanted case over every transport there is."""
    claimed = {
        transport: list(caller.describe_server().get("extensions", []))
        for transport, caller in callers.items()
    }
    for case in filter(selection.wants, cases):
        for transport in case.transports:
            if transport not in callers:
                continue
            why = selection.reason_to_skip(case, claimed[transport])
            if why is not None:
                yield Outcome(case, transport, Result.SKIPPED, why, 0.0)
            else:
                yield run_case(case, transport, callers[transport])
