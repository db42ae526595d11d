from pathlib import Path

import numpy as np
import pytest

from ridealong.learning.charts import MOST_CLASSES, plot
from ridealong.learning.errors import PlotNotDrawn
from ridealong.learning.evaluation import Evaluation, Part
from ridealong.learning.evaluation_rows import LabelledFile
from ridealong.learning.scoring import ClassesJudged, Judged, LabelsJudged, measure


def verdict_of(judged: Judged) -> Evaluation:
    file = LabelledFile((), 0, 0, 0)
    return Evaluation("m", "1", "o", Part(len(judged), measure(judged)), 0, {}, file, {}, judged)


def classes(count: int = 3, *, name: str = "class <$b$>") -> ClassesJudged:
    chance = np.random.default_rng(1)
    given = chance.dirichlet(np.ones(count), 200).astype(np.float32)
    labels = tuple(f"{name} {number}" for number in range(count))
    return ClassesJudged(labels, given, chance.integers(0, count, 200))


@pytest.mark.parametrize("count", [2, 3, MOST_CLASSES + 20])
def test_a_png_is_a_picture_whatever_the_number_of_classes(tmp_path: Path, count: int) -> None:
    plot(verdict_of(classes(count)), tmp_path / "plot.PNG")

    assert (tmp_path / "plot.PNG").read_bytes().startswith(b"\x89PNG")


def test_a_page_holds_figures_drawing_and_classes_and_nothing_from_elsewhere(
    tmp_path: Path,
) -> None:
    plot(verdict_of(classes()), tmp_path / "plot.html")

    written = (tmp_path / "plot.html").read_text()
    assert "<svg" in written
    assert "accuracy" in written
    assert "<td>class &lt;$b$&gt; 0</td>" in written
    assert "<script" not in written
    assert 'src="http' not in written


def test_the_same_evaluation_is_the_same_page(tmp_path: Path) -> None:
    for name in ("one.html", "two.html"):
        plot(verdict_of(classes()), tmp_path / name)

    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_heads_of_several_labels_have_reliability_and_no_matrix(tmp_path: Path) -> None:
    truth = np.array([[True, False], [True, True], [False, True]])

    judged = LabelsJudged(("a", "b"), truth.astype(np.float32), truth)

    plot(verdict_of(judged), tmp_path / "plot.html")
    assert "Confusion" not in (tmp_path / "plot.html").read_text()


@pytest.mark.parametrize("name", ["plot.pdf", "plot", "missing/plot.png"])
def test_where_no_plot_can_be_written_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(PlotNotDrawn):
        plot(verdict_of(classes()), tmp_path / name)
