"""Shapes that are right: empty, single, wide, tall."""

import numpy as np

from conformance.cases import OIP, OPEN, case
from conformance.exchange import Ask, Caller, expect
from conformance.tensors import Tensor, is_same, make

SHAPES = {"1x1": (1, 1), "1x500": (1, 500), "500x1": (500, 1), "7x11": (7, 11)}
EMPTY = {"no rows": (0, 3), "no columns": (3, 0), "neither": (0, 0)}
MANY_ROWS = 5_000


def identity_of(caller: Caller, shape: tuple[int, ...]) -> None:
    """Numbers of this shape come back as they were."""
    values = np.arange(int(np.prod(shape)), dtype="<f4").reshape(shape)
    answer = caller.infer(Ask("identity_fp32", [Tensor("x", "FP32", values)]))
    expect(is_same(answer.outputs["y"], values), f"shape {answer.outputs['y'].shape}")


@case(OIP, each=SHAPES)
def any_shape_that_fits_is_taken(caller: Caller, kind: str) -> None:
    """A free dimension takes any size, row-major."""
    identity_of(caller, SHAPES[kind])


@case(OPEN, each=EMPTY)
def a_tensor_without_elements_is_a_tensor(caller: Caller, kind: str) -> None:
    """A dimension is an unsigned integer, so 0 is one; the answer is as empty."""
    identity_of(caller, EMPTY[kind])


@case(OIP)
def a_big_batch_is_answered_whole(caller: Caller) -> None:
    """Thousands of rows in one request, none lost, none twice."""
    identity_of(caller, (MANY_ROWS, 4))


@case(OIP)
def thousands_of_strings_are_answered_whole(caller: Caller) -> None:
    """BYTES of many elements."""
    texts = np.array([f"text {n}" for n in range(MANY_ROWS)], dtype=object).reshape(-1, 1)
    answer = caller.infer(Ask("identity_bytes", [Tensor("x", "BYTES", texts)]))
    expect(is_same(answer.outputs["y"], texts), "texts came back changed")


@case(OIP)
def one_long_string_is_answered_whole(caller: Caller) -> None:
    """BYTES of one element of a hundred thousand characters."""
    texts = np.array([["ä" * 100_000]], dtype=object)
    answer = caller.infer(Ask("identity_bytes", [Tensor("x", "BYTES", texts)]))
    expect(is_same(answer.outputs["y"], texts), "the text came back changed")


@case(OIP)
def a_shape_without_free_dimensions_is_taken(caller: Caller) -> None:
    """A model of fixed shape takes exactly that."""
    answer = caller.infer(Ask("fixed", [make("x", "INT32", [[1, 2, 3], [4, 5, 6]])]))
    expect(answer.outputs["y"].tolist() == [[2, 4, 6], [8, 10, 12]], "y is wrong")
