"""Tensor data in JSON: elements of the right type, flat or nested as the shape says."""

from itertools import chain
from math import prod
from typing import Final, cast

import numpy as np

from ridealong.serving.errors import InvalidRequest
from ridealong.serving.tensors import NUMPY_TYPES, Array

INTEGERS: Final = (frozenset({int}), "integers")
NUMBERS: Final = (frozenset({int, float}), "numbers")
ELEMENTS: Final[dict[str, tuple[frozenset[type], str]]] = {
    "BOOL": (frozenset({bool}), "true or false"),
    "BYTES": (frozenset({str}), "strings"),
    **dict.fromkeys(("FP16", "FP32", "FP64"), NUMBERS),
    **dict.fromkeys(("UINT8", "UINT16", "UINT32", "UINT64"), INTEGERS),
    **dict.fromkeys(("INT8", "INT16", "INT32", "INT64"), INTEGERS),
}
# Infinity is no JSON, so only narrower floats can overflow.
MOST_FLOATS: Final = {"FP16": 65504.0, "FP32": float(np.finfo(np.float32).max)}


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
    most = MOST_FLOATS.get(datatype)
    if most is not None and elements:
        numbers = cast("list[float]", elements)
        if not -most <= min(numbers) <= max(numbers) <= most:
            raise InvalidRequest(f"data of {where} has a number beyond {datatype}")
    try:
        array = np.array(elements, dtype=NUMPY_TYPES[datatype])
    except OverflowError as error:
        raise InvalidRequest(f"data of {where} has a number beyond {datatype}") from error
    return array.reshape(shape)
