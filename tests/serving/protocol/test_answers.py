"""Answers written as JSON, and as bytes behind it."""

import json
from typing import Any

import numpy as np
import pytest

from ridealong.serving.errors import RunFailed
from ridealong.serving.protocol.answers import (
    InferAnswer,
    write_infer_answer,
    write_mixed_answer,
)
from ridealong.serving.protocol.requests import AsBytes
from ridealong.serving.tensors import Array, TensorSpec

NUMBERS = np.array([[1, 2]], dtype=np.int16)
WORDS = np.array(["ü"], dtype=object)


def answer(request_id: str | None = None, **arrays: tuple[str, Array]) -> InferAnswer:
    specs = [TensorSpec(name, datatype, array.shape) for name, (datatype, array) in arrays.items()]
    values = {name: array for name, (_, array) in arrays.items()}
    return InferAnswer("m", "3", "p-1", specs, values, request_id)


def outputs_of(head: bytes) -> list[dict[str, Any]]:
    document: dict[str, list[dict[str, Any]]] = json.loads(head)
    return document["outputs"]


def test_bytes_follow_in_the_order_of_the_outputs() -> None:
    given = answer(words=("BYTES", WORDS), numbers=("INT16", NUMBERS))

    head, raw = write_mixed_answer(given, AsBytes(True, {}))

    assert raw == b"\x02\x00\x00\x00\xc3\xbc" + b"\x01\x00\x02\x00"
    assert outputs_of(head) == [
        {
            "name": "words",
            "datatype": "BYTES",
            "shape": [1],
            "parameters": {"binary_data_size": 6},
        },
        {
            "name": "numbers",
            "datatype": "INT16",
            "shape": [1, 2],
            "parameters": {"binary_data_size": 4},
        },
    ]


def test_an_output_that_is_not_wanted_as_bytes_stays_json() -> None:
    given = answer(words=("BYTES", WORDS), numbers=("INT16", NUMBERS))

    head, raw = write_mixed_answer(given, AsBytes(False, {"numbers": True}))

    words, numbers = outputs_of(head)
    assert words["data"] == ["ü"]
    assert "data" not in numbers
    assert raw == b"\x01\x00\x02\x00"


def test_both_ways_of_writing_say_the_same_about_themselves() -> None:
    given = answer("42", numbers=("INT16", NUMBERS))

    plain = json.loads(write_infer_answer(given))
    mixed = json.loads(write_mixed_answer(given, AsBytes(True, {}))[0])

    assert plain.keys() == mixed.keys()
    assert {name: plain[name] for name in plain if name != "outputs"} == {
        "model_name": "m",
        "model_version": "3",
        "id": "42",
        "parameters": {"prediction_id": "p-1"},
    }
    assert {name: mixed[name] for name in mixed if name != "outputs"} == {
        name: plain[name] for name in plain if name != "outputs"
    }


def test_bytes_carry_what_json_cannot() -> None:
    odd = np.array([np.nan, np.inf], dtype=np.float32)
    given = answer(y=("FP32", odd))

    assert write_mixed_answer(given, AsBytes(True, {}))[1] == odd.tobytes()
    with pytest.raises(RunFailed, match="output y holds NaN"):
        write_infer_answer(given)
    with pytest.raises(RunFailed, match="output y holds NaN"):
        write_mixed_answer(given, AsBytes(True, {"y": False}))
