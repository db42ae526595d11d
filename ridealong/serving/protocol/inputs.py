"""Reads the inputs of a request: their data from the JSON, or from the bytes behind it."""

from collections.abc import Sequence
from math import prod
from typing import Final

from ridealong.serving.errors import InvalidRequest
from ridealong.serving.protocol.binary import read_tensor
from ridealong.serving.protocol.elements import flatten, to_array
from ridealong.serving.protocol.fields import (
    read_name,
    read_parameters,
    require_datatype,
    require_known,
)
from ridealong.serving.tensors import Array, InputTensor

MAX_TENSORS: Final = 64
MAX_DIMENSIONS: Final = 16
MAX_ELEMENTS: Final = 1 << 24

WHOLE: Final = frozenset({int})
INPUT_FIELDS: Final = frozenset({"name", "shape", "datatype", "parameters", "data"})
SIZE: Final = "binary_data_size"


class Behind:
    """The bytes behind the JSON, handed out in the order of the inputs."""

    def __init__(self, raw: memoryview) -> None:
        self._left = raw

    def take(self, size: int, where: str) -> memoryview:
        """The next so many bytes."""
        if size > len(self._left):
            raise InvalidRequest(f"{where} claims {size} bytes, and {len(self._left)} are left")
        taken, self._left = self._left[:size], self._left[size:]
        return taken

    def require_end(self) -> None:
        """Bytes that no input claims are a mistake of the caller's."""
        if self._left:
            raise InvalidRequest(f"{len(self._left)} bytes behind the JSON belong to no input")


def read_inputs(given: object, behind: Behind | None = None) -> tuple[InputTensor, ...]:
    """Every input, each name once."""
    if not isinstance(given, list) or not given:
        raise InvalidRequest("inputs must be a list of at least one tensor")
    if len(given) > MAX_TENSORS:
        raise InvalidRequest(f"more than {MAX_TENSORS} inputs")
    if len(given) == 1:
        return (read_input(given[0], 1, behind),)
    tensors = tuple(
        read_input(tensor, position, behind) for position, tensor in enumerate(given, start=1)
    )
    require_distinct(tensors)
    return tensors


def require_distinct(tensors: Sequence[InputTensor]) -> None:
    """Each name once."""
    if len({tensor.name for tensor in tensors}) < len(tensors):
        raise InvalidRequest("an input is given twice")


def read_input(given: object, position: int, behind: Behind | None = None) -> InputTensor:
    """One tensor: shape and count are checked before anything is allocated for it."""
    where = f"input {position}"
    if not isinstance(given, dict):
        raise InvalidRequest(f"{where} must be an object")
    require_known(given, INPUT_FIELDS, where)
    size: object = None
    if "parameters" in given:
        size = read_parameters(given["parameters"], where).get(SIZE)
    name, datatype = read_name(given, where), require_datatype(given.get("datatype"), where)
    shape = read_shape(given.get("shape"), where)
    if size is not None:
        if "data" in given:
            raise InvalidRequest(f"{where} has both data and {SIZE}")
        return InputTensor(name, datatype, read_behind(size, datatype, (shape, where), behind))
    if "data" not in given:
        raise InvalidRequest(f"{where} has neither data nor the parameter {SIZE}")
    elements = flatten(given["data"], shape, where)
    return InputTensor(name, datatype, to_array(elements, datatype, shape, where))


def read_behind(
    size: object, datatype: str, place: tuple[tuple[int, ...], str], behind: Behind | None
) -> Array:
    """A tensor of a shape, called so in a refusal, out of the bytes behind the JSON."""
    shape, where = place
    if type(size) is not int or size < 0:
        raise InvalidRequest(f"{SIZE} of {where} must be a whole number of bytes")
    if behind is None:
        raise InvalidRequest(f"{where} has {SIZE}, and no Inference-Header-Content-Length is given")
    return read_tensor(behind.take(size, where), datatype, shape, where)


def read_shape(given: object, where: str) -> tuple[int, ...]:
    """A shape whose element count this server would accept.

    Where a dimension is 0 the others are bounded all the same: a model's answer may have them.
    """
    if not isinstance(given, list):
        raise InvalidRequest(f"{where} needs a shape, a list of whole numbers")
    if len(given) > MAX_DIMENSIONS:
        raise InvalidRequest(f"{where} has more than {MAX_DIMENSIONS} dimensions")
    if not WHOLE.issuperset(map(type, given)) or (given and min(given) < 0):
        raise InvalidRequest(f"{where} has a shape with something else than whole numbers from 0")
    if (prod(given) or prod(filter(None, given))) > MAX_ELEMENTS:
        raise InvalidRequest(f"{where} has a shape of more than {MAX_ELEMENTS} elements")
    return tuple(given)
