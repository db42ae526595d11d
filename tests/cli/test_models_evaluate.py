"""The command on files of one's own, asking a running inference, and the engine by itself."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ridealong.cli.models import commands
from ridealong.cli.peers import ServiceSaysNo
from ridealong.learning.errors import LearningError, ModelUnknown, PlotNotDrawn, RowsUnreadable
from ridealong.local.problems import LocalProblem, NotRunning
from services.inference.app import create_app
from services.inference.settings import Settings
from tests.cli.running_service import run_file, running_service
from tests.fakes import FakeSidecar
from tests.learning.stores import copy_models

SIDECAR_PORT = 13503
ROWS = (
    "label;language;text\n"
    "track_order;en;Where is my parcel? I want to track order 4711\n"
    "get_refund;en;please give me my money back for this purchase\n"
    "cancel_order;en;how can I cancel order 1234\n"
    "oos;en;what is the tallest mountain of Norway\n"
)


def run(file: Path, *options: str) -> Any:
    words = ["evaluate", "understand-en", "--file", str(file), *options]
    result = CliRunner(env={"COLUMNS": "120"}).invoke(commands, words)
    if isinstance(result.exception, LearningError | LocalProblem):
        raise result.exception
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout) if "--json" in options else result.output


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The run file of a system whose inference has the English models."""
    folder = tmp_path_factory.mktemp("system")
    copy_models(folder / "models", "minilm", "use-multilingual", "understand-en")
    app = create_app(Settings(models=folder / "models", log_share=0), sidecar=FakeSidecar())
    with running_service(app, "inference") as port:
        yield run_file(folder, SIDECAR_PORT, port)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text(ROWS)
    return path


def test_the_running_system_and_the_engine_in_process_say_the_same(
    system: Path, rows: Path
) -> None:
    asked = run(rows, "--run-file", str(system), "--json")
    opened = run(rows, "--offline", "--json")

    assert asked == opened
    assert (asked["output"], asked["rows"], asked["rows_outside"]) == ("commerce", 3, 1)
    assert asked["measures"]["accuracy"] == {"value": 1, "low": 1, "high": 1}
    assert asked["measures"]["rejection_auroc"]["value"] == 1
    assert asked["languages"]["en"]["measures"].keys() == asked["measures"].keys()


def test_people_see_figures_intervals_and_classes(system: Path, rows: Path) -> None:
    shown = run(rows, "--run-file", str(system))

    for words in ("3 rows and 1 outside", "AUROC of rejection", "95 % interval", "Worst classes"):
        assert words in shown


def test_a_model_that_the_system_does_not_serve_is_named(system: Path, rows: Path) -> None:
    words = ["evaluate", "nobody", "--file", str(rows), "--run-file", str(system)]

    with pytest.raises(ServiceSaysNo, match="inference answered 404"):
        CliRunner().invoke(commands, words, catch_exceptions=False)


def test_a_system_that_does_not_run_is_said(rows: Path) -> None:
    with pytest.raises(NotRunning, match="does not answer"):
        run(rows, "--run-file", str(run_file(rows.parent, SIDECAR_PORT, 9)))


def test_a_model_that_is_not_on_disk_is_named_with_what_to_do(rows: Path) -> None:
    words = ["evaluate", "nobody", "--file", str(rows), "--offline"]

    with pytest.raises(ModelUnknown, match="ridealong models build"):
        CliRunner().invoke(commands, words, catch_exceptions=False)


def test_a_model_that_finds_spans_has_nothing_to_evaluate(rows: Path) -> None:
    words = ["evaluate", "pii-tagger", "--file", str(rows), "--offline"]

    with pytest.raises(ModelUnknown, match="gives no labels"):
        CliRunner().invoke(commands, words, catch_exceptions=False)


def test_unknown_labels_are_refused_or_left_out_and_counted(rows: Path) -> None:
    rows.write_text(ROWS + "teleport;en;beam me up\n;en;nothing\n")

    with pytest.raises(RowsUnreadable, match=r"teleport \(1 rows\)"):
        run(rows, "--offline", "--output", "commerce")
    found = run(rows, "--offline", "--output", "commerce", "--skip-unknown", "--json")

    assert found["rows"] == 3
    assert found["left_out"] == {
        "empty_texts": 0,
        "empty_labels": 1,
        "unknown_labels": {"teleport": 1},
    }


def test_contradictory_rows_are_warned_about(rows: Path) -> None:
    rows.write_text(ROWS + "track_order;en;How can I cancel order 1234\n")

    assert "about which nobody can be right each time: 1" in run(rows, "--offline")


def test_a_page_with_the_plot_is_written(rows: Path, tmp_path: Path) -> None:
    run(rows, "--offline", "--plot", str(tmp_path / "report.html"))

    assert "understand-en" in (tmp_path / "report.html").read_text()


def test_a_plot_that_cannot_be_written_is_refused_before_the_work(rows: Path) -> None:
    with pytest.raises(PlotNotDrawn):
        run(rows, "--offline", "--plot", str(rows.parent / "report.gif"))
