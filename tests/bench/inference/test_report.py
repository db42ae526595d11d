"""The page that is written."""

import platform
import socket

import pytest

from bench.inference import report
from bench.inference.findings import Finding, Part, at_least, spread
from bench.inference.report import as_markdown, machine, markdown_table, watch_others


def test_the_machine_is_told_without_its_name() -> None:
    said = machine()

    assert "cores" in said
    assert platform.python_version() in said
    assert socket.gethostname() not in said.split()


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert markdown_table(["a|b"], [["1"]]) == ["| a/b |", "| --- |", "| 1 |"]


def test_a_page_has_one_table_of_all_findings_and_the_figures_behind_each() -> None:
    finding = Finding("speed", "16", spread([0.9, 1.0, 1.1]), at_least(0.85))
    first = Part("REST", [finding], head=["target"], rows=[["ours"]], notes=["quiet"])
    second = Part("gRPC", [finding])

    page = as_markdown([first, second], repeats=3)

    assert page.count("| speed | 16 | 1.00 [0.90-1.10] | ≥ 0.85 | met |") == 2
    assert "## REST\n\n| target |\n| --- |\n| ours |\n\n- quiet\n" in page
    assert page.index("| speed") < page.index("## REST") < page.index("## gRPC")


def set_clocks(monkeypatch: pytest.MonkeyPatch, *, own: float, whole: float) -> None:
    """Ten seconds pass, in which so many seconds of processor time are used."""
    monkeypatch.setattr(report, "own_cpu_s", iter([0.0, own]).__next__)
    monkeypatch.setattr(report, "whole_cpu_s", iter([0.0, whole]).__next__)
    monkeypatch.setattr(report, "now_s", iter([0.0, 10.0]).__next__)


def test_our_own_work_is_not_taken_for_that_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clocks(monkeypatch, own=9.0, whole=10.0)

    assert watch_others(lambda: Part("quiet")).notes == []


def test_much_work_of_others_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clocks(monkeypatch, own=5.0, whole=20.0)

    assert "1.5 cores" in watch_others(lambda: Part("busy")).notes[0]
