"""Writes answers as the protocol's JSON, and as bytes behind it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import orjson

from ridealong.serving.errors import RunFailed
from ridealong.serving.protocol.binary import write_tensor
from ridealong.serving.protocol.requests import AsBytes
from ridealong.serving.tensors import Array, TensorSpec

OPTIONS: Final = orjson.OPT_SERIALIZE_NUMPY


class InferAnswer(NamedTuple):
    """One answer: which model and version gave it, under which prediction id, and its tensors."""

    model: str
    version: str
    prediction_id: str
    specs: Sequence[TensorSpec]
    arrays: Mapping[str, Array]
    request_id: str | None = None


def write_infer_answer(answer: InferAnswer) -> bytes:
    """All of it as JSON."""
    document = write_head(answer)
    document["outputs"] = [write_output(spec, answer.arrays[spec.name]) for spec in answer.specs]
    return write_json(document)


def write_mixed_answer(answer: InferAnswer, as_bytes: AsBytes) -> tuple[bytes, bytes]:
    """The JSON, and the bytes of those outputs that are wanted as such, in the JSON's order."""
    raws: list[bytes] = []
    outputs: list[dict[str, Any]] = []
    for spec in answer.specs:
        array = answer.arrays[spec.name]
        if as_bytes.wants(spec.name):
            raws.append(write_tensor(array, spec.datatype))
            outputs.append(write_announcement(spec, array, len(raws[-1])))
        else:
            outputs.append(write_output(spec, array))
    document = write_head(answer) | {"outputs": outputs}
    return write_json(document), b"".join(raws)


def write_head(answer: InferAnswer) -> dict[str, Any]:
    """All but the outputs.

    `id` is the caller's where one was given; the prediction id then stands in the parameters.
    """
    head: dict[str, Any] = {
        "model_name": answer.model,
        "model_version": answer.version,
        "id": answer.request_id or answer.prediction_id,
    }
    if answer.request_id is not None:
        head["parameters"] = {"prediction_id": answer.prediction_id}
    return head


def write_announcement(spec: TensorSpec, array: Array, size: int) -> dict[str, Any]:
    """One tensor whose bytes stand behind the JSON."""
    return {
        "name": spec.name,
        "datatype": spec.datatype,
        "shape": array.shape,
        "parameters": {"binary_data_size": size},
    }


def write_json(document: dict[str, Any]) -> bytes:
    """The document, if JSON can carry it: numbers it cannot have become null, and are looked for
    only where there is one.
    """
    written = orjson.dumps(document, option=OPTIONS)
    if b"null" in written:
        for output in document["outputs"]:
            data = output.get("data")
            if isinstance(data, np.ndarray) and not np.isfinite(data).all():
                name = output["name"]
                raise RunFailed(f"output {name} holds NaN or infinity, which JSON cannot carry")
    return written


def write_output(spec: TensorSpec, array: Array) -> dict[str, Any]:
    """One tensor, flat and row-major."""
    flat = array.ravel()
    return {
        "name": spec.name,
        "datatype": spec.datatype,
        "shape": array.shape,
        "data": flat.tolist() if array.dtype.hasobject else flat,
    }


def write_error(message: str) -> bytes:
    """The protocol's error object."""
    return orjson.dumps({"error": message})
