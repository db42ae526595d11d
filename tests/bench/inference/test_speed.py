"""The speed table out of what the harness writes."""

from typing import Any

from bench.inference.findings import at_least, at_most
from bench.inference.peers import Results, read_results
from bench.inference.speed import REST_TABLE, Comparison, peak_pss, report

RATES = {"ours": (900.0, 1000.0, 1200.0), "lean-batch": (1000.0, 1000.0, 1000.0)}


def line(target: str, repeat: int, **other: Any) -> dict[str, Any]:
    """One load as the harness writes it."""
    found = {
        "kind": "http",
        "target": target,
        "workload": "text",
        "c": 16,
        "rep": repeat,
        "rps": RATES.get(target, RATES["ours"])[repeat],
        "p50_ms": 1.0,
        "p99_ms": 4.0,
        "pss_mib": 100.0 + repeat,
        "errors": 0,
    }
    return found | other


def start(target: str, *, concurrent_ok: int = 256) -> dict[str, Any]:
    seen = {"sequential_ok": 64, "of": 64, "concurrent_ok": concurrent_ok, "of_concurrent": 256}
    return {"kind": "start", "target": target, "rep": 0, "verify": {"text": seen}}


def three_repeats(**of_ours: Any) -> Results:
    """In the order in which the harness takes turns."""
    rows = []
    for repeat in range(3):
        rows += [line("lean-batch", repeat), line("ours", repeat, **of_ours)]
    return read_results(rows)


def test_a_row_is_our_rate_over_the_rivals_repeat_by_repeat() -> None:
    row = Comparison("http", "text", 16, "req_s", "lean-batch", at_least(0.85))

    finding = row.judge(three_repeats())

    assert finding.cells() == (
        "text: req/s against lean-batch",
        "16",
        "1.00 [0.90-1.20]",
        "≥ 0.85",
        "met",
    )


def test_latency_is_compared_the_same_way_and_less_is_better() -> None:
    row = Comparison("http", "text", 16, "p99_ms", "lean-batch", at_most(0.7))

    assert row.judge(three_repeats(p99_ms=2.0)).is_met
    assert not row.judge(three_repeats(p99_ms=3.0)).is_met


def test_a_cell_nobody_measured_is_shown_as_such() -> None:
    row = Comparison("http", "gb64", 64, "req_s", "lean-batch", at_least(0.75))

    assert row.judge(three_repeats()).cells()[-1] == "not measured"


def test_memory_is_the_most_of_ours_in_each_repeat() -> None:
    found = peak_pss(three_repeats())

    assert found is not None
    assert (found.median, found.high) == (101.0, 102.0)


def test_errors_failures_and_wrong_answers_are_told() -> None:
    rows = [
        start("ours", concurrent_ok=255),
        start("fastapi"),
        line("ours", 0, errors=3),
        {"kind": "failed", "target": "mlserver", "rep": 0, "error": "no good answer in time"},
    ]

    part = report("REST", REST_TABLE, read_results(rows))

    assert part.notes == [
        "ours: wrong answers in text",
        "ours, text at 16 callers: 3 errors",
        "mlserver failed: no good answer in time",
    ]


def test_the_figures_behind_the_ratios_are_shown_for_every_cell() -> None:
    part = report("REST", REST_TABLE, three_repeats())

    assert sorted(row[0] for row in part.rows) == ["lean-batch", "ours"]
    assert len(part.findings) == len(REST_TABLE)
