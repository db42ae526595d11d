"""The schedule-policy extension: a timeout, in microseconds."""

import time
from typing import Final

from conformance.cases import SCHEDULE, case
from conformance.exchange import BAD_REQUEST, TOO_LATE, Caller, Refusal, expect, refused
from conformance.suite import asks

MINUTE_US: Final = 60_000_000
ROUNDS: Final = 2000
BAD: Final[dict[str, bool | int | str]] = {"negative": -1, "a word": "soon", "true": True}


def is_right(caller: Caller, timeout_us: int) -> None:
    """With so much time the request is answered."""
    answer = caller.infer(asks.add_sub(parameters={"timeout": timeout_us}))
    expect(answer.outputs["sum"].tolist() == asks.SUM, "sum is wrong")


@case(SCHEDULE)
def a_request_within_its_time_is_answered(caller: Caller) -> None:
    """A minute is enough."""
    is_right(caller, MINUTE_US)


@case(SCHEDULE.chosen())
def a_timeout_of_zero_is_none(caller: Caller) -> None:
    """As with `priority`, zero is the default."""
    is_right(caller, 0)


@case(SCHEDULE.chosen())
def what_cannot_be_done_in_time_is_refused_soon(caller: Caller) -> None:
    """A microsecond for a long run: refused as too late, or answered; never kept waiting."""
    started = time.monotonic()
    try:
        caller.infer(asks.slow(ROUNDS, parameters={"timeout": 1}))
    except Refusal as refusal:
        expect(refusal.how in TOO_LATE.statuses or refusal.how in TOO_LATE.codes, str(refusal))
    expect(time.monotonic() - started < 20, "it took longer than any run")


@case(SCHEDULE.chosen(), each=BAD)
def a_timeout_that_is_no_time_is_refused(caller: Caller, kind: str) -> None:
    """`timeout` is a whole number of microseconds."""
    with refused(BAD_REQUEST):
        caller.infer(asks.add_sub(parameters={"timeout": BAD[kind]}))


@case(SCHEDULE, each=("0", "1", "2"))
def a_priority_is_taken(caller: Caller, priority: str) -> None:
    """`priority` is a whole number; what it changes is the server's."""
    answer = caller.infer(asks.add_sub(parameters={"priority": int(priority)}))
    expect(answer.outputs["sum"].tolist() == asks.SUM, "sum is wrong")
