"""Reads an inference request from its JSON; by hand, because every message passes here.

Choices where the protocol leaves room: FP16 is taken as JSON numbers; `timeout` is in
microseconds, as in Triton's schedule policy; a request with unknown fields is refused; NaN and
infinity are not JSON.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from math import prod
from typing import Final

import numpy as np
from pydantic_core import from_json

from ridealong.serving.errors import InvalidRequest
from ridealong.serving.tensors import NUMPY_TYPES, Array, InputTensor

MAX_TENSORS: Final = 64
MAX_DIMENSIONS: Final = 16
MAX_ELEMENTS: Final = 1 << 24
MAX_NAME_LENGTH: Final = 256

INTEGERS: Final = (frozenset({int}), "integers")
NUMBERS: Final = (frozenset({int, float}), "numbers")
ELEMENTS: Final[dict[str, tuple[frozenset[type], str]]] = {
    "BOOL": (frozenset({bool}), "true or false"),
    "BYTES": (frozenset({str}), "strings"),
    **dict.fromkeys(("FP16", "FP32", "FP64"), NUMBERS),
    **dict.fromkeys(("UINT8", "UINT16", "UINT32", "UINT64"), INTEGERS),
    **dict.fromkeys(("INT8", "INT16", "INT32", "INT64"), INTEGERS),
}

TENANT: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
REQUEST_FIELDS: Final = frozenset({"id", "parameters", "inputs", "outputs"})
INPUT_FIELDS: Final = frozenset({"name", "shape", "datatype", "parameters", "data"})
OUTPUT_FIELDS: Final = frozenset({"name", "parameters"})


@dataclass(frozen=True)
class InferRequest:
    """Tensors in, the names of the outputs wanted (none: all), and how to be treated."""

    inputs: tuple[InputTensor, ...]
    outputs: tuple[str, ...] = ()
    request_id: str | None = None
    timeout_s: float | None = None
    tenant: str | None = None


def read_infer_request(body: bytes) -> InferRequest:
    """The request in this body; what is wrong with it is told without quoting it."""
    document = read_json_object(body)
    require_known(document, REQUEST_FIELDS, "the request")
    parameters = read_parameters(document.get("parameters"), "the request")
    return InferRequest(
        inputs=read_inputs(document.get("inputs")),
        outputs=read_outputs(document.get("outputs")),
        request_id=read_id(document.get("id")),
        timeout_s=read_timeout(parameters.get("timeout")),
        tenant=read_tenant(parameters.get("tenant")),
    )


def read_json_object(body: bytes) -> dict[str, object]:
    """A JSON object. The parser's own message names a line and a column, never the content."""
    try:
        document = from_json(body, allow_inf_nan=False, cache_strings="keys")
    except ValueError as error:
        raise InvalidRequest(f"the body is not valid JSON: {error}") from error
    if not isinstance(document, dict):
        raise InvalidRequest("the body must be a JSON object")
    return document


def require_known(document: Mapping[str, object], known: frozenset[str], where: str) -> None:
    """Refuse a misspelt field: ignored, it would change the answer without a word."""
    if not document.keys() <= known:
        raise InvalidRequest(f"{where} has an unknown field; known are: {', '.join(sorted(known))}")


def read_id(given: object) -> str | None:
    """The caller's id, returned as it is."""
    if given is None or given == "":
        return None
    if not isinstance(given, str) or len(given) > MAX_NAME_LENGTH:
        raise InvalidRequest(f"id must be a string of at most {MAX_NAME_LENGTH} characters")
    return given


def read_timeout(given: object) -> float | None:
    """Microseconds in, seconds out. Zero means none, as in Triton."""
    if given is None or given == 0:
        return None
    if type(given) is not int or given < 0:
        raise InvalidRequest("parameter timeout must be a whole number of microseconds")
    return given / 1_000_000


def read_tenant(given: object) -> str | None:
    """Whose request this is, for the payload log and, later, for fairness."""
    if given is None or (isinstance(given, str) and TENANT.fullmatch(given)):
        return given
    raise InvalidRequest("parameter tenant must be a tenant's name")


