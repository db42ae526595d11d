"""Draws an evaluation: how far stated confidence keeps its word, and what is taken for what.

A PNG for a report, or a page of HTML with the drawing and the tables behind it, which needs nothing
from the network.
"""

import io
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Drawing
from numpy.typing import NDArray

from ridealong.learning.errors import PlotNotDrawn
from ridealong.learning.evaluation import Evaluation
from ridealong.learning.metrics import CALIBRATION_BINS
from ridealong.learning.metrics_bootstrap import Interval
from ridealong.learning.scoring import ClassesJudged, Judged

PNG, HTML = ".png", ".html"
# More classes than this cannot be read beside a matrix: the most confused are shown.
MOST_CLASSES: Final = 30
LONGEST_LABEL: Final = 28
STYLE: Final = "body{font:15px sans-serif;margin:2em auto;max-width:64em}td,th{padding:2px 12px}"


def check_plot(path: Path) -> None:
    """Before minutes of work: whether a plot can be written there. Raises `PlotNotDrawn`."""
    if path.suffix.lower() not in (PNG, HTML):
        raise PlotNotDrawn(f"{path} ends neither in {PNG} nor in {HTML}")
    if not path.parent.is_dir():
        raise PlotNotDrawn(f"{path.parent} is no folder")


def plot(evaluation: Evaluation, path: Path) -> None:
    """The drawing, in the form that the file's name asks for."""
    check_plot(path)
    # The same evaluation gives the same bytes; and a `$` in a label is no formula.
    with mpl.rc_context({"svg.hashsalt": "ridealong", "text.parse_math": False}):
        drawing = draw(evaluation)
        try:
            if path.suffix.lower() == PNG:
                drawing.savefig(path, format="png", dpi=120, metadata={"Software": None})
            else:
                path.write_text(page(evaluation, as_svg(drawing)), encoding="utf-8")
        except OSError as error:
            raise PlotNotDrawn(f"{path} cannot be written ({error.strerror})") from error


def draw(evaluation: Evaluation) -> Drawing:
    """Reliability on the left; the confusion matrix on the right where there is one."""
    judged = evaluation.judged
    is_matrix = isinstance(judged, ClassesJudged)
    drawing = Drawing(figsize=(15, 7) if is_matrix else (7, 7), layout="constrained")
    FigureCanvasAgg(drawing)
    drawing.suptitle(
        f"{evaluation.model} {evaluation.version}, {evaluation.output}: {len(judged)} rows"
    )
    columns = drawing.subplots(1, 2, squeeze=False)[0] if is_matrix else [drawing.subplots()]
    draw_reliability(columns[0], *confidence_of(judged))
    if isinstance(judged, ClassesJudged):
        draw_confusion(columns[1], judged)
    return drawing


def confidence_of(judged: Judged) -> tuple[NDArray[np.floating], NDArray[np.bool_]]:
    """What was promised, and what came true: of the class said, or of every label."""
    if isinstance(judged, ClassesJudged):
        best = judged.probabilities.argmax(axis=1)
        return judged.probabilities.max(axis=1), best == judged.truth
    return judged.probabilities.ravel(), judged.truth.ravel()


def draw_reliability(
    axes: Any,  # noqa: ANN401 - matplotlib's
    confidence: NDArray[np.floating],
    right: NDArray[np.bool_],
) -> None:
    """Bars for what came true in each bin of confidence, over the line of a kept word."""
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    rows = np.bincount(bins, minlength=CALIBRATION_BINS)
    kept = np.bincount(bins, right, CALIBRATION_BINS) / np.maximum(rows, 1)
    middles = (np.arange(CALIBRATION_BINS) + 0.5) / CALIBRATION_BINS
    axes.bar(middles, kept, width=0.9 / CALIBRATION_BINS, color="#4878a8", label="came true")
    axes.plot([0, 1], [0, 1], color="#b04030", linewidth=1, label="as promised")
    for middle, share, count in zip(middles, kept, rows, strict=True):
        if count:
            axes.annotate(str(count), (middle, share), ha="center", va="bottom", fontsize=7)
    axes.set(xlim=(0, 1), ylim=(0, 1.05), xlabel="confidence", ylabel="share that is right")
    axes.set_title("Reliability, rows above the bars")
    axes.legend(loc="upper left")


def draw_confusion(axes: Any, judged: ClassesJudged) -> None:  # noqa: ANN401 - matplotlib's
    """Shares of each true class; of many classes the most confused."""
    matrix = judged.confusion()
    wrong = matrix.sum(axis=0) + matrix.sum(axis=1) - 2 * np.diag(matrix)
    present = np.flatnonzero(matrix.sum(axis=0) + matrix.sum(axis=1))
    chosen = sorted(sorted(present, key=lambda place: -wrong[place])[:MOST_CLASSES])
    shares = matrix[np.ix_(chosen, chosen)] / np.maximum(matrix[chosen].sum(axis=1)[:, None], 1)
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.figure.colorbar(image, ax=axes, shrink=0.7)
    names = [shortened(judged.labels[place]) for place in chosen]
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.set(xlabel="said", ylabel="truth")
    few = len(chosen) < len(present)
    axes.set_title(f"Confusion, the {len(chosen)} most confused" if few else "Confusion")


def shortened(label: str) -> str:
    """A label that leaves room for the matrix."""
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"


def as_svg(drawing: Drawing) -> str:
    """The drawing as an element of a page."""
    written = io.StringIO()
    drawing.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    svg = written.getvalue()
    return svg[svg.index("<svg") :]


def page(evaluation: Evaluation, svg: str) -> str:
    """Figures, drawing, worst classes."""
    title = escape(f"{evaluation.model} {evaluation.version}, {evaluation.output}")
    figures = [
        (name, f"{figure.value:.4f}", in_words(figure.interval))
        for name, figure in evaluation.whole.figures.items()
    ]
    classes = [
        (score.label, str(score.rows), f"{score.precision:.3f}", f"{score.recall:.3f}")
        for score in evaluation.judged.classes()
    ]
    return (
        f'<!doctype html><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
        f"<h1>{title}</h1><p>{evaluation.whole.rows} rows with a class, {evaluation.outside} of "
        f"none.</p>{table(('measure', 'value', '95 %'), figures)}{svg}"
        f"<h2>Classes, the worst first</h2>"
        f"{table(('class', 'rows', 'precision', 'recall'), classes)}\n"
    )


def in_words(interval: Interval | None) -> str:
    """From where to where."""
    return "" if interval is None else f"{interval.low:.4f} to {interval.high:.4f}"


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Cells as text, whatever labels hold."""
    lines = [
        "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"
        for tag, cells in [("th", head), *(("td", row) for row in rows)]
    ]
    return f"<table>{''.join(lines)}</table>"
