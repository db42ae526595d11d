"""The reader of raw tensors under arbitrary input: a tensor, or a named refusal, nothing else."""

import math
from contextlib import suppress
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ridealong.serving.errors import InvalidRequest
from ridealong.serving.protocol.binary import read_tensor, split_body, write_tensor
from ridealong.serving.tensors import NUMPY_TYPES, Array

shapes = st.lists(st.integers(0, 4), max_size=4).map(tuple)
wild_shapes = st.lists(st.integers(-2, 5) | st.integers(), max_size=5).map(tuple)
datatypes = st.sampled_from(list(NUMPY_TYPES))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@st.composite
def tensors(draw: st.DrawFn) -> tuple[str, Array]:
    """A datatype and an array of it, of any shape, empty ones and single values included."""
    datatype, shape = draw(datatypes), draw(shapes)
    if datatype != "BYTES":
        return datatype, draw(arrays.arrays(NUMPY_TYPES[datatype], shape))
    flat = np.empty(math.prod(shape), dtype=np.object_)
    flat[:] = draw(st.lists(texts, min_size=flat.size, max_size=flat.size))
    return datatype, flat.reshape(shape)


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[bytes, str, tuple[int, ...]]:
    """The bytes of a true tensor with one run of them replaced, cut out or made longer."""
    datatype, array = draw(tensors())
    whole = write_tensor(array, datatype)
    start = draw(st.integers(0, len(whole)))
    end = draw(st.integers(start, min(len(whole), start + 8)))
    return whole[:start] + draw(st.binary(max_size=8)) + whole[end:], datatype, array.shape


def same(one: Array, other: Array) -> bool:
    if one.dtype.kind == "f":
        return one.tobytes() == other.tobytes()
    return bool(np.array_equal(one, other))


@settings(deadline=None)
@given(tensors(), st.integers(0, 7))
def test_what_is_written_reads_back_wherever_it_lies(tensor: tuple[str, Array], lead: int) -> None:
    datatype, array = tensor
    body = bytes(lead) + write_tensor(array, datatype)

    read = read_tensor(memoryview(body)[lead:], datatype, array.shape, "input 1")

    assert read.shape == array.shape
    assert read.dtype == array.dtype
    assert read.flags.aligned
    assert same(read, array)


@settings(deadline=None)
@given(st.binary(max_size=64), datatypes | st.text(max_size=6), wild_shapes)
def test_any_bytes_are_a_tensor_or_refused(raw: bytes, datatype: str, shape: Any) -> None:
    with suppress(InvalidRequest):
        array = read_tensor(raw, datatype, shape, "input 1")
        assert array.shape == shape
        assert write_tensor(array, datatype) == raw


@settings(deadline=None, max_examples=300)
@given(spoilt())
def test_spoilt_bytes_are_another_tensor_or_refused(
    spoiled: tuple[bytes, str, tuple[int, ...]],
) -> None:
    raw, datatype, shape = spoiled

    with suppress(InvalidRequest):
        array = read_tensor(raw, datatype, shape, "input 1")
        assert write_tensor(array, datatype) == raw


@settings(deadline=None)
@given(tensors(), st.integers(1, 5))
def test_a_tensor_cut_short_or_longer_is_refused(tensor: tuple[str, Array], more: int) -> None:
    datatype, array = tensor
    whole = write_tensor(array, datatype)

    for raw in (whole + bytes(more), whole[:-more]):
        with suppress(InvalidRequest):
            read_tensor(raw, datatype, array.shape, "input 1")
            assert raw == whole  # nothing to cut off an empty tensor


@settings(deadline=None)
@given(st.binary(max_size=20), st.none() | st.text(max_size=4) | st.binary(max_size=4))
def test_any_header_length_splits_the_body_or_is_refused(
    body: bytes, length: bytes | str | None
) -> None:
    with suppress(InvalidRequest):
        document, raw = split_body(body, length)
        assert document + bytes(raw) == body
