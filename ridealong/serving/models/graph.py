"""Runs any ONNX graph."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from ridealong.serving.errors import InvalidRequest, ModelUnusable, RunFailed
from ridealong.serving.models.parts import BAD_GRAPH
from ridealong.serving.models.warming import smallest_input
from ridealong.serving.tensors import (
    ONNX_TYPES,
    VARIABLE,
    Array,
    Signature,
    TensorSpec,
    are_rows_even,
)

MISFIT: Final = "the inputs do not fit each other or the model"


class GraphRunner:
    """One session."""

    def __init__(self, session: ort.InferenceSession, signature: Signature) -> None:
        require_truth(session, signature)
        self._session = session
        self._texts = [spec.name for spec in signature.inputs if spec.datatype == "BYTES"]
        self._rows = [spec.name for spec in signature.inputs if spec.shape[:1] == (VARIABLE,)]

    def run(self, inputs: Mapping[str, Array], outputs: Sequence[str]) -> dict[str, Array]:
        """The outputs by name."""
        for name in self._texts:
            require_texts(name, inputs[name])
        try:
            return run_session(self._session, inputs, outputs)
        except RunFailed as error:
            if are_rows_even(inputs[name] for name in self._rows):
                raise
            raise InvalidRequest(MISFIT) from error


def require_texts(name: str, array: Array) -> None:
    """ONNX Runtime would take the bytes `b'x'` for the text `b'x'`, quotes and all."""
    if not all(type(value) is str for value in array.ravel().tolist()):
        raise InvalidRequest(f"input {name} holds bytes that are no UTF-8; this model takes text")


def run_session(
    session: ort.InferenceSession, inputs: Mapping[str, Array], outputs: Sequence[str]
) -> dict[str, Array]:
    """One call. The runtime's own message is dropped: it may quote the inputs."""
    try:
        return dict(zip(outputs, session.run(list(outputs), dict(inputs)), strict=True))
    except (ort_errors.InvalidArgument, UnicodeEncodeError) as error:
        raise InvalidRequest(MISFIT) from error
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
    shape = list(shape_of(node))
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
    if node.type not in ONNX_TYPES:
        raise ModelUnusable(
            f"{node.name} is {node.type}: only tensors of the protocol's types can be served "
            "(a converter's ZipMap, for one, has to be left out)"
        )
    return TensorSpec(node.name, ONNX_TYPES[node.type], shape_of(node))


def shape_of(node: ort.NodeArg) -> tuple[int, ...]:
    """Named and unknown dimensions are free. Empty for a scalar and where no rank is known."""
    return tuple(
        size if isinstance(size, int) and size >= 0 else VARIABLE for size in node.shape or ()
    )


def signature_of(session: ort.InferenceSession) -> Signature:
    """What a graph takes and gives, by its own word.

    Of an output whose rank it does not say (or a scalar's, which looks the same) a run tells; an
    input of no known rank is taken for a scalar, and only a manifest can say otherwise.
    """
    inputs = tuple(map(spec_of, session.get_inputs()))
    outputs = tuple(map(spec_of, session.get_outputs()))
    unsure = [spec.name for spec in outputs if not spec.shape]
    if not unsure:
        return Signature(inputs, outputs)
    try:
        seen = run_session(session, {spec.name: smallest_input(spec) for spec in inputs}, unsure)
    except (InvalidRequest, RunFailed) as error:
        raise ModelUnusable(
            f"the graph does not say the shape of {', '.join(unsure)}: a manifest has to"
        ) from error
    return Signature(
        inputs,
        tuple(
            replace(spec, shape=(VARIABLE,) * seen[spec.name].ndim) if spec.name in seen else spec
            for spec in outputs
        ),
    )
