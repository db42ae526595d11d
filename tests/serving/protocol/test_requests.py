"""What the reader of requests takes, and how it refuses the rest."""

import json
from typing import Any

import numpy as np
import pytest

from ridealong.serving.errors import InvalidRequest
from ridealong.serving.protocol.inputs import MAX_DIMENSIONS
from ridealong.serving.protocol.requests import read_infer_request
from ridealong.serving.tensors import NUMPY_TYPES

SECRET = "my card is 4111"


def body(**changes: Any) -> bytes:
    tensor = {"name": "x", "datatype": "FP32", "shape": [2], "data": [1.0, 2.0]}
    return json.dumps({"inputs": [tensor | changes]}).encode()


def request(**changes: Any) -> bytes:
    return json.dumps(json.loads(body()) | changes).encode()


EXAMPLES = {
    "BOOL": [True, False],
    "BYTES": ["ü", ""],
    "FP16": [0.5, -2],
    "FP32": [0.5, -2],
    "FP64": [0.1, 1e300],
    "INT8": [-128, 127],
    "UINT64": [0, 2**64 - 1],
    "INT64": [-(2**63), 2**63 - 1],
}


@pytest.mark.parametrize("datatype", NUMPY_TYPES)
def test_every_datatype_is_read_into_its_own_array(datatype: str) -> None:
    data = EXAMPLES.get(datatype, [1, 2])

    tensor = read_infer_request(body(datatype=datatype, data=data)).inputs[0]

    assert tensor.array.dtype == NUMPY_TYPES[datatype]
    assert tensor.array.tolist() == data


def test_nested_data_is_read_as_flat_data_is() -> None:
    nested = body(shape=[2, 1, 2], data=[[[1, 2]], [[3, 4]]])
    flat = body(shape=[2, 1, 2], data=[1, 2, 3, 4])

    one, other = (read_infer_request(given).inputs[0].array for given in (nested, flat))

    assert np.array_equal(one, other)


def test_ids_outputs_and_parameters_are_read() -> None:
    given = request(
        id="42", outputs=[{"name": "y"}], parameters={"timeout": 250_000, "tenant": "acme"}
    )

    read = read_infer_request(given)

    assert (read.request_id, read.outputs, read.timeout_s, read.tenant) == (
        "42",
        ("y",),
        0.25,
        "acme",
    )


@pytest.mark.parametrize(
    ("given", "wording"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b'{"inputs": [{"name": "\xff"}]}', "not valid JSON"),
        (b'{"inputs": ' + b"[" * 100_000, "not valid JSON"),
        (body().replace(b"2.0", b"NaN"), "not valid JSON"),
        (body().replace(b"2.0", b"-Infinity"), "not valid JSON"),
        (b"[]", "must be a JSON object"),
        (b"{}", "list of at least one tensor"),
        (request(inputs=[]), "list of at least one tensor"),
        (request(inputs=["x"]), "input 1 must be an object"),
        (request(inputs=[{"name": "x"}] * 65), "more than 64 inputs"),
        (request(output=[]), "unknown field"),
        (body(dat=[]), "unknown field"),
        (request(id=7), "id must be a string"),
        (request(outputs={}), "outputs must be a list"),
        (request(outputs=["y"]), "output 1 must be an object"),
        (request(outputs=[{"name": "y"}, {"name": "y"}]), "asked for twice"),
        (request(outputs=[{"name": "y", "parameters": {"classification": 3}}]), "classification"),
        (request(parameters={"timeout": "soon"}), "microseconds"),
        (request(parameters={"timeout": -1}), "microseconds"),
        (request(parameters={"tenant": "A B"}), "tenant"),
        (request(parameters={"deep": {}}), "strings, numbers or booleans"),
        (body(name=""), "needs a name"),
        (body(datatype="FP31"), "needs a datatype"),
        (body(datatype=["FP32"]), "needs a datatype"),
        (body(shape=None), "needs a shape"),
        (body(shape=[-1]), "whole numbers"),
        (body(shape=[2.0]), "whole numbers"),
        (body(shape=[True]), "whole numbers"),
        (body(shape=[2**63]), "elements"),
        (body(shape=[2**40, 2**40]), "elements"),
        (body(shape=[1] * (MAX_DIMENSIONS + 1)), "dimensions"),
        (body(shape=[1] * 5000), "dimensions"),
        (body(shape=[3]), "has 2 elements, its shape asks for 3"),
        (body(data=1.0), "must be a list"),
        (body(data=[[1.0], [2.0]]), "must be numbers"),
        (body(shape=[2, 2], data=[[1, 2], [3]]), "not nested"),
        (body(shape=[2, 2], data=[[1, 2], 3]), "not nested"),
        (body(shape=[2], data=[1, [2]]), "must be numbers"),
        (body(data=[True, False]), "must be numbers"),
        (body(data=["1", "2"]), "must be numbers"),
        (body(data=[1e300, 0]), "beyond FP32"),
        (body(datatype="FP16", data=[70000, 0]), "beyond FP16"),
        (body(data=[10**400, 0]), "not valid JSON: number is infinity"),
        (body(datatype="INT32", data=[1.5, 2]), "must be integers"),
        (body(datatype="UINT8", data=[256, 0]), "beyond UINT8"),
        (body(datatype="UINT64", data=[-1, 0]), "beyond UINT64"),
        (body(datatype="INT64", data=[2**63, 0]), "beyond INT64"),
        (body(datatype="BOOL", data=[0, 1]), "must be true or false"),
        (body(datatype="BYTES", data=[1, 2]), "must be strings"),
    ],
)
def test_a_wrong_request_is_refused_in_words(given: bytes, wording: str) -> None:
    with pytest.raises(InvalidRequest, match=wording):
        read_infer_request(given)


def test_an_input_given_twice_is_refused() -> None:
    tensor = json.loads(body())["inputs"][0]

    with pytest.raises(InvalidRequest, match="given twice"):
        read_infer_request(json.dumps({"inputs": [tensor, tensor]}).encode())


def test_a_tensor_without_data_is_told_what_it_lacks() -> None:
    tensor = {"name": "x", "datatype": "FP32", "shape": [1]}

    with pytest.raises(InvalidRequest, match="neither data nor the parameter binary_data_size"):
        read_infer_request(json.dumps({"inputs": [tensor]}).encode())


@pytest.mark.parametrize(
    "given",
    [
        f'{{"inputs": "{SECRET}'.encode(),
        request(**{SECRET: 1}),
        request(id=[SECRET]),
        request(parameters={"tenant": SECRET}),
        body(datatype=SECRET),
        body(shape=[SECRET]),
        body(data=[SECRET, SECRET]),
        body(datatype="BYTES", data=[SECRET, 1]),
    ],
)
def test_a_refusal_never_quotes_the_request(given: bytes) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_infer_request(given)

    assert "card" not in str(refused.value)
    assert "4111" not in str(refused.value)
