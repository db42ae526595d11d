"""Tensors and their types: the protocol's names, NumPy's and ONNX Runtime's, in one table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ridealong.serving.errors import InvalidRequest

Array = NDArray[Any]

NUMPY_TYPES: dict[str, np.dtype[Any]] = {
    "BOOL": np.dtype(np.bool_),
    "UINT8": np.dtype(np.uint8),
    "UINT16": np.dtype(np.uint16),
    "UINT32": np.dtype(np.uint32),
    "UINT64": np.dtype(np.uint64),
    "INT8": np.dtype(np.int8),
    "INT16": np.dtype(np.int16),
    "INT32": np.dtype(np.int32),
    "INT64": np.dtype(np.int64),
    "FP16": np.dtype(np.float16),
    "FP32": np.dtype(np.float32),
    "FP64": np.dtype(np.float64),
    "BYTES": np.dtype(np.object_),
}

ONNX_TYPES = {
    "tensor(bool)": "BOOL",
    "tensor(uint8)": "UINT8",
    "tensor(uint16)": "UINT16",
    "tensor(uint32)": "UINT32",
    "tensor(uint64)": "UINT64",
    "tensor(int8)": "INT8",
    "tensor(int16)": "INT16",
    "tensor(int32)": "INT32",
    "tensor(int64)": "INT64",
    "tensor(float16)": "FP16",
    "tensor(float)": "FP32",
    "tensor(double)": "FP64",
    "tensor(string)": "BYTES",
}

VARIABLE = -1


@dataclass(frozen=True)
class TensorSpec:
    """What a model takes or gives under one name; `VARIABLE` stands for a free dimension."""

    name: str
    datatype: str
    shape: tuple[int, ...]
    labels: tuple[str, ...] | None = None

    def fits(self, shape: Sequence[int]) -> bool:
        """Whether a tensor of this shape may stand here."""
        return len(shape) == len(self.shape) and all(
            mine in (VARIABLE, theirs) for mine, theirs in zip(self.shape, shape, strict=True)
        )

    def to_json(self) -> dict[str, object]:
        """As model metadata shows it; labels in class order stand in `parameters`."""
        shown: dict[str, object] = {
            "name": self.name,
            "datatype": self.datatype,
            "shape": list(self.shape),
        }
        if self.labels is not None:
            shown["parameters"] = {"labels": list(self.labels)}
        return shown


@dataclass(frozen=True)
class InputTensor:
    """One input as a caller sent it, already an array of its datatype and shape."""

    name: str
    datatype: str
    array: Array


@dataclass(frozen=True)
class Signature:
    """What a model takes and gives."""

    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]

    def bind_inputs(self, tensors: Sequence[InputTensor]) -> dict[str, Array]:
        """The arrays by name, each checked. A caller's name for one is never echoed."""
        specs = {spec.name: spec for spec in self.inputs}
        bound: dict[str, Array] = {}
        for position, tensor in enumerate(tensors, start=1):
            spec = specs.get(tensor.name)
            if spec is None:
                known = ", ".join(specs)
                raise InvalidRequest(
                    f"input {position} is unknown to this model, which takes: {known}"
                )
            check_tensor(tensor, spec)
            bound[spec.name] = tensor.array
        missing = [name for name in specs if name not in bound]
        if missing:
            raise InvalidRequest(f"missing input: {', '.join(missing)}")
        return bound

    def choose_outputs(self, asked: Sequence[str]) -> tuple[TensorSpec, ...]:
        """The specs asked for, in the order asked; all of them where nothing was asked."""
        if not asked:
            return self.outputs
        specs = {spec.name: spec for spec in self.outputs}
        for position, name in enumerate(asked, start=1):
            if name not in specs:
                known = ", ".join(specs)
                raise InvalidRequest(
                    f"output {position} is unknown to this model, which gives: {known}"
                )
        return tuple(specs[name] for name in asked)


def check_tensor(tensor: InputTensor, spec: TensorSpec) -> None:
    """Refuse what the model would choke on, in words that name both sides."""
    if tensor.datatype != spec.datatype:
        raise InvalidRequest(
            f"input {spec.name} is {tensor.datatype}, the model takes {spec.datatype}"
        )
    if not spec.fits(tensor.array.shape):
        theirs, mine = list(tensor.array.shape), list(spec.shape)
        raise InvalidRequest(f"input {spec.name} has shape {theirs}, the model takes {mine}")


def row_count(inputs: Mapping[str, Array]) -> int:
    """How many rows a request carries: the first dimension of its first input."""
    first = next(iter(inputs.values()))
    return int(first.shape[0]) if first.ndim else 1
