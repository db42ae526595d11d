"""Over gRPC, where contents, shapes or messages lie."""

from typing import Any, Final

from conformance.cases import GRPC, OIP_GRPC, case
from conformance.exchange import BAD_REQUEST, NO_ADDRESS, Ask, Mismatch, Refusal, expect, refused
from conformance.rpc import RpcCaller, write_request
from conformance.suite import asks
from conformance.suite.binary_refusals import BYTES_THAT_LIE, element
from conformance.tensors import make, pack

RAW: Final = {
    "cut short": bytes(15),
    "one byte more": bytes(17),
    "nothing": b"",
    "another type's size": bytes(32),
}
RAW_COUNTS: Final = {"one too few": 1, "one too many": 3}
WRONG_FIELDS: Final[dict[str, tuple[str, list[Any]]]] = {
    "too few": ("int_contents", [1, 2, 3]),
    "too many": ("int_contents", [1, 2, 3, 4, 5]),
    "none": ("int_contents", []),
    "another type's field": ("int64_contents", [1, 2, 3, 4]),
    "floats": ("fp32_contents", [1.0, 2.0, 3.0, 4.0]),
    "bytes": ("bytes_contents", [b"1", b"2", b"3", b"4"]),
}
OUT_OF_RANGE: Final[dict[str, tuple[str, int]]] = {
    "INT8": ("int_contents", 128),
    "INT16": ("int_contents", -32_769),
    "UINT8": ("uint_contents", 256),
    "UINT16": ("uint_contents", 65_536),
}
BAD_SHAPES: Final = {
    "negative": [-2, -2],
    "free": [-1, 2],
    "none": [],
    "5000 dimensions": [1] * 5000,
    "2^63 elements": [2**62, 2],
    "2^64 elements": [2**32, 2**32],
    "2^31 rows": [2**31, 2],
}
NO_MESSAGES: Final = {
    "text": b"this is no protobuf",
    "cut short": b"\x0a\xff\xff\xff\x0f" + b"a",
    "no UTF-8": b"\x0a\x02\xc3\x28",
}


def int32(**changes: Any) -> Any:  # noqa: ANN401 - a message
    """A request for `identity_int32` of two by two, without contents."""
    request = write_request(asks.identity("INT32", [[1, 2], [3, 4]]))
    for name, value in changes.items():
        getattr(request.inputs[0], name)[:] = value
    return request


@case(OIP_GRPC, over=GRPC, each=RAW)
def raw_contents_of_another_size_are_refused(rpc: RpcCaller, kind: str) -> None:
    """The size must match the tensor's shape and datatype."""
    request = int32()
    request.raw_input_contents.append(RAW[kind])
    with refused(BAD_REQUEST):
        rpc.call("ModelInfer", request)


@case(OIP_GRPC, over=GRPC, each=RAW_COUNTS)
def as_many_raw_contents_as_inputs(rpc: RpcCaller, kind: str) -> None:
    """Raw contents must hold data for each tensor."""
    request = write_request(asks.add_sub())
    request.raw_input_contents.extend([bytes(32)] * RAW_COUNTS[kind])
    with refused(BAD_REQUEST):
        rpc.call("ModelInfer", request)


@case(OIP_GRPC, over=GRPC)
def raw_and_typed_contents_are_not_mixed(rpc: RpcCaller) -> None:
    """With raw contents, no input may have typed ones."""
    request = int32()
    request.raw_input_contents.append(bytes(16))
    request.inputs[0].contents.int_contents.extend([1, 2, 3, 4])
    with refused(BAD_REQUEST):
        rpc.call("ModelInfer", request)


@case(OIP_GRPC, over=GRPC, each=WRONG_FIELDS)
def typed_contents_that_do_not_fit_are_refused(rpc: RpcCaller, kind: str) -> None:
    """They are in the field of the datatype, as many as the shape says."""
    field, values = WRONG_FIELDS[kind]
    request = int32()
    getattr(request.inputs[0].contents, field).extend(values)
    with refused(BAD_REQUEST):
        rpc.call("ModelInfer", request)


@case(OIP_GRPC.chosen(), over=GRPC)
def contents_in_two_fields_are_refused(rpc: RpcCaller) -> None:
    """Of two contents for one tensor, one is a mistake."""
    request = int32()
    request.inputs[0].contents.int_contents.extend([1, 2, 3, 4])
    request.inputs[0].contents.fp32_contents.extend([1.0, 2.0, 3.0, 4.0])
    with refused(BAD_REQUEST):
        rpc.call("ModelInfer", request)


