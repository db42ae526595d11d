"""Inputs whose data stand behind the JSON: each takes its own bytes, and none is left over."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ridealong.serving.errors import InvalidRequest
from ridealong.serving.protocol.binary import write_tensor
from ridealong.serving.protocol.requests import InferRequest, read_infer_request

LEFT = np.array([1, 2], dtype=np.float32)
RIGHT = np.array(["a", "grüße"], dtype=object)


def tensor(size: Any = 8, **changes: Any) -> dict[str, Any]:
    whole = {
        "name": "x",
        "datatype": "FP32",
        "shape": [2],
        "parameters": {"binary_data_size": size},
    } | changes
    return {name: value for name, value in whole.items() if value is not ...}


def read(inputs: list[Any], raw: bytes, **more: Any) -> InferRequest:
    head = json.dumps({"inputs": inputs} | more).encode()
    return read_infer_request(head + raw, b"%d" % len(head))


def test_inputs_take_their_bytes_in_order_and_json_takes_none() -> None:
    texts = write_tensor(RIGHT, "BYTES")
    inputs = [
        tensor(name="left"),
        tensor(..., name="json", parameters=..., data=[5, 6]),
        tensor(len(texts), name="right", datatype="BYTES"),
    ]

    request = read(inputs, LEFT.tobytes() + texts)

    arrays = {given.name: given.array.tolist() for given in request.inputs}
    assert arrays == {"left": [1, 2], "json": [5, 6], "right": ["a", "grüße"]}


@pytest.mark.parametrize(
    ("given", "raw", "words"),
    [
        (tensor(), bytes(7), "input 1 claims 8 bytes, and 7 are left"),
        (tensor(), bytes(9), "1 bytes behind the JSON belong to no input"),
        (tensor(4), bytes(4), "input 1 has 4 bytes, shape and datatype ask for 8"),
        (tensor(-8), bytes(8), "must be a whole number of bytes"),
        (tensor(True), bytes(1), "must be a whole number of bytes"),
        (tensor("8"), bytes(8), "must be a whole number of bytes"),
        (tensor(8.0), bytes(8), "must be a whole number of bytes"),
        (tensor(data=[1, 2]), bytes(8), "input 1 has both data and binary_data_size"),
        (tensor(parameters=...), bytes(8), "neither data nor the parameter binary_data_size"),
        (tensor(1 << 62), bytes(8), "claims"),
    ],
)
def test_bytes_that_are_not_as_announced_are_refused(
    given: dict[str, Any], raw: bytes, words: str
) -> None:
    with pytest.raises(InvalidRequest, match=words):
        read([given], raw)


def test_a_size_without_the_header_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="no Inference-Header-Content-Length is given"):
        read_infer_request(json.dumps({"inputs": [tensor()]}).encode())


def test_nobody_asks_for_bytes_by_not_asking() -> None:
    assert read([tensor()], bytes(8)).as_bytes is None
    assert read([tensor()], bytes(8), parameters={"binary_data_output": False}).as_bytes is None


@pytest.mark.parametrize(
    ("default", "own", "wanted"),
    [(True, None, True), (True, False, False), (False, True, True), (None, True, True)],
)
def test_an_outputs_own_wish_goes_before_the_requests(
    default: bool | None, own: bool | None, wanted: bool
) -> None:
    outputs = [{"name": "y"} | ({} if own is None else {"parameters": {"binary_data": own}})]
    more: dict[str, Any] = {"outputs": [*outputs, {"name": "z"}]}
    if default is not None:
        more["parameters"] = {"binary_data_output": default}

    as_bytes = read([tensor()], bytes(8), **more).as_bytes

    assert as_bytes is not None
    assert as_bytes.wants("y") is wanted
    assert as_bytes.wants("z") is bool(default)


@pytest.mark.parametrize(
    "more",
    [
        {"parameters": {"binary_data_output": 1}},
        {"outputs": [{"name": "y", "parameters": {"binary_data": "yes"}}]},
    ],
)
def test_a_wish_that_is_neither_true_nor_false_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match="must be true or false"):
        read([tensor()], bytes(8), **more)


@pytest.mark.parametrize(
    ("parameter", "extension"),
    [("shared_memory_region", "shared-memory"), ("classification", "classification")],
)
def test_what_other_extensions_ask_for_is_not_ignored(parameter: str, extension: str) -> None:
    with pytest.raises(InvalidRequest, match=f"the {extension} extension is not offered"):
        read([tensor()], bytes(8), outputs=[{"name": "y", "parameters": {parameter: 3}}])


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_a_spoilt_body_is_read_or_refused(data: st.DataObject) -> None:
    texts = write_tensor(RIGHT, "BYTES")
    inputs = [tensor(name="left"), tensor(len(texts), name="right", datatype="BYTES")]
    head = json.dumps({"inputs": inputs}).encode()
    whole = head + LEFT.tobytes() + texts
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 8)))
    body = whole[:start] + data.draw(st.binary(max_size=8)) + whole[end:]
    length = data.draw(st.just(len(head)) | st.integers(0, len(whole) + 2))

    try:
        request = read_infer_request(body, b"%d" % length)
    except InvalidRequest:
        return
    written = [write_tensor(given.array, given.datatype) for given in request.inputs]
    assert b"".join(written) == body[length:]
