"""Writes answers and documents as protobuf messages.

An answer comes as its request went: raw contents for raw, typed for typed. Triton always answers
raw, and its clients read nothing else, but they also send nothing else; callers of KServe's kind
send typed contents and read them. With an FP16 output the whole answer is raw: no typed field can
hold it, and the protocol wants all outputs of one kind.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from google.protobuf.json_format import ParseDict  # type: ignore[import-untyped]

from ridealong.serving.models.store import IndexEntry
from ridealong.serving.protocol.answers import InferAnswer
from ridealong.serving.protocol.binary import write_tensor
from ridealong.serving.protocol.rpc.open_inference_pb2 import (
    ModelInferResponse,
    ModelMetadataResponse,
    ModelStatisticsResponse,
    RepositoryIndexResponse,
)
from ridealong.serving.protocol.rpc.reading import CONTENTS
from ridealong.serving.tensors import Array


def write_infer_message(answer: InferAnswer, *, raw: bool) -> ModelInferResponse:
    """`id` is the caller's where one was given; the prediction id then stands in the parameters."""
    message = ModelInferResponse(
        model_name=answer.model,
        model_version=answer.version,
        id=answer.request_id or answer.prediction_id,
    )
    if answer.request_id is not None:
        message.parameters["prediction_id"].string_param = answer.prediction_id
    if not raw:
        raw = not CONTENTS.keys() >= {spec.datatype for spec in answer.specs}
    for spec in answer.specs:
        array = answer.arrays[spec.name]
        output = message.outputs.add(name=spec.name, datatype=spec.datatype, shape=array.shape)
        if raw:
            message.raw_output_contents.append(write_tensor(array, spec.datatype))
        else:
            getattr(output.contents, CONTENTS[spec.datatype]).extend(elements_of(array))
    return message


def elements_of(array: Array) -> list[Any]:
    """Flat and row-major, strings as their UTF-8."""
    elements: list[Any] = array.ravel().tolist()
    if not array.dtype.hasobject:
        return elements
    return [text.encode() if isinstance(text, str) else text for text in elements]


def write_metadata(document: Mapping[str, Any]) -> ModelMetadataResponse:
    """What a model takes and gives. Labels are a JSON array in a string: no parameter holds lists.

    `document` is the answer over REST.
    """
    message = ModelMetadataResponse(
        name=document["name"], versions=document["versions"], platform=document["platform"]
    )
    put_parameters(message.parameters, document.get("parameters", {}))
    for field in ("inputs", "outputs"):
        for tensor in document[field]:
            written = getattr(message, field).add(
                name=tensor["name"], datatype=tensor["datatype"], shape=tensor["shape"]
            )
            put_parameters(written.parameters, tensor.get("parameters", {}))
    return message


def put_parameters(field: Any, values: Mapping[str, object]) -> None:  # noqa: ANN401 - no types
    """Each value by the field of its type; what has none as JSON."""
    for name, value in values.items():
        match value:
            case bool():
                field[name].bool_param = value
            case int():
                field[name].int64_param = value
            case float():
                field[name].double_param = value
            case str():
                field[name].string_param = value
            case _:
                field[name].string_param = orjson.dumps(value).decode()


def write_index(entries: Iterable[IndexEntry]) -> RepositoryIndexResponse:
    """The repository index."""
    message = RepositoryIndexResponse()
    for entry in entries:
        message.models.add(
            name=entry.name, version=entry.version, state=str(entry.state), reason=entry.reason
        )
    return message


def write_statistics(document: Mapping[str, object]) -> ModelStatisticsResponse:
    """The statistics extension has the same names over REST and gRPC."""
    message = ModelStatisticsResponse()
    ParseDict(document, message)
    return message
