"""Elements that are not of the datatype: refused, never bent into it."""

import json
from typing import Any, Final

from conformance.cases import BINARY, OIP_REST, REST, RFC8259, Source, case
from conformance.exchange import BAD_REQUEST, Ask, Refusal, expect, refused
from conformance.rest import RestCaller
from conformance.suite import asks
from conformance.tensors import is_same, make

OUT_OF_RANGE: Final[dict[str, Any]] = {
    "UINT8": 256,
    "INT8": -129,
    "UINT16": -1,
    "INT16": 32_768,
    "UINT32": 2**32,
    "INT32": 2**31,
    "UINT64": 2**64,
    "INT64": 2**63,
    "FP16": 70_000,
    "FP32": 1e39,
}
OF_ANOTHER_TYPE: Final[dict[str, tuple[str, Any]]] = {
    "fraction for INT32": ("INT32", 1.5),
    "string for INT32": ("INT32", "1"),
    "null for INT32": ("INT32", None),
    "list for INT32": ("INT32", {}),
    "string for FP32": ("FP32", "1.0"),
    "null for FP32": ("FP32", None),
    "number for BYTES": ("BYTES", 1),
    "null for BYTES": ("BYTES", None),
    "string for BOOL": ("BOOL", "true"),
}
LOOSE: Final[dict[str, tuple[str, Any]]] = {
    "true for INT32": ("INT32", True),
    "true for FP32": ("FP32", True),
    "one for BOOL": ("BOOL", 1),
}
NOT_JSON: Final = ("NaN", "Infinity", "-Infinity", "1e400", "0x10", "01", "+1", ".5")
SPECIAL: Final = [[float("nan"), float("inf"), float("-inf")]]
SPECIALS: Final = Source("Triton, extension_binary_data.md", BINARY.extension)


def send(rest: RestCaller, datatype: str, element: Any) -> None:  # noqa: ANN401 - any JSON
    """One element of this datatype, as it is, among the data."""
    given = {"name": "x", "shape": [1, 2], "datatype": datatype, "data": [element, element]}
    rest.post(f"/v2/models/identity_{datatype.lower()}/infer", {"inputs": [given]})


@case(OIP_REST, over=REST, each=OUT_OF_RANGE)
def a_number_beyond_its_datatype_is_refused(rest: RestCaller, datatype: str) -> None:
    """It cannot be this tensor's element; wrapped around it would be another number."""
    with refused(BAD_REQUEST):
        send(rest, datatype, OUT_OF_RANGE[datatype])


@case(OIP_REST, over=REST, each=OF_ANOTHER_TYPE)
def an_element_of_another_type_is_refused(rest: RestCaller, kind: str) -> None:
    """Tensor data are elements of the datatype given."""
    with refused(BAD_REQUEST):
        send(rest, *OF_ANOTHER_TYPE[kind])


@case(OIP_REST.chosen(), over=REST, each=LOOSE)
def booleans_and_numbers_are_not_mixed(rest: RestCaller, kind: str) -> None:
    """JSON keeps them apart, so a mix is a mistake of the caller's."""
    with refused(BAD_REQUEST):
        send(rest, *LOOSE[kind])


@case(OIP_REST, over=REST)
def whole_numbers_serve_for_floats(rest: RestCaller) -> None:
    """JSON has one kind of number: 3 is an FP32."""
    send(rest, "FP32", 3)


@case(OIP_REST, over=REST)
def numbers_of_64_bits_are_exact(rest: RestCaller) -> None:
    """An integer beyond 2^53 must not pass through a float."""
    odd = 2**62 + 1
    answer = rest.infer(asks.identity("INT64", [[odd, -odd]]))
    expect(answer.outputs["y"].tolist() == [[odd, -odd]], "the last digits are lost")


@case(RFC8259, over=REST, each=NOT_JSON)
def what_json_has_no_number_for_is_refused(rest: RestCaller, literal: str) -> None:
    """NaN and infinity are not JSON, nor are other ways to write a number."""
    body = json.dumps({"inputs": [asks.written(datatype="FP32", data=["HERE", 1, 2, 3])]})
    with refused(BAD_REQUEST):
        rest.call(
            "POST", "/v2/models/identity_fp32/infer", body.replace('"HERE"', literal).encode()
        )


@case(RFC8259, over=REST)
def an_answer_that_json_cannot_carry_is_no_broken_json(rest: RestCaller) -> None:
    """0/0 is NaN: the answer is an error or has a null, but it parses."""
    ask = Ask("divide", [make("over", "FP32", [0.0]), make("under", "FP32", [0.0])])
    given = [
        {"name": tensor.name, "shape": [1], "datatype": "FP32", "data": [0.0]}
        for tensor in ask.inputs
    ]
    response = rest.send("POST", "/v2/models/divide/infer", json.dumps({"inputs": given}).encode())
    response.json()
    expect(response.status in (200, 400, 422, 500), f"status {response.status}")


@case(SPECIALS, over=REST)
def bytes_carry_nan_and_infinity_in(rest: RestCaller) -> None:
    """All values of a type have their bytes; a model that takes them gets them."""
    ask = asks.identity("FP32", SPECIAL)
    answer = rest.infer_binary(ask, inputs=["x"], default=True)
    expect(is_same(answer.outputs["y"], ask.inputs[0].array), f"{answer.outputs['y']}")


@case(SPECIALS, over=REST)
def bytes_carry_nan_and_infinity_out(rest: RestCaller) -> None:
    """What JSON cannot carry, bytes can."""
    ask = Ask("divide", [make("over", "FP32", [1.0, -1.0]), make("under", "FP32", [0.0, 0.0])])
    answer = rest.infer_binary(ask, default=True)
    expect(answer.outputs["quotient"].tolist() == [float("inf"), float("-inf")], "not infinite")


@case(RFC8259.chosen(), over=REST)
def half_a_character_is_refused(rest: RestCaller) -> None:
    """A lone surrogate is no Unicode text; passed on, it would break whoever reads it."""
    body = json.dumps({"inputs": [asks.written(datatype="BYTES", data=["HERE", "", "", ""])]})
    spoilt = body.replace("HERE", "\\ud800").encode()
    try:
        rest.call("POST", "/v2/models/identity_bytes/infer", spoilt)
    except Refusal as refusal:
        expect(refusal.how in BAD_REQUEST.statuses, str(refusal))
