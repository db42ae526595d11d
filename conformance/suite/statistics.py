"""The statistics extension: what was asked of which model, how often, how long."""

import time
from typing import Any, Final

from conformance.cases import STATISTICS, case
from conformance.exchange import UNKNOWN, Ask, Caller, expect, refused
from conformance.suite import asks
from conformance.tensors import make

COUNTED: Final = "counted"
ROWS: Final = 2
DURATIONS: Final = ("success", "fail", "queue", "compute_input", "compute_infer", "compute_output")
# A listener or a second thread may count a moment after the answer has left.
COUNTED_WITHIN_S: Final = 5.0


def of(caller: Caller, model: str = COUNTED, version: str = "") -> dict[str, Any]:
    """The one entry of a model with one version."""
    entries = caller.statistics(model, version)
    expect(len(entries) == 1, f"{len(entries)} entries")
    return entries[0]


def count(entry: dict[str, Any], name: str) -> int:
    """How often a duration was measured; gRPC's JSON writes 64-bit numbers as strings."""
    return int(entry["inference_stats"].get(name, {}).get("count", 0))


def number(entry: dict[str, Any], name: str) -> int:
    """A number of an entry; a zero may be left out over gRPC."""
    return int(entry.get(name, 0))


def after(caller: Caller, before: dict[str, Any], successes: int) -> dict[str, Any]:
    """The entry once it counts so many more successes, or as it stays."""
    deadline = time.monotonic() + COUNTED_WITHIN_S
    while True:
        entry = of(caller)
        done = count(entry, "success") - count(before, "success") >= successes
        if done or time.monotonic() > deadline:
            return entry
        time.sleep(0.05)


@case(STATISTICS)
def a_model_has_statistics(caller: Caller) -> None:
    """Name, version, counts and durations of each kind."""
    caller.infer(asks.add_sub(COUNTED))
    entry = of(caller)
    expect(entry["name"] == COUNTED, f"name is {entry['name']!r}")
    expect(entry["version"] == "1", f"version is {entry['version']!r}")
    missing = [name for name in DURATIONS if name not in entry["inference_stats"]]
    expect(not missing, f"missing: {missing}")


@case(STATISTICS)
def each_version_has_its_own(caller: Caller) -> None:
    """Without a version those of all of the model's; with one, that one's."""
    listed = {entry["version"] for entry in caller.statistics("two_versions")}
    expect(listed == {"1", "2"}, f"versions are {listed}")
    expect(of(caller, "two_versions", "2")["version"] == "2", "another version")


@case(STATISTICS)
def without_a_model_those_of_all(caller: Caller) -> None:
    """No model named: every version of every model."""
    listed = {(entry["name"], entry["version"]) for entry in caller.statistics()}
    wanted = {("add_sub", "1"), ("two_versions", "1"), ("two_versions", "2")}
    expect(wanted <= listed, f"missing: {wanted - listed}")


@case(STATISTICS, each=("no_such_model", ""))
def an_unknown_model_or_version_is_refused(caller: Caller, model: str) -> None:
    """Nothing can be told of what is not there."""
    with refused(UNKNOWN):
        caller.statistics(model or COUNTED, "" if model else "77")


@case(STATISTICS)
def a_request_is_counted_once(caller: Caller) -> None:
    """`success` counts requests, `inference_count` the rows in them."""
    before = of(caller)
    for _ in range(3):
        caller.infer(asks.add_sub(COUNTED))
    entry = after(caller, before, 3)
    expect(count(entry, "success") - count(before, "success") == 3, "requests miscounted")
    rows = number(entry, "inference_count") - number(before, "inference_count")
    expect(rows == 3 * ROWS, f"{rows} rows counted instead of {3 * ROWS}")


@case(STATISTICS)
def an_execution_is_counted(caller: Caller) -> None:
    """One at a time, each request is an execution of its own."""
    before = of(caller)
    caller.infer(asks.add_sub(COUNTED))
    entry = after(caller, before, 1)
    runs = number(entry, "execution_count") - number(before, "execution_count")
    expect(runs == 1, f"{runs} executions counted")


@case(STATISTICS)
def time_is_counted_in_nanoseconds(caller: Caller) -> None:
    """A success takes between a microsecond and ten seconds here."""
    before = of(caller)
    caller.infer(asks.add_sub(COUNTED))
    entry = after(caller, before, 1)
    took = int(entry["inference_stats"]["success"]["ns"]) - int(
        before["inference_stats"]["success"].get("ns", 0)
    )
    expect(1_000 < took < 10**10, f"took {took} ns")


@case(STATISTICS)
def the_last_inference_is_now(caller: Caller) -> None:
    """Milliseconds since the epoch; clocks may differ by minutes."""
    before = of(caller)
    caller.infer(asks.add_sub(COUNTED))
    last = number(after(caller, before, 1), "last_inference")
    expect(abs(last / 1000 - time.time()) < 600, f"last_inference is {last}")


@case(STATISTICS)
def batches_are_counted_by_size(caller: Caller) -> None:
    """`batch_stats` has an entry for the batch that ran."""
    before = of(caller)
    rows = [[float(n)] * 4 for n in range(7)]
    caller.infer(Ask(COUNTED, [make("left", "FP32", rows), make("right", "FP32", rows)]))
    sizes = {int(batch["batch_size"]) for batch in after(caller, before, 1)["batch_stats"]}
    expect(7 in sizes, f"batch sizes are {sizes}")


@case(STATISTICS)
def a_batch_says_its_time(caller: Caller) -> None:
    """Each size has count and time of what was run."""
    caller.infer(asks.add_sub(COUNTED))
    for batch in of(caller)["batch_stats"]:
        told = batch["compute_infer"]
        expect(int(told["count"]) > 0, f"count is {told['count']}")
        expect(int(told["ns"]) > 0, f"ns is {told['ns']}")


@case(STATISTICS)
def what_is_refused_is_no_success(caller: Caller) -> None:
    """A request that does not fit the model counts no rows."""
    before = of(caller)
    with refused(UNKNOWN._replace(codes=frozenset({"INVALID_ARGUMENT"}))):
        caller.infer(Ask(COUNTED, [make("left", "FP32", asks.LEFT)]))
    entry = of(caller)
    expect(count(entry, "success") == count(before, "success"), "counted as a success")
    same = number(entry, "inference_count") == number(before, "inference_count")
    expect(same, "its rows are counted")
