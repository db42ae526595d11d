"""The reader of requests under arbitrary input: a request, or a named refusal, and nothing else."""

import json
import math
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ridealong.serving.errors import InvalidRequest
from ridealong.serving.protocol.requests import read_infer_request
from ridealong.serving.tensors import NUMPY_TYPES

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
tensors = st.fixed_dictionaries(
    {
        "name": st.just("x") | anything,
        "datatype": st.sampled_from(list(NUMPY_TYPES)) | anything,
        "shape": st.lists(st.integers(-1, 4), max_size=4) | anything,
        "data": st.lists(scalars, max_size=8) | anything,
    },
    optional={"parameters": anything},
)
requests = st.fixed_dictionaries(
    {"inputs": st.lists(tensors, max_size=3) | anything},
    optional={"id": anything, "outputs": anything, "parameters": anything},
)
shapes = st.lists(st.integers(0, 4), min_size=1, max_size=4)


def read(body: bytes) -> None:
    """Taken or refused by name; anything else rises and fails the test."""
    with suppress(InvalidRequest):
        read_infer_request(body)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_taken_or_refused(body: bytes) -> None:
    read(body)


@settings(deadline=None)
@given(requests | anything)
def test_any_json_is_taken_or_refused(document: Any) -> None:
    read(json.dumps(document).encode())


@settings(deadline=None)
@given(shapes, st.data())
def test_nested_and_flat_data_mean_the_same(shape: list[int], data: st.DataObject) -> None:
    count = math.prod(shape)
    flat = data.draw(st.lists(st.integers(-128, 127), min_size=count, max_size=count))
    nested = np.array(flat, dtype=np.int8).reshape(shape).tolist()

    arrays = [
        read_infer_request(
            json.dumps(
                {"inputs": [{"name": "x", "datatype": "INT8", "shape": shape, "data": given}]}
            ).encode()
        )
        .inputs[0]
        .array
        for given in (flat, nested)
    ]

    assert arrays[0].shape == tuple(shape)
    assert arrays[0].tolist() == arrays[1].tolist()


@settings(deadline=None)
@given(shapes, st.integers(1, 5))
def test_a_count_that_is_off_is_refused(shape: list[int], more: int) -> None:
    data = [0] * (math.prod(shape) + more)
    tensor = {"name": "x", "datatype": "INT8", "shape": shape, "data": data}

    with pytest.raises(InvalidRequest, match="elements"):
        read_infer_request(json.dumps({"inputs": [tensor]}).encode())
