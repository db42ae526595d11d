"""Requests that do not fit the model, by any transport: a clear error, and nothing else."""

from typing import Final

import numpy as np

from conformance.cases import OIP, OPEN, case
from conformance.exchange import ANY_REFUSAL, BAD_REQUEST, UNKNOWN, Ask, Caller, expect, refused
from conformance.suite import asks
from conformance.tensors import Tensor, make

X: Final = make("x", "INT32", [[1, 2], [3, 4]])
LEFT: Final = make("left", "FP32", asks.LEFT)
RIGHT: Final = make("right", "FP32", asks.RIGHT)
WRONG_SHAPES: Final = {
    "one dimension": Ask("identity_int32", [make("x", "INT32", [1, 2])]),
    "three dimensions": Ask("identity_int32", [make("x", "INT32", [[[1, 2]]])]),
    "wrong columns": Ask(
        "add_sub", [make("left", "FP32", [[1.0]]), make("right", "FP32", [[1.0]])]
    ),
    "wrong rows": Ask("fixed", [make("x", "INT32", [[1, 2, 3]])]),
    "turned": Ask("fixed", [make("x", "INT32", [[1, 2], [3, 4], [5, 6]])]),
}
WRONG_TYPES: Final = {
    "INT64 for INT32": Ask("identity_int32", [make("x", "INT64", [[1, 2]])]),
    "FP32 for INT32": Ask("identity_int32", [make("x", "FP32", [[1, 2]])]),
    "UINT8 for BOOL": Ask("identity_bool", [make("x", "UINT8", [[1, 0]])]),
    "BYTES for FP32": Ask("identity_fp32", [make("x", "BYTES", [["1", "2"]])]),
    "FP32 for BYTES": Ask("identity_bytes", [make("x", "FP32", [[1, 2]])]),
}
WRONG_INPUTS: Final = {
    "none": Ask("add_sub", []),
    "one missing": Ask("add_sub", [LEFT]),
    "one unknown": Ask("add_sub", [LEFT, RIGHT, X]),
    "another name": Ask("identity_int32", [X._replace(name="X")]),
    "no name": Ask("identity_int32", [X._replace(name="")]),
    "twice": Ask("identity_int32", [X, X]),
}
UNKNOWN_NAMES: Final = ("no_such_model", "ADD_SUB", "add_sub2", "möbel", "a" * 500)


@case(OIP, each=WRONG_SHAPES)
def another_shape_is_refused(caller: Caller, kind: str) -> None:
    """The shape has as many dimensions as the model's, and its fixed ones are the same."""
    with refused(BAD_REQUEST):
        caller.infer(WRONG_SHAPES[kind])


@case(OIP, each=WRONG_TYPES)
def another_datatype_is_refused(caller: Caller, kind: str) -> None:
    """The datatype is the model's; nothing is converted behind the caller's back."""
    with refused(BAD_REQUEST):
        caller.infer(WRONG_TYPES[kind])


@case(OIP, each=WRONG_INPUTS)
def other_inputs_are_refused(caller: Caller, kind: str) -> None:
    """Each input of the model is given, once, by its name."""
    with refused(BAD_REQUEST):
        caller.infer(WRONG_INPUTS[kind])


@case(OIP)
def rows_that_do_not_match_are_an_error(caller: Caller) -> None:
    """Two inputs of different batches fit one by one and not together."""
    with refused(ANY_REFUSAL):
        caller.infer(Ask("add_sub", [LEFT, make("right", "FP32", np.zeros((3, 4)))]))


@case(OIP)
def an_unknown_output_is_refused(caller: Caller) -> None:
    """What the model does not give cannot be asked for."""
    with refused(BAD_REQUEST):
        caller.infer(asks.add_sub(outputs=("sum", "product")))


@case(OPEN)
def an_output_asked_for_twice_is_refused(caller: Caller) -> None:
    """Two outputs of one name could not be told apart."""
    with refused(BAD_REQUEST):
        caller.infer(asks.add_sub(outputs=("sum", "sum")))


@case(OIP, each=("FLOAT32", "fp32", "BF16", "STRING", "FP32 "))
def an_unknown_datatype_is_refused(caller: Caller, datatype: str) -> None:
    """Datatypes are the protocol's, in its letters."""
    with refused(BAD_REQUEST):
        caller.infer(Ask("identity_fp32", [Tensor("x", datatype, np.zeros((1, 1), "<f4"))]))


@case(OIP, each=UNKNOWN_NAMES)
def an_unknown_model_is_refused(caller: Caller, name: str) -> None:
    """A model that is not there cannot be asked."""
    with refused(UNKNOWN):
        caller.infer(Ask(name, [X]))


@case(OIP, each=("77", "0", "-1", "01", "latest", "1.0"))
def an_unknown_version_is_refused(caller: Caller, version: str) -> None:
    """A version that is not there cannot be asked, however it is written."""
    with refused(UNKNOWN):
        caller.infer(asks.plus(version))


@case(OIP)
def after_a_refusal_the_next_request_is_answered(caller: Caller) -> None:
    """A mistake of one caller is nobody else's."""
    with refused(BAD_REQUEST):
        caller.infer(WRONG_SHAPES["one dimension"])
    answer = caller.infer(asks.identity("INT32", [[7]]))
    expect(answer.outputs["y"].tolist() == [[7]], "a wrong answer")
