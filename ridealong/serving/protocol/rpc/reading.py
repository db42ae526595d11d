"""Reads an inference request out of its protobuf message.

Choices where the protocol leaves room: the elements of a tensor stand in the one field that its
datatype names, and in no other; NaN and infinity are numbers; BYTES must be UTF-8, because strings
in ONNX are; `timeout` is in microseconds, as in Triton's schedule policy, and the call's own
deadline counts as well; tensors in shared memory are refused, for there is none to share.
"""

from collections.abc import Mapping
from math import prod
from typing import Any, Final

import numpy as np

from ridealong.serving.errors import InvalidRequest
from ridealong.serving.protocol.binary import read_tensor
from ridealong.serving.protocol.fields import read_id, require_datatype, require_name
from ridealong.serving.protocol.inputs import MAX_TENSORS, read_shape, require_distinct
from ridealong.serving.protocol.requests import (
    InferRequest,
    read_outputs,
    read_routing_key,
    read_tenant,
    read_timeout,
    refuse_not_offered,
)
from ridealong.serving.protocol.rpc.open_inference_pb2 import ModelInferRequest
from ridealong.serving.tensors import NUMPY_TYPES, Array, InputTensor

# The protocol's table. FP16 has no field of its own: it travels raw.
CONTENTS: Final = {
    "BOOL": "bool_contents",
    "UINT8": "uint_contents",
    "UINT16": "uint_contents",
    "UINT32": "uint_contents",
    "UINT64": "uint64_contents",
    "INT8": "int_contents",
    "INT16": "int_contents",
    "INT32": "int_contents",
    "INT64": "int64_contents",
    "FP32": "fp32_contents",
    "FP64": "fp64_contents",
    "BYTES": "bytes_contents",
}


def read_infer_message(
    message: ModelInferRequest, *, time_left_s: float | None = None, tenant: str | None = None
) -> InferRequest:
    """The request in this message; what is wrong with it is told without quoting it.

    `time_left_s` is what the call's own deadline leaves. `tenant` comes from the call's metadata
    and counts where no parameter names one.
    """
    inputs = read_inputs(message)
    if not (message.parameters or message.outputs or message.id or tenant):
        return InferRequest(inputs, timeout_s=nearer(None, time_left_s))
    parameters = read_values(message.parameters, "the request")
    return InferRequest(
        inputs=inputs,
        outputs=read_wanted(message) if message.outputs else (),
        request_id=read_id(message.id),
        timeout_s=nearer(read_timeout(parameters.get("timeout")), time_left_s),
        tenant=read_tenant(parameters.get("tenant", tenant)),
        routing_key=read_routing_key(parameters.get("routing_key")),
    )


def nearer(timeout_s: float | None, time_left_s: float | None) -> float | None:
    """What remains of both limits; None stands for none."""
    if time_left_s is None:
        return timeout_s
    return max(0.0, time_left_s if timeout_s is None else min(timeout_s, time_left_s))


def read_values(given: Mapping[str, Any], where: str) -> dict[str, object]:
    """Parameters as Python values."""
    values: dict[str, object] = {}
    for name, parameter in given.items():
        kind = parameter.WhichOneof("parameter_choice")
        if kind is None:
            raise InvalidRequest(f"a parameter of {where} has no value")
        values[name] = getattr(parameter, kind)
    return values


def read_wanted(message: ModelInferRequest) -> tuple[str, ...]:
    """The names of the outputs asked for, held to the same rules as over REST."""
    wanted = []
    for position, output in enumerate(message.outputs, start=1):
        parameters = read_values(output.parameters, f"output {position}")
        wanted.append({"name": output.name, "parameters": parameters})
    return read_outputs(wanted)


def read_inputs(message: ModelInferRequest) -> tuple[InputTensor, ...]:
    """Every input, each name once: all of them raw, or none."""
    given, raws = message.inputs, message.raw_input_contents
    count = len(given)
    if not count:
        raise InvalidRequest("inputs must have at least one tensor")
    if count > MAX_TENSORS:
        raise InvalidRequest(f"more than {MAX_TENSORS} inputs")
    if len(raws) not in (0, count):
        raise InvalidRequest(f"{len(raws)} raw_input_contents for {count} inputs")
    if count == 1:
        return (read_input(given[0], 1, raws[0] if raws else None),)
    tensors = tuple(
        read_input(tensor, position, raws[position - 1] if raws else None)
        for position, tensor in enumerate(given, start=1)
    )
    require_distinct(tensors)
    return tensors


def read_input(
    tensor: ModelInferRequest.InferInputTensor, position: int, raw: bytes | None
) -> InputTensor:
    """One tensor. Its shape is checked before anything is allocated for it."""
    where = f"input {position}"
    name, datatype = tensor.name, tensor.datatype
    require_name(name, where)
    require_datatype(datatype, where)
    if tensor.parameters:
        refuse_not_offered(read_values(tensor.parameters, where))
    shape = read_shape(list(tensor.shape), where)
    filled = tensor.contents.ListFields()
    if raw is None:
        return InputTensor(name, datatype, read_contents(filled, datatype, shape, where))
    if filled:
        raise InvalidRequest(f"{where} has contents beside its raw_input_contents")
    return InputTensor(name, datatype, read_tensor(raw, datatype, shape, where))


def read_contents(
    filled: list[tuple[Any, Any]], datatype: str, shape: tuple[int, ...], where: str
) -> Array:
    """The array in typed contents. `filled` are the fields in use, as protobuf lists them."""
    field = CONTENTS.get(datatype)
    if field is None:
        raise InvalidRequest(f"{where} is {datatype}, which travels in raw_input_contents only")
    if filled and (len(filled) > 1 or filled[0][0].name != field):
        raise InvalidRequest(f"{where} is {datatype}: its elements belong in {field} alone")
    elements = filled[0][1][:] if filled else []
    asked = prod(shape)
    if len(elements) != asked:
        raise InvalidRequest(f"{where} has {len(elements)} elements, its shape asks for {asked}")
    try:
        if datatype == "BYTES":
            return read_texts(elements, where).reshape(shape)
        return np.array(elements, dtype=NUMPY_TYPES[datatype]).reshape(shape)
    except OverflowError as error:  # integers travel in 32 bits at least, and may have fewer
        raise InvalidRequest(f"{where} has a number beyond {datatype}") from error
    except ValueError as error:  # beyond what NumPy can index, such as 0 rows of 2^63
        raise InvalidRequest(f"{where} has a shape beyond what this server can hold") from error


def read_texts(elements: list[bytes], where: str) -> Array:
    """A flat array of `str`."""
    texts: list[str] = []
    try:
        texts.extend(element.decode() for element in elements)
    except UnicodeDecodeError as error:
        raise InvalidRequest(f"{where} has an element that is not UTF-8") from error
    array = np.empty(len(texts), dtype=np.object_)
    array[:] = texts
    return array
