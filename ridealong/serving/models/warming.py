"""Tries a model before it serves: warm, true to its promises, its habits known."""

import numpy as np

from ridealong.serving.errors import InvalidRequest, ModelUnusable, RunFailed
from ridealong.serving.models.examination import examine
from ridealong.serving.models.manifest import Platform
from ridealong.serving.models.profile import Profile
from ridealong.serving.models.rows_apart import RowsApart
from ridealong.serving.models.runner import LoadedModel
from ridealong.serving.tensors import NUMPY_TYPES, VARIABLE, Array, TensorSpec

WARM_UP_TEXT = "Where is my order?"


def warm_up(model: LoadedModel) -> None:
    """Run on the smallest input. A graph may refuse it; an answer of another shape is a lie."""
    inputs = {spec.name: smallest_input(spec) for spec in model.signature.inputs}
    try:
        answer = model.runner.run(inputs, [spec.name for spec in model.signature.outputs])
    except (InvalidRequest, RunFailed) as error:
        if model.manifest.platform is Platform.ONNX:
            return
        raise ModelUnusable(f"it cannot be run: {error}") from error
    for spec in model.signature.outputs:
        array = answer[spec.name]
        if not spec.fits(array.shape) or array.dtype != NUMPY_TYPES[spec.datatype]:
            found = f"{array.dtype} {list(array.shape)}"
            raise ModelUnusable(f"output {spec.name} comes as {found}, the manifest says otherwise")


def learn_habits(model: LoadedModel) -> None:
    """Measure it, and test whether its answers depend on neighbours in a batch."""
    limits = model.manifest.limits
    apart = limits.one_row_at_a_time
    model.profile = examine(model.runner, model.signature, most_rows=limits.max_batch_rows)
    if model.manifest.platform is Platform.TOKEN_CLASSIFIER:
        # Its answer has one entry per span, not per row, and rows are told apart by number.
        model.profile = Profile(has_rows=True, timings={1: model.profile.timings[1]})
        return
    if apart or (model.profile.rows_apart and apart is None):
        model.runner = RowsApart(model.runner)
        model.profile = model.profile.alone()


def smallest_input(spec: TensorSpec) -> Array:
    """Ones for free dimensions, zeros or a short text for values."""
    shape = tuple(1 if size == VARIABLE else size for size in spec.shape)
    if spec.datatype == "BYTES":
        return np.full(shape, WARM_UP_TEXT, dtype=object)
    return np.zeros(shape, dtype=NUMPY_TYPES[spec.datatype])