@case(OIP_GRPC, over=GRPC)
def half_floats_have_no_typed_contents(rpc: RpcCaller) -> None:
    """FP16 must be raw, as there is no type for it."""
    request = write_request(asks.identity("FP16", [[1.0, 2.0]]))
    request.inputs[0].contents.fp32_contents.extend([1.0, 2.0])
    with refused(BAD_REQUEST):
        rpc.call("ModelInfer", request)


@case(OIP_GRPC, over=GRPC, each=OUT_OF_RANGE)
def small_integers_keep_to_their_range(rpc: RpcCaller, datatype: str) -> None:
    """They travel in 32 bits; what does not fit the datatype is not cut to it."""
    field, value = OUT_OF_RANGE[datatype]
    request = write_request(asks.identity(datatype, [[1]]))
    getattr(request.inputs[0].contents, field).append(value)
    with refused(BAD_REQUEST):
        rpc.call("ModelInfer", request)


@case(OIP_GRPC, over=GRPC, each=BAD_SHAPES)
def a_shape_that_lies_is_refused(rpc: RpcCaller, kind: str) -> None:
    """Each dimension is a size from 0, and the elements must be there."""
    request = int32(shape=BAD_SHAPES[kind])
    request.raw_input_contents.append(bytes(16))
    with refused(BAD_REQUEST):
        rpc.call("ModelInfer", request)


@case(OIP_GRPC, over=GRPC, each=BYTES_THAT_LIE)
def lengths_of_elements_that_lie_are_refused(rpc: RpcCaller, kind: str) -> None:
    """Raw BYTES have a length of four bytes before each element."""
    request = write_request(asks.identity("BYTES", [["a", "b"]]))
    request.raw_input_contents.append(BYTES_THAT_LIE[kind])
    with refused(BAD_REQUEST):
        rpc.call("ModelInfer", request)


@case(OIP_GRPC.chosen(), over=GRPC, each=("raw", "typed"))
def bytes_that_are_no_text_are_refused(rpc: RpcCaller, kind: str) -> None:
    """ONNX strings are UTF-8."""
    request = write_request(asks.identity("BYTES", [["a"]]))
    if kind == "raw":
        request.raw_input_contents.append(element(2, b"\xc3\x28"))
    else:
        request.inputs[0].contents.bytes_contents.append(b"\xc3\x28")
    with refused(BAD_REQUEST):
        rpc.call("ModelInfer", request)


@case(OIP_GRPC, over=GRPC)
def an_input_without_contents_is_refused(rpc: RpcCaller) -> None:
    """One input typed, the other left empty."""
    request = write_request(asks.add_sub())
    request.inputs[0].contents.fp32_contents.extend([1.0] * 8)
    with refused(BAD_REQUEST):
        rpc.call("ModelInfer", request)


@case(OIP_GRPC, over=GRPC)
def a_request_without_a_model_is_refused(rpc: RpcCaller) -> None:
    """An empty message names nothing."""
    with refused(BAD_REQUEST._replace(codes=frozenset({"INVALID_ARGUMENT", "NOT_FOUND"}))):
        rpc.call("ModelInfer")


@case(OIP_GRPC, over=GRPC, each=NO_MESSAGES)
def bytes_that_are_no_message_are_an_error(rpc: RpcCaller, kind: str) -> None:
    """What cannot be read is an error of that call alone."""
    try:
        rpc.send_bytes("ModelInfer", NO_MESSAGES[kind])
    except Refusal as refusal:
        expect(refusal.how != "UNAVAILABLE", str(refusal))
    else:
        raise Mismatch("answered; it should have been refused")
    ask = Ask("identity_int32", [make("x", "INT32", [[7]])])
    expect(rpc.infer(ask).outputs["y"].tolist() == [[7]], "the next call is not answered")


@case(OIP_GRPC, over=GRPC)
def an_unknown_method_is_unimplemented(rpc: RpcCaller) -> None:
    """The service has no such method."""
    with refused(NO_ADDRESS):
        rpc.send_bytes("ModelExplode", pack(make("x", "INT32", [1]).array, "INT32"))
