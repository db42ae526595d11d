"""Every datatype, by every way in and out, with its smallest, greatest and oddest values."""

from conformance.cases import BINARY, OIP, OIP_REST, REST, case
from conformance.exchange import Answer, Caller, expect
from conformance.rest import RestCaller
from conformance.rest_messages import read_answer
from conformance.suite import asks
from conformance.tensors import DATATYPES, is_same, sample

JSON_TYPES = tuple(datatype for datatype in DATATYPES if datatype != "FP16")


def came_back(answer: Answer, datatype: str) -> None:
    """The sample of this datatype, in every bit."""
    expect(answer.datatypes["y"] == datatype, f"datatype is {answer.datatypes['y']}")
    expect(is_same(answer.outputs["y"], sample(datatype)), f"{answer.outputs['y']!r}")


@case(OIP, each=JSON_TYPES)
def goes_and_comes_plainly(caller: Caller, datatype: str) -> None:
    """Flat JSON over REST, raw contents over gRPC."""
    came_back(caller.infer(asks.identity(datatype, sample(datatype))), datatype)


@case(OIP_REST.chosen(), over=REST)
def half_floats_go_as_json_numbers(rest: RestCaller) -> None:
    """The page has no JSON for FP16 of its own; numbers, rounded to the nearest, suggest it."""
    came_back(rest.infer(asks.identity("FP16", sample("FP16"))), "FP16")


@case(OIP_REST, over=REST, each=JSON_TYPES)
def goes_nested_as_its_shape(rest: RestCaller, datatype: str) -> None:
    """Tensor data may be nested or flat; both are row-major."""
    array = sample(datatype)
    nested = {"name": "x", "datatype": datatype, "shape": [2, 3], "data": array.tolist()}
    path = f"/v2/models/identity_{datatype.lower()}/infer"
    came_back(read_answer(rest.post(path, {"inputs": [nested]})), datatype)


@case(BINARY, over=REST, each=DATATYPES)
def goes_as_bytes(rest: RestCaller, datatype: str) -> None:
    """Bytes in, JSON out."""
    ask = asks.identity(datatype, sample(datatype))
    came_back(rest.infer_binary(ask, inputs=["x"]), datatype)


@case(BINARY, over=REST, each=DATATYPES)
def comes_as_bytes(rest: RestCaller, datatype: str) -> None:
    """JSON in, bytes out."""
    ask = asks.identity(datatype, sample(datatype))
    came_back(rest.infer_binary(ask, outputs={"y": True}), datatype)


@case(BINARY, over=REST, each=DATATYPES)
def goes_and_comes_as_bytes(rest: RestCaller, datatype: str) -> None:
    """Bytes in, bytes out."""
    ask = asks.identity(datatype, sample(datatype))
    came_back(rest.infer_binary(ask, inputs=["x"], default=True), datatype)
