"""Tensors and their types: the protocol's names, NumPy's and ONNX Runtime's, in one table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

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
    conformal: Mapping[str, float] | None = field(default=None, hash=False)
    reject: float | None = None

    def fits(self, shape: Sequence[int]) -> bool:
        """Whether a tensor of this shape may stand here."""
        mine = self.shape
        if len(shape) != len(mine):
            return False
        for position, size in enumerate(mine):  # noqa: SIM110 - a third of the time of all()
            if size not in (VARIABLE, shape[position]):
                return False
        return True

    def to_json(self) -> dict[str, object]:
        """As model metadata shows it: labels in class order and thresholds in `parameters`."""
        shown: dict[str, object] = {
            "name": self.name,
            "datatype": self.datatype,
            "shape": list(self.shape),
        }
        said = {
            "labels": None if self.labels is None else list(self.labels),
            "conformal": None if self.conformal is None else dict(self.conformal),
            "reject": self.reject,
        }
        parameters = {name: value for name, value in said.items() if value is not None}
        if parameters:
            shown["parameters"] = parameters
        return shown


class InputTensor(NamedTuple):
    """One input as a caller sent it, already an array of its datatype and shape."""

    name: str
    datatype: str
    array: Array


@dataclass(frozen=True)
class Signature:
    """What a model takes and gives."""

    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]

    @cached_property
    def inputs_by_name(self) -> Mapping[str, TensorSpec]:
        """Every request asks."""
        return {spec.name: spec for spec in self.inputs}

    @cached_property
    def outputs_by_name(self) -> Mapping[str, TensorSpec]:
        """Every request that chooses asks."""
        return {spec.name: spec for spec in self.outputs}

    @cached_property
    def has_fixed_rows(self) -> bool:
        """Every row of every input has one and the same shape."""
        return not any(VARIABLE in spec.shape[1:] for spec in self.inputs)

    def require_finite(self, inputs: Mapping[str, Array]) -> None:
        """Refuse NaN and infinities, which raw bytes can carry."""
        for name, array in inputs.items():
            if array.dtype.kind == "f" and not np.isfinite(array).all():
                raise InvalidRequest(f"input {name} has NaN or infinity, which this model refuses")

    @cached_property
    def output_names(self) -> tuple[str, ...]:
        """All of them, in order."""
        return tuple(spec.name for spec in self.outputs)

    def bind_inputs(self, tensors: Sequence[InputTensor]) -> dict[str, Array]:
        """The arrays by name, each checked. A caller's name for one is never echoed."""
        specs = self.inputs_by_name
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
        if len(bound) < len(specs):
            missing = [name for name in specs if name not in bound]
            raise InvalidRequest(f"missing input: {', '.join(missing)}")
        return bound

    def choose_outputs(self, asked: Sequence[str]) -> tuple[TensorSpec, ...]:
        """The specs asked for, in the order asked; all of them where nothing was asked."""
        if not asked:
            return self.outputs
        specs = self.outputs_by_name
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


def are_rows_even(arrays: Iterable[Array]) -> bool:
    """Whether all have the same first dimension."""
    return len({array.shape[:1] for array in arrays}) <= 1


def row_count(inputs: Mapping[str, Array]) -> int:
    """How many rows a request carries: the first dimension of its first input."""
    first = next(iter(inputs.values()))
    shape: tuple[int, ...] = first.shape
    return shape[0] if shape else 1
