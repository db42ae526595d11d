"""Many callers at once: each gets its own answer, whatever the others ask."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np

from conformance.cases import BINARY, OIP, REST, case
from conformance.exchange import Ask, Caller, Refusal, expect
from conformance.rest import RestCaller
from conformance.suite import asks
from conformance.tensors import Tensor, is_same, make

CALLERS: Final = 16
ROUNDS: Final = 6


def at_once(act: Callable[[int], bool]) -> None:
    """So many callers, each several times, each with numbers of its own; all must be right."""

    def act_often(caller: int) -> Sequence[bool]:
        return [act(caller * ROUNDS + turn) for turn in range(ROUNDS)]

    with ThreadPoolExecutor(CALLERS) as pool:
        results = [right for rights in pool.map(act_often, range(CALLERS)) for right in rights]
    wrong = results.count(False)
    expect(not wrong, f"{wrong} of {len(results)} answers were not the caller's own")


def adds_right(caller: Caller, number: int, rows: int = 1) -> bool:
    """Whether a sum and a difference of this caller's own numbers come out."""
    left = np.full((rows, 4), float(number), dtype=np.float32)
    ask = Ask("add_sub", [Tensor("left", "FP32", left), Tensor("right", "FP32", left / 2)])
    outputs = caller.infer(ask).outputs
    return is_same(outputs["sum"], left * 1.5) and is_same(outputs["difference"], left / 2)


@case(OIP)
def each_caller_gets_their_own_numbers(caller: Caller) -> None:
    """One shape, sixteen callers: what a batcher would put together, it must take apart."""
    at_once(lambda number: adds_right(caller, number))


@case(OIP)
def each_caller_gets_their_own_rows(caller: Caller) -> None:
    """Batches of one to five rows."""
    at_once(lambda number: adds_right(caller, number, rows=1 + number % 5))


@case(OIP)
def each_caller_gets_their_own_texts(caller: Caller) -> None:
    """Strings of different lengths."""

    def is_own(number: int) -> bool:
        ask = asks.identity("BYTES", [[f"caller {number}", "x" * (number % 7)]])
        return is_same(caller.infer(ask).outputs["y"], ask.inputs[0].array)

    at_once(is_own)


@case(OIP)
def each_caller_gets_their_own_shape(caller: Caller) -> None:
    """Shapes that cannot share a batch."""

    def is_own(number: int) -> bool:
        values = np.full((1 + number % 3, 1 + number % 4), number, dtype="<i4")
        ask = Ask("identity_int32", [Tensor("x", "INT32", values)])
        return is_same(caller.infer(ask).outputs["y"], values)

    at_once(is_own)


@case(OIP)
def each_caller_gets_their_own_version(caller: Caller) -> None:
    """Two versions of one model, asked side by side."""

    def is_own(number: int) -> bool:
        version = str(1 + number % 2)
        ask = Ask("two_versions", [make("x", "FP32", [float(number)])], version=version)
        y = caller.infer(ask).outputs["y"]
        return bool(y.tolist() == [float(number + int(version))])

    at_once(is_own)


@case(OIP)
def each_caller_gets_their_own_outputs(caller: Caller) -> None:
    """Some ask for one output, some for the other."""

    def is_own(number: int) -> bool:
        name = ("sum", "difference")[number % 2]
        answer = caller.infer(asks.add_sub(outputs=(name,), request_id=f"id-{number}"))
        right = asks.SUM if name == "sum" else asks.DIFFERENCE
        return answer.request_id == f"id-{number}" and answer.outputs[name].tolist() == right

    at_once(is_own)


@case(OIP)
def bad_requests_do_not_touch_good_ones(caller: Caller) -> None:
    """Every third caller's request does not fit; only those are refused."""

    def is_own(number: int) -> bool:
        if number % 3:
            return adds_right(caller, number)
        try:
            caller.infer(Ask("add_sub", [make("left", "FP32", [[float(number)]])]))
        except Refusal:
            return True
        return False

    at_once(is_own)


@case(BINARY, over=REST)
def each_caller_gets_their_own_bytes(rest: RestCaller) -> None:
    """Bytes in and out, side by side with JSON."""

    def is_own(number: int) -> bool:
        values = np.full((1, 3), number, dtype="<f4")
        ask = Ask("identity_fp32", [Tensor("x", "FP32", values)])
        if number % 2:
            return is_same(rest.infer(ask).outputs["y"], values)
        answer = rest.infer_binary(ask, inputs=["x"], default=True)
        return is_same(answer.outputs["y"], values)

    at_once(is_own)


@case(OIP)
def a_long_run_does_not_stop_short_ones(caller: Caller) -> None:
    """While a slow model works, others are answered, and the slow answer comes too."""
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(caller.infer, asks.slow(1000))
        at_once(lambda number: adds_right(caller, number))
        expect(slow.result().outputs["y"].tolist() == [1000], "the slow answer is wrong")
