"""Writes answers as the protocol's JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic_core import to_json

from ridealong.serving.errors import RunFailed
from ridealong.serving.tensors import Array, TensorSpec


@dataclass(frozen=True)
class InferAnswer:
    """One answer: which model and version gave it, under which prediction id, and its tensors."""

    model: str
    version: str
    prediction_id: str
    specs: Sequence[TensorSpec]
    arrays: Mapping[str, Array]
    request_id: str | None = None


def write_infer_answer(answer: InferAnswer) -> bytes:
    """`id` is the caller's where one was given; the prediction id then stands in the parameters."""
    document: dict[str, object] = {"model_name": answer.model, "model_version": answer.version}
    document["id"] = answer.request_id or answer.prediction_id
    if answer.request_id is not None:
        document["parameters"] = {"prediction_id": answer.prediction_id}
    document["outputs"] = [write_output(spec, answer.arrays[spec.name]) for spec in answer.specs]
    return to_json(document)


def write_output(spec: TensorSpec, array: Array) -> dict[str, object]:
    """One tensor, flat and row-major."""
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise RunFailed(f"output {spec.name} holds NaN or infinity, which JSON cannot carry")
    return {
        "name": spec.name,
        "datatype": spec.datatype,
        "shape": list(array.shape),
        "data": array.ravel().tolist(),
    }


def write_error(message: str) -> bytes:
    """The protocol's error object."""
    return to_json({"error": message})
