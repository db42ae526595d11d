"""Tensors on the wire, written for the suite alone: a mistake of a server is not shared here."""

import struct
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

DTYPES: Final[dict[str, str]] = {
    "BOOL": "|b1",
    "UINT8": "|u1",
    "UINT16": "<u2",
    "UINT32": "<u4",
    "UINT64": "<u8",
    "INT8": "|i1",
    "INT16": "<i2",
    "INT32": "<i4",
    "INT64": "<i8",
    "FP16": "<f2",
    "FP32": "<f4",
    "FP64": "<f8",
    "BYTES": "|O",
}
DATATYPES: Final = tuple(DTYPES)
TEXTS: Final = (
    "",
    "plain",
    "grüße, 東京 \U0001f600",
    'quote " and \\',
    "line\nand\ttab",
    "nul\0in it",
)


class Tensor(NamedTuple):
    """One input: its name, the protocol's name of its type, and its values."""

    name: str
    datatype: str
    array: Array


def make(name: str, datatype: str, values: Any) -> Tensor:  # noqa: ANN401 - whatever NumPy takes
    """A tensor of these values, nested as its shape is to be."""
    return Tensor(name, datatype, np.array(values, dtype=DTYPES[datatype]))


def sample(datatype: str) -> Array:
    """Two rows of three that a server may easily spoil: the smallest, the greatest, odd ones."""
    dtype = np.dtype(DTYPES[datatype])
    values: list[Any]
    if datatype == "BYTES":
        values = list(TEXTS)
    elif datatype == "BOOL":
        values = [True, False, False, True, True, False]
    elif dtype.kind == "f":
        limits = np.finfo(dtype)
        values = [limits.min, limits.max, limits.smallest_subnormal, -0.0, 0.1, -1.5]
    else:
        most = np.iinfo(dtype)
        values = [most.min, most.max, 0, 1, most.max - 1, most.max // 3]
    return np.array(values, dtype=dtype).reshape(2, 3)


def pack(array: Array, datatype: str) -> bytes:
    """Little-endian and row-major; BYTES with a length of four bytes before each."""
    if datatype != "BYTES":
        return array.astype(DTYPES.get(datatype, array.dtype)).tobytes()
    contents = [str(text).encode() for text in array.ravel()]
    return b"".join(struct.pack("<I", len(content)) + content for content in contents)


def unpack(raw: bytes, datatype: str, shape: tuple[int, ...]) -> Array:
    """What `pack` made of an array; `ValueError` where the bytes are not of this shape."""
    if datatype != "BYTES":
        return np.frombuffer(raw, DTYPES[datatype]).reshape(shape)
    texts, at = [], 0
    while at < len(raw):
        (length,) = struct.unpack_from("<I", raw, at)
        content = raw[at + 4 : at + 4 + length]
        if len(content) != length:
            raise ValueError("an element is cut short")
        texts.append(content.decode())
        at += 4 + length
    return np.array(texts, dtype=object).reshape(shape)


def is_same(one: Array, other: Array) -> bool:
    """Equal in shape, type and every bit; NaN and the sign of zero count."""
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype.kind == "O":
        return bool(np.array_equal(one, other))
    return one.tobytes() == other.tobytes()
