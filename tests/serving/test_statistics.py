"""The statistics extension: counted by version and batch size, shown as Triton shows it."""

import json
import random
from importlib import import_module
from time import time
from typing import Any

import pytest

from ridealong.serving.statistics import EXACT_UP_TO_ROWS, ModelStatistics, Statistics

# Neither has types.
json_format: Any = import_module("google.protobuf.json_format")
service_pb2: Any = import_module("tritonclient.grpc.service_pb2")
KEYS = (
    "success",
    "fail",
    "queue",
    "compute_input",
    "compute_infer",
    "compute_output",
    "cache_hit",
    "cache_miss",
)


def shown(statistics: Statistics, name: str = "m", version: str = "1") -> Any:
    document = json.loads(json.dumps(statistics.show([(name, version)])))
    [entry] = document["model_stats"]
    return entry


def busy() -> Statistics:
    """Two batches: one of two requests and three rows, one of a single row; and one failure."""
    statistics = Statistics()
    model = statistics.of("m", "1")
    model.batch_ran(3, 2, 0.001, 0.010, 0.002)
    model.answered(1, 0.004, 0.018)
    model.answered(2, 0.003, 0.017)
    model.batch_ran(1, 1, 0.0, 0.005, 0.0)
    model.answered(1, 0.0, 0.006)
    model.failed(0.1)
    return statistics


def test_rows_executions_and_requests_are_told_apart() -> None:
    entry = shown(busy())

    assert (entry["inference_count"], entry["execution_count"]) == (4, 2)
    assert {key: entry["inference_stats"][key]["count"] for key in KEYS} == {
        "success": 3,
        "fail": 1,
        "queue": 3,
        "compute_input": 3,
        "compute_infer": 3,
        "compute_output": 3,
        "cache_hit": 0,
        "cache_miss": 0,
    }


def test_times_are_whole_nanoseconds_and_a_batch_counts_for_each_of_its_requests() -> None:
    stats = shown(busy())["inference_stats"]

    assert {key: stats[key]["ns"] for key in KEYS} == {
        "success": 41_000_000,
        "fail": 100_000_000,
        "queue": 7_000_000,
        "compute_input": 2_000_000,
        "compute_infer": 25_000_000,
        "compute_output": 4_000_000,
        "cache_hit": 0,
        "cache_miss": 0,
    }
    assert all(type(stats[key]["ns"]) is int for key in KEYS)


def test_batches_are_told_apart_by_size_smallest_first() -> None:
    assert shown(busy())["batch_stats"] == [
        {
            "batch_size": 1,
            "compute_input": {"count": 1, "ns": 0},
            "compute_infer": {"count": 1, "ns": 5_000_000},
            "compute_output": {"count": 1, "ns": 0},
        },
        {
            "batch_size": 3,
            "compute_input": {"count": 1, "ns": 1_000_000},
            "compute_infer": {"count": 1, "ns": 10_000_000},
            "compute_output": {"count": 1, "ns": 2_000_000},
        },
    ]


def test_a_caller_cannot_make_the_list_of_sizes_grow_without_end() -> None:
    statistics = Statistics()
    model = statistics.of("m", "1")

    for rows in (EXACT_UP_TO_ROWS, EXACT_UP_TO_ROWS + 1, 2 * EXACT_UP_TO_ROWS, 3_000_000):
        model.batch_ran(rows, 1, 0.0, 0.5, 0.0)

    sizes = {entry["batch_size"]: entry for entry in shown(statistics)["batch_stats"]}
    assert list(sizes) == [EXACT_UP_TO_ROWS, 2 * EXACT_UP_TO_ROWS, 1 << 22]
    assert sizes[2 * EXACT_UP_TO_ROWS]["compute_infer"] == {"count": 2, "ns": 1_000_000_000}


def test_the_last_inference_is_in_milliseconds_of_this_epoch() -> None:
    before = int(time() * 1000)
    entry = shown(busy())

    assert before <= entry["last_inference"] <= time() * 1000
    assert shown(Statistics())["last_inference"] == 0


def test_versions_are_counted_apart_and_one_that_was_never_asked_shows_zeros() -> None:
    statistics = busy()

    other = shown(statistics, version="2")

    assert (other["name"], other["version"], other["inference_count"]) == ("m", "2", 0)
    assert other["batch_stats"] == other["memory_usage"] == []
    assert shown(statistics)["inference_count"] == 4


def test_only_what_was_asked_for_is_shown_in_the_order_asked() -> None:
    document = busy().show([("b", "1"), ("a", "2"), ("a", "1")])

    entries: Any = document["model_stats"]
    assert [(entry["name"], entry["version"]) for entry in entries] == [
        ("b", "1"),
        ("a", "2"),
        ("a", "1"),
    ]


def test_a_reloaded_version_counts_on() -> None:
    statistics = busy()

    statistics.of("m", "1").answered(5, 0.0, 0.0)

    assert shown(statistics)["inference_count"] == 9


def test_memory_is_shown_where_it_is_known() -> None:
    statistics = busy()
    statistics.of("m", "1").memory_bytes = 4096

    assert shown(statistics)["memory_usage"] == [{"type": "CPU", "id": 0, "byte_size": 4096}]


def test_the_document_is_read_by_tritons_own_messages() -> None:
    statistics = busy()
    statistics.of("m", "1").memory_bytes = 4096

    message = json_format.ParseDict(
        statistics.show([("m", "1")]), service_pb2.ModelStatisticsResponse()
    )

    [model] = message.model_stats
    assert set(shown(statistics)) == {field.name for field in model.DESCRIPTOR.fields}
    assert set(shown(statistics)["inference_stats"]) == {
        field.name for field in model.inference_stats.DESCRIPTOR.fields
    }
    assert model.inference_stats.compute_infer.ns == 25_000_000
    assert [batch.batch_size for batch in model.batch_stats] == [1, 3]
    assert model.memory_usage[0].byte_size == 4096


@pytest.mark.parametrize("seed", range(5))
def test_sums_over_batch_sizes_are_the_totals(seed: int) -> None:
    rng, model = random.Random(seed), ModelStatistics()

    for _ in range(200):
        model.batch_ran(rng.randint(1, 40), 1, rng.random(), rng.random(), rng.random())

    entry: Any = model.show("m", "1")
    for key in ("compute_input", "compute_infer", "compute_output"):
        by_size = [batch[key] for batch in entry["batch_stats"]]
        assert sum(batch["count"] for batch in by_size) == entry["execution_count"] == 200
        total = entry["inference_stats"][key]["ns"]
        assert sum(batch["ns"] for batch in by_size) == pytest.approx(total, abs=100)
