"""Requests that many cases start from: all of them right, each for one model."""

from typing import Any, Final

from conformance.exchange import Ask
from conformance.tensors import make

LEFT: Final = [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]
RIGHT: Final = [[0.5, 0.5, 0.5, 0.5], [-1.0, -2.0, -3.0, -4.0]]
SUM: Final = [[1.5, 2.5, 3.5, 4.5], [4.0, 4.0, 4.0, 4.0]]
DIFFERENCE: Final = [[0.5, 1.5, 2.5, 3.5], [6.0, 8.0, 10.0, 12.0]]


def add_sub(model: str = "add_sub", **more: Any) -> Ask:  # noqa: ANN401 - fields of Ask
    """Two rows of two inputs; `SUM` and `DIFFERENCE` are right."""
    inputs = [make("left", "FP32", LEFT), make("right", "FP32", RIGHT)]
    return Ask(model, inputs, **more)


def identity(datatype: str, values: Any, **more: Any) -> Ask:  # noqa: ANN401 - as NumPy takes them
    """These values of a datatype, whose identity is asked for."""
    return Ask(f"identity_{datatype.lower()}", [make("x", datatype, values)], **more)


def plus(version: str = "", **more: Any) -> Ask:  # noqa: ANN401 - fields of Ask
    """Ten, to which version 1 adds one and version 2 adds two."""
    return Ask("two_versions", [make("x", "FP32", [10.0])], version=version, **more)


def slow(rounds: int, **more: Any) -> Ask:  # noqa: ANN401 - fields of Ask
    """So many rounds of work: about 0.1 ms each on a small machine."""
    return Ask("slow", [make("rounds", "INT64", [rounds])], **more)


def written(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """The JSON of one input that is right, for a case to spoil; `...` leaves a field out."""
    whole = {"name": "x", "shape": [2, 2], "datatype": "INT32", "data": [1, 2, 3, 4]} | changes
    return {name: value for name, value in whole.items() if value is not ...}


INT32_INFER: Final = "/v2/models/identity_int32/infer"
ADD_SUB_INFER: Final = "/v2/models/add_sub/infer"
