"""Runs any ONNX graph."""

from collections.abc import Mapping, Sequence

import numpy as np
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from ridealong.serving.errors import InvalidRequest, ModelUnusable, RunFailed
from ridealong.serving.parts import BAD_GRAPH
from ridealong.serving.tensors import ONNX_TYPES, VARIABLE, Array, Signature, TensorSpec, row_count


class GraphRunner:
    """One session; rows apart where the graph's arithmetic spans the batch."""

    def __init__(
        self,
        session: ort.InferenceSession,
        signature: Signature,
        *,
        one_row_at_a_time: bool = False,
    ) -> None:
        require_truth(session, signature)
        self._session = session
        self._one_row_at_a_time = one_row_at_a_time

    def run(self, inputs: Mapping[str, Array], outputs: Sequence[str]) -> dict[str, Array]:
        """The outputs by name."""
        rows = row_count(inputs)
        if not self._one_row_at_a_time or rows < 2:
            return self._run_once(inputs, outputs)
        apart = [
            self._run_once({name: array[row : row + 1] for name, array in inputs.items()}, outputs)
            for row in range(rows)
        ]
        return {name: np.concatenate([answer[name] for answer in apart]) for name in outputs}

    def _run_once(self, inputs: Mapping[str, Array], outputs: Sequence[str]) -> dict[str, Array]:
        return run_session(self._session, inputs, outputs)


def run_session(
    session: ort.InferenceSession, inputs: Mapping[str, Array], outputs: Sequence[str]
) -> dict[str, Array]:
    """One call. The runtime's own message is dropped: it may quote the inputs."""
    try:
        return dict(zip(outputs, session.run(list(outputs), dict(inputs)), strict=True))
    except ort_errors.InvalidArgument as error:
        raise InvalidRequest("the inputs do not fit each other or the model") from error
    except BAD_GRAPH as error:
        raise RunFailed(
            f"the model could not be run on these inputs ({type(error).__name__})"
        ) from error


def require_truth(session: ort.InferenceSession, signature: Signature) -> None:
    """Refuse a manifest that says other than the graph: callers are held to what it says."""
    given = {node.name: node for node in session.get_inputs()}
    if set(given) != {spec.name for spec in signature.inputs}:
        raise ModelUnusable(f"the graph takes {sorted(given)}, the manifest says otherwise")
    made = {node.name: node for node in session.get_outputs()}
    if unknown := {spec.name for spec in signature.outputs} - set(made):
        raise ModelUnusable(
            f"the graph does not give {sorted(unknown)}, which the manifest promises"
        )
    for spec in signature.inputs:
        require_same(given[spec.name], spec)
    for spec in signature.outputs:
        require_same(made[spec.name], spec)


def require_same(node: ort.NodeArg, spec: TensorSpec) -> None:
    """One tensor. The manifest may narrow a free dimension, never free a fixed one."""
    if ONNX_TYPES.get(node.type) != spec.datatype:
        raise ModelUnusable(
            f"{spec.name} is {node.type} in the graph and {spec.datatype} in the manifest"
        )
    shape = [size if isinstance(size, int) and size >= 0 else VARIABLE for size in node.shape or ()]
    if not shape:
        return
    if len(shape) != len(spec.shape) or any(
        graph not in (VARIABLE, said) for graph, said in zip(shape, spec.shape, strict=True)
    ):
        raise ModelUnusable(
            f"{spec.name} has shape {shape} in the graph and {list(spec.shape)} in the manifest"
        )


def spec_of(node: ort.NodeArg) -> TensorSpec:
    """What a graph itself says about one of its tensors."""
    shape = tuple(
        size if isinstance(size, int) and size >= 0 else VARIABLE for size in node.shape or ()
    )
    return TensorSpec(node.name, ONNX_TYPES.get(node.type, "UNKNOWN"), shape)
