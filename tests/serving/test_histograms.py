"""Our histograms show what prometheus_client's would, and cost less."""

import prometheus_client
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest

from ridealong.serving.histograms import Histogram

BOUNDS = (0.0005, 0.005, 0.25, 1, 2.5)
LABELS = ("model", "version")

amounts = st.one_of(st.sampled_from(BOUNDS), st.floats(0, 5), st.just(0.0), st.just(1e9))
observations = st.lists(st.tuples(st.sampled_from(["one", "two"]), amounts), max_size=60)


def histogram(registry: CollectorRegistry, *, name: str = "run_seconds") -> Histogram:
    return Histogram(name, "Runs.", LABELS, buckets=BOUNDS, registry=registry)


def exposed(registry: CollectorRegistry) -> list[str]:
    lines = generate_latest(registry).decode().splitlines()
    return [line for line in lines if "_created" not in line]


@given(observations)
def test_the_exposition_is_that_of_prometheus_client(observed: list[tuple[str, float]]) -> None:
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    own = histogram(ours)
    other = prometheus_client.Histogram(
        "run_seconds", "Runs.", LABELS, buckets=BOUNDS, registry=theirs
    )

    for model, amount in observed:
        own.labels(model, "1").observe(amount)
        other.labels(model, "1").observe(amount)

    assert exposed(ours) == exposed(theirs)


def test_buckets_are_cumulative_and_a_bound_belongs_to_its_own() -> None:
    registry = CollectorRegistry()
    series = histogram(registry).labels("m", "1")

    for amount in (0.005, 0.0051, 7.0):
        series.observe(amount)

    def bucket(bound: str) -> float | None:
        labels = {"model": "m", "version": "1", "le": bound}
        return registry.get_sample_value("run_seconds_bucket", labels)

    shown = [bucket(le) for le in ("0.0005", "0.005", "0.25", "1.0", "2.5", "+Inf")]
    assert shown == [0, 1, 2, 2, 2, 3]


def test_a_series_is_fetched_once_and_counts_on() -> None:
    family = histogram(CollectorRegistry())

    assert family.labels("m", "1") is family.labels("m", "1")
    assert family.labels("m", "1") is not family.labels("m", "2")


def test_a_series_that_was_removed_is_shown_no_longer() -> None:
    registry = CollectorRegistry()
    family = histogram(registry)
    family.labels("gone", "1").observe(1)
    family.labels("kept", "1").observe(1)

    family.remove("gone", "1")
    family.remove("never", "1")

    shown = generate_latest(registry).decode()
    assert 'model="kept"' in shown
    assert "gone" not in shown


def test_a_name_is_used_once_in_a_registry() -> None:
    registry = CollectorRegistry()
    histogram(registry)

    with pytest.raises(ValueError, match="run_seconds"):
        histogram(registry)


@pytest.mark.parametrize("buckets", [(), (1.0, 1.0), (2.0, 1.0), (float("inf"),)])
def test_bounds_that_do_not_rise_are_refused(buckets: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="rising"):
        Histogram("x", "X.", LABELS, buckets=buckets, registry=CollectorRegistry())


def test_labels_that_are_too_few_are_refused() -> None:
    with pytest.raises(ValueError, match="model, version"):
        histogram(CollectorRegistry()).labels("m")
