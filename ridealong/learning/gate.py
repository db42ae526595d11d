"""A head that scores below the one before it is not written, unless somebody says so."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ridealong.learning.errors import HeadWorse
from ridealong.serving.models.manifest import MANIFEST_FILE

# The figures that decide, the first that a head has. A new seed moves them by less than this.
DECIDE: Final = ("accuracy", "mean_average_precision")
TOLERANCE: Final = 0.002


def refuse_the_worse(metrics: Mapping[str, Any], name: str, models: Path) -> None:
    """Compares with the newest committed version of the pipeline, where there is one.

    Raises `HeadWorse`, which names every head that lost and by how much.
    """
    before = metrics_before(models / name)
    lost = [
        f"{head} {old:.4f} to {new:.4f}"
        for head in before.keys() & metrics.keys()
        if (new := deciding(metrics[head])) < (old := deciding(before[head])) - TOLERANCE
    ]
    if lost:
        raise HeadWorse(
            f"{name}: {', '.join(sorted(lost))} on dev rows, worse than the committed heads; "
            "nothing is written (--allow-worse writes it all the same)"
        )


def metrics_before(folder: Path) -> Mapping[str, Any]:
    """By head, of the highest version in a folder; none where nothing was committed yet."""
    versions = list(folder.glob(f"[1-9]*/{MANIFEST_FILE}"))
    if not versions:
        return {}
    newest = max(versions, key=lambda path: int(path.parent.name))
    found: Mapping[str, Any] = json.loads(newest.read_text()).get("metrics", {})
    return found


def deciding(verdict: Mapping[str, Any]) -> float:
    """The one figure of a head's dev rows by which it is compared."""
    return next((float(verdict["dev"][each]) for each in DECIDE if each in verdict["dev"]), 0.0)
