"""Tensor data in JSON: nested as the shape says, or refused."""

from typing import Any, Final

from conformance.cases import OIP_REST, REST, case
from conformance.exchange import BAD_REQUEST, expect, refused
from conformance.rest import RestCaller
from conformance.rest_messages import read_answer
from conformance.suite import asks

NOT_AS_THE_SHAPE: Final[dict[str, Any]] = {
    "other rows": [[1, 2], [3, 4], [5, 6]],
    "other columns": [[1, 2, 3], [4]],
    "ragged": [[1, 2], [3]],
    "half nested": [[1, 2], 3, 4],
    "half flat": [1, 2, [3, 4]],
    "too deep": [[[1], [2]], [[3], [4]]],
    "turned": [[1, 2, 3, 4]],
}
WRONG_COUNTS: Final = {"none": [], "too few": [1, 2, 3], "too many": [1, 2, 3, 4, 5]}
NO_DATA: Final[dict[str, Any]] = {
    "missing": ...,
    "null": None,
    "object": {"0": 1},
    "number": 1,
    "string": "1234",
}


def post(rest: RestCaller, **changes: Any) -> Any:  # noqa: ANN401 - JSON
    """The values that came back for this input of `identity_int32`."""
    document = {"inputs": [asks.written(**changes)]}
    return read_answer(rest.post(asks.INT32_INFER, document)).outputs["y"].tolist()


@case(OIP_REST, over=REST)
def flat_data_is_row_major(rest: RestCaller) -> None:
    """The elements of a row stand together."""
    expect(post(rest, shape=[2, 2], data=[1, 2, 3, 4]) == [[1, 2], [3, 4]], "not row-major")


@case(OIP_REST, over=REST)
def nested_data_may_have_rows_of_one(rest: RestCaller) -> None:
    """Nesting is told from the data, not from its size."""
    expect(post(rest, shape=[3, 1], data=[[1], [2], [3]]) == [[1], [2], [3]], "values differ")


@case(OIP_REST.chosen(), over=REST)
def nested_data_may_have_empty_rows(rest: RestCaller) -> None:
    """A shape of two rows of nothing is written as two empty lists."""
    expect(post(rest, shape=[2, 0], data=[[], []]) == [[], []], "values differ")


@case(OIP_REST, over=REST, each=NOT_AS_THE_SHAPE)
def data_nested_otherwise_is_refused(rest: RestCaller, kind: str) -> None:
    """Nested data must have the shape that stands beside it."""
    with refused(BAD_REQUEST):
        post(rest, data=NOT_AS_THE_SHAPE[kind])


@case(OIP_REST, over=REST, each=WRONG_COUNTS)
def another_number_of_elements_is_refused(rest: RestCaller, kind: str) -> None:
    """There are as many elements as the shape says; nothing is made up or left out."""
    with refused(BAD_REQUEST):
        post(rest, data=WRONG_COUNTS[kind])


@case(OIP_REST, over=REST, each=NO_DATA)
def data_that_is_no_list_is_refused(rest: RestCaller, kind: str) -> None:
    """`data` is required and is a list."""
    with refused(BAD_REQUEST):
        post(rest, data=NO_DATA[kind])
