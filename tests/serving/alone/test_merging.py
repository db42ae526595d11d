import json
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from ridealong.serving.alone.merging import merged_metrics, merged_statistics, worst
from ridealong.serving.alone.wire import Part


def exposition(asked: int) -> bytes:
    registry = CollectorRegistry()
    Gauge("waiting", "Without a label.", registry=registry).set(asked)
    counter = Counter("asked", "With odd labels.", ("model",), registry=registry)
    counter.labels('a {b} "c" d').inc(asked)
    Histogram("took_seconds", "Buckets.", registry=registry).observe(asked)
    return bytes(generate_latest(registry))


def statistics(count: int, last: int, sizes: dict[int, int]) -> dict[str, Any]:
    return {
        "name": "mood",
        "version": "1",
        "last_inference": last,
        "inference_count": count,
        "inference_stats": {"success": {"count": count, "ns": 10 * count}},
        "batch_stats": [
            {"batch_size": size, "compute_infer": {"count": runs, "ns": runs}}
            for size, runs in sizes.items()
        ],
    }


def answer(worker: int, *models: dict[str, Any]) -> Part:
    return Part(worker, 200, json.dumps({"model_stats": models}).encode())


def test_every_series_says_its_worker_and_keeps_its_labels() -> None:
    merged = merged_metrics([Part(0, 200, exposition(3)), Part(1, 200, exposition(5))]).decode()

    families = {family.name: family for family in text_string_to_metric_families(merged)}
    asked = [
        (sample.labels, sample.value)
        for sample in families["asked"].samples
        if sample.name == "asked_total"
    ]
    odd = 'a {b} "c" d'
    assert asked == [({"worker": "0", "model": odd}, 3), ({"worker": "1", "model": odd}, 5)]
    assert [sample.value for sample in families["waiting"].samples] == [3, 5]
    assert merged.count("# TYPE took_seconds histogram") == 1


def test_counts_are_summed_and_batches_joined_by_size() -> None:
    parts = [
        answer(0, statistics(3, 20, {1: 1, 2: 1})),
        answer(1, statistics(4, 10, {4: 1})),
        answer(2, statistics(2, 5, {1: 2})),
    ]

    merged = json.loads(merged_statistics(parts).body)

    assert merged["model_stats"] == [statistics(9, 20, {1: 3, 2: 1, 4: 1})]


def test_a_model_that_only_one_worker_holds_is_shown() -> None:
    other = statistics(1, 1, {1: 1}) | {"name": "other"}

    merged = json.loads(merged_statistics([answer(0), answer(1, other)]).body)

    assert merged["model_stats"] == [other]


def test_where_no_worker_has_statistics_the_refusal_is_the_answer() -> None:
    refusal = b'{"error":"no model has this name"}'

    assert merged_statistics([Part(0, 404, refusal), Part(1, 404, refusal)]).status == 404


def test_a_change_that_one_worker_refused_is_refused() -> None:
    parts = [Part(0, 200, b"{}"), Part(1, 507, b"no"), Part(2, 200, b"{}")]

    assert worst(parts) == parts[1]
    assert worst([]).status == 503
