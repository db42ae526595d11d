"""What these tests send: requests over the messages of the protocol."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ridealong.serving.protocol.binary import write_tensor
from ridealong.serving.protocol.rpc.open_inference_pb2 import ModelInferRequest
from ridealong.serving.protocol.rpc.reading import CONTENTS
from ridealong.serving.tensors import NUMPY_TYPES, Array

SAMPLES: dict[str, list[Any]] = {
    "BOOL": [True, False, True],
    "UINT8": [0, 1, 255],
    "UINT16": [0, 1, 2**16 - 1],
    "UINT32": [0, 1, 2**32 - 1],
    "UINT64": [0, 1, 2**64 - 1],
    "INT8": [-128, 0, 127],
    "INT16": [-(2**15), 0, 2**15 - 1],
    "INT32": [-(2**31), 0, 2**31 - 1],
    "INT64": [-(2**63), 0, 2**63 - 1],
    "FP16": [0.5, -2.0, 65504.0],
    "FP32": [0.1, -2.0, 3e38],
    "FP64": [0.1, -2.0, 1e308],
    "BYTES": ["", "where is my order?", "größer"],
}


def sample(datatype: str) -> Array:
    return np.array(SAMPLES[datatype], dtype=NUMPY_TYPES[datatype])


def typed(datatype: str, values: Sequence[Any], /, **changes: Any) -> ModelInferRequest:
    """One input `x` in typed contents; `changes` are those of the input."""
    message = empty(datatype, **{"shape": [len(values)]} | changes)
    flat = [value.encode() if isinstance(value, str) else value for value in values]
    getattr(message.inputs[0].contents, CONTENTS[datatype]).extend(flat)
    return message


def raw(datatype: str, array: Array, /, **changes: Any) -> ModelInferRequest:
    """One input `x` in raw contents."""
    message = empty(datatype, **{"shape": array.shape} | changes)
    message.raw_input_contents.append(write_tensor(array, datatype))
    return message


def empty(datatype: str, /, **changes: Any) -> ModelInferRequest:
    """One input `x` with no contents yet."""
    message = ModelInferRequest(model_name=f"echo-{datatype}")
    message.inputs.add(**({"name": "x", "datatype": datatype} | changes))
    return message


def row(*values: float) -> ModelInferRequest:
    """A request to the doubler."""
    message = typed("FP32", values or (1, 2, 3), shape=[1, 3])
    message.model_name = "doubler"
    return message
