"""Tensors as raw bytes, as Triton's extension "binary tensor data" lays them out.

Little-endian, row-major, nothing between elements; BOOL is one byte of 0 or 1; an element of BYTES
is its length in 4 bytes and then its content. (`docs/protocol/extension_binary_data.md` of
triton-inference-server/server.) Choices where that page is silent: a BOOL byte other than 0 and 1
is refused; the content of BYTES must be UTF-8, because strings in ONNX are, and anything else
would reach a model as other text than the caller sent; NaN and infinity are numbers here.

The hosts this runs on are little-endian, so NumPy's own types are the wire's.
"""

from collections.abc import Iterator
from itertools import chain
from math import prod
from struct import Struct
from typing import Final

import numpy as np

from ridealong.serving.errors import InvalidRequest, RunFailed
from ridealong.serving.protocol.fields import require_datatype
from ridealong.serving.tensors import NUMPY_TYPES, Array

LENGTH: Final = Struct("<I")
# More digits than any body's length has: Python refuses to read very long ones at all.
MAX_DIGITS: Final = 18


def split_body(body: bytes, header_length: bytes | str | None) -> tuple[bytes, memoryview]:
    """The JSON part and the bytes behind it, by `Inference-Header-Content-Length`.

    Without that header all of the body is JSON. The second part is a view, not a copy.
    """
    if header_length is None:
        return body, memoryview(b"")
    length = read_length(header_length)
    if length > len(body):
        raise InvalidRequest(
            f"Inference-Header-Content-Length is beyond the body, which has {len(body)} bytes"
        )
    return body[:length], memoryview(body)[length:]


def read_length(given: bytes | str) -> int:
    """A header's number: ASCII digits and nothing else, so neither a sign nor a blank."""
    digits = given if isinstance(given, bytes) else given.encode("utf-8", "replace")
    if not digits.isdigit() or len(digits) > MAX_DIGITS:
        raise InvalidRequest("Inference-Header-Content-Length must be a whole number of bytes")
    return int(digits)


def read_tensor(
    raw: bytes | memoryview,
    datatype: str,
    shape: tuple[int, ...],
    where: str,
    *,
    finite_only: bool = False,
) -> Array:
    """The tensor in exactly these bytes; `where` names it in the words of a refusal.

    Numbers are not copied where `raw` is read-only and aligned for them: the array is then a
    read-only view. BYTES come out as `str` in an array of objects.
    """
    require_datatype(datatype, where)
    view = memoryview(raw).cast("B")
    count = count_elements(shape, where)
    if datatype == "BYTES":
        array = read_texts(view, count, where)
    else:
        array = read_numbers(view, datatype, count, where)
    if finite_only and array.dtype.kind == "f" and not np.isfinite(array).all():
        raise InvalidRequest(f"{where} holds NaN or infinity, which this model does not take")
    try:
        return array.reshape(shape)
    except ValueError as error:  # beyond what NumPy can index, such as 0 rows of 2^63
        raise InvalidRequest(f"{where} has a shape beyond what this server can hold") from error


def count_elements(shape: tuple[int, ...], where: str) -> int:
    """How many elements a shape asks for; nothing is allocated before the bytes agree."""
    if any(dimension < 0 for dimension in shape):
        raise InvalidRequest(f"{where} has a shape with a negative dimension")
    return prod(shape)


def read_numbers(view: memoryview, datatype: str, count: int, where: str) -> Array:
    """A flat array of a datatype with a fixed size."""
    dtype = NUMPY_TYPES[datatype]
    asked = count * dtype.itemsize
    if len(view) != asked:
        raise InvalidRequest(f"{where} has {len(view)} bytes, shape and datatype ask for {asked}")
    if datatype == "BOOL":
        return read_flags(view, where)
    array = np.frombuffer(view, dtype)
    # Whoever gets the array may hand its address to native code and keep it for later.
    return array if view.readonly and array.flags.aligned else array.copy()


def read_flags(view: memoryview, where: str) -> Array:
    """Booleans. Native code may index by them, so a byte of 2 must not pass for one."""
    flags = np.frombuffer(view, np.uint8)
    if flags.size and flags.max() > 1:
        raise InvalidRequest(f"{where} is BOOL and has a byte that is neither 0 nor 1")
    booleans = flags.view(np.bool_)
    return booleans if view.readonly else booleans.copy()


def read_texts(view: memoryview, count: int, where: str) -> Array:
    """A flat array of `str`. The count is held against the bytes before room is made for it."""
    if count * LENGTH.size > len(view):
        raise InvalidRequest(f"{where} is cut short: {count} elements need their lengths")
    content = view.tobytes()
    texts: list[str] = []
    try:
        for start, end in find_elements(content, count, where):
            texts.append(content[start:end].decode())
    except UnicodeDecodeError as error:
        raise InvalidRequest(f"element {len(texts) + 1} of {where} is not UTF-8") from error
    array = np.empty(count, dtype=np.object_)
    array[:] = texts
    return array


def find_elements(content: bytes, count: int, where: str) -> Iterator[tuple[int, int]]:
    """Where each element of BYTES begins and ends; the last must end with the content."""
    end, size = 0, len(content)
    for position in range(1, count + 1):
        start = end + LENGTH.size
        if start > size:
            raise InvalidRequest(f"{where} is cut short: element {position} has no length")
        end = start + LENGTH.unpack_from(content, start - LENGTH.size)[0]
        if end > size:
            raise InvalidRequest(f"element {position} of {where} is longer than the bytes given")
        yield start, end
    if end != size:
        raise InvalidRequest(f"{where} has {size - end} bytes behind its last element")


def write_tensor(array: Array, datatype: str) -> bytes:
    """A model's output as bytes. One that is not of the datatype it declares is our failure."""
    if datatype == "BYTES":
        return write_texts(array)
    if array.dtype != NUMPY_TYPES[datatype]:
        raise RunFailed(f"an output declared as {datatype} came out as {array.dtype}")
    return array.tobytes()


def write_texts(array: Array) -> bytes:
    """Each element behind its length; `str` as UTF-8, `bytes` as they are."""
    try:
        contents = [
            text.encode() if isinstance(text, str) else bytes(text) for text in array.ravel()
        ]
    except UnicodeEncodeError as error:
        raise RunFailed("an output of strings holds one that is not Unicode text") from error
    return b"".join(chain.from_iterable((LENGTH.pack(len(text)), text) for text in contents))