def read_parameters(given: object, where: str) -> Mapping[str, object]:
    """Parameters are one level of scalars."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise InvalidRequest(f"parameters of {where} must be an object")
    if not all(isinstance(value, str | int | float) for value in given.values()):
        raise InvalidRequest(f"parameters of {where} must be strings, numbers or booleans")
    return given


def read_inputs(given: object) -> tuple[InputTensor, ...]:
    """Every input, each name once."""
    if not isinstance(given, list) or not given:
        raise InvalidRequest("inputs must be a list of at least one tensor")
    if len(given) > MAX_TENSORS:
        raise InvalidRequest(f"more than {MAX_TENSORS} inputs")
    tensors = tuple(read_input(tensor, position) for position, tensor in enumerate(given, start=1))
    if len({tensor.name for tensor in tensors}) < len(tensors):
        raise InvalidRequest("an input is given twice")
    return tensors


def read_outputs(given: object) -> tuple[str, ...]:
    """The names of the outputs asked for."""
    if given is None:
        return ()
    if not isinstance(given, list):
        raise InvalidRequest("outputs must be a list")
    if len(given) > MAX_TENSORS:
        raise InvalidRequest(f"more than {MAX_TENSORS} outputs")
    names = tuple(read_output(output, position) for position, output in enumerate(given, start=1))
    if len(set(names)) < len(names):
        raise InvalidRequest("an output is asked for twice")
    return names


def read_output(given: object, position: int) -> str:
    """One name. `binary_data` may be answered with JSON; `classification` may not be ignored."""
    where = f"output {position}"
    if not isinstance(given, dict):
        raise InvalidRequest(f"{where} must be an object")
    require_known(given, OUTPUT_FIELDS, where)
    if read_parameters(given.get("parameters"), where).get("classification"):
        raise InvalidRequest("the classification extension is not offered")
    return read_name(given, where)


def read_name(given: Mapping[str, object], where: str) -> str:
    """A tensor's name."""
    name = given.get("name")
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME_LENGTH:
        raise InvalidRequest(f"{where} needs a name of 1 to {MAX_NAME_LENGTH} characters")
    return name


def read_input(given: object, position: int) -> InputTensor:
    """One tensor: shape and count are checked before anything is allocated for it."""
    where = f"input {position}"
    if not isinstance(given, dict):
        raise InvalidRequest(f"{where} must be an object")
    require_known(given, INPUT_FIELDS, where)
    read_parameters(given.get("parameters"), where)
    name, datatype = read_name(given, where), given.get("datatype")
    if not isinstance(datatype, str) or datatype not in NUMPY_TYPES:
        raise InvalidRequest(f"{where} needs a datatype out of: {', '.join(NUMPY_TYPES)}")
    shape = read_shape(given.get("shape"), where)
    if "data" not in given:
        raise InvalidRequest(f"{where} has no data; the binary-tensor extension is not offered")
    elements = flatten(given["data"], shape, where)
    return InputTensor(
        name=name, datatype=datatype, array=to_array(elements, datatype, shape, where)
    )


def read_shape(given: object, where: str) -> tuple[int, ...]:
    """A shape whose element count this server would accept."""
    if not isinstance(given, list):
        raise InvalidRequest(f"{where} needs a shape, a list of whole numbers")
    if len(given) > MAX_DIMENSIONS:
        raise InvalidRequest(f"{where} has more than {MAX_DIMENSIONS} dimensions")
    if not all(type(dimension) is int and dimension >= 0 for dimension in given):
        raise InvalidRequest(f"{where} has a shape with something else than whole numbers from 0")
    if prod(given) > MAX_ELEMENTS:
        raise InvalidRequest(f"{where} has a shape of more than {MAX_ELEMENTS} elements")
    return tuple(given)


def flatten(data: object, shape: tuple[int, ...], where: str) -> list[object]:
    """Row-major elements out of a flat list, or out of one nested exactly as the shape says."""
    if not isinstance(data, list):
        raise InvalidRequest(f"data of {where} must be a list")
    flat = data if not data or not isinstance(data[0], list) else unnest(data, shape, where)
    if len(flat) != prod(shape):
        raise InvalidRequest(f"{where} has {len(flat)} elements, its shape asks for {prod(shape)}")
    return flat


def unnest(data: list[object], shape: tuple[int, ...], where: str) -> list[object]:
    """One level at a time: no recursion, so depth costs nothing."""
    if not shape or len(data) != shape[0]:
        raise InvalidRequest(f"data of {where} is not nested as its shape says")
    for dimension in shape[1:]:
        rows = [row for row in data if isinstance(row, list) and len(row) == dimension]
        if len(rows) < len(data):
            raise InvalidRequest(f"data of {where} is not nested as its shape says")
        data = list(chain.from_iterable(rows))
    return data


def to_array(elements: list[object], datatype: str, shape: tuple[int, ...], where: str) -> Array:
    """The array. Types first: NumPy would quietly make numbers of strings and booleans."""
    allowed, wording = ELEMENTS[datatype]
    if not allowed.issuperset(map(type, elements)):
        raise InvalidRequest(f"data of {where} must be {wording}")
    try:
        with np.errstate(over="ignore"):
            array = np.array(elements, dtype=NUMPY_TYPES[datatype])
    except OverflowError as error:
        raise InvalidRequest(f"data of {where} has a number beyond {datatype}") from error
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise InvalidRequest(f"data of {where} has a number beyond {datatype}")
    return array.reshape(shape)
