"""The extension "binary tensor data", where lengths lie."""

import json
import struct
from typing import Any, Final

from conformance.cases import BINARY, REST, Source, case
from conformance.exchange import BAD_REQUEST, expect, refused
from conformance.rest import RestCaller
from conformance.rest_messages import HEADER_LENGTH
from conformance.suite import asks

HEAD: Final = json.dumps(
    {"inputs": [asks.written(data=..., parameters={"binary_data_size": 16})]}
).encode()
RAW: Final = bytes(16)
HEADER_LENGTHS: Final = {
    "beyond the body": str(len(HEAD) + len(RAW) + 1),
    "far beyond": "9" * 18,
    "endless": "9" * 400,
    "negative": "-1",
    "a fraction": f"{len(HEAD)}.0",
    "a word": "all",
    "hexadecimal": hex(len(HEAD)),
    "nothing": "",
    "zero": "0",
    "one too few": str(len(HEAD) - 1),
    "one too many": str(len(HEAD) + 1),
}
SIZES: Final[dict[str, Any]] = {
    "too small for the shape": 12,
    "too big for the shape": 20,
    "negative": -16,
    "a fraction": 16.5,
    "a word": "16",
    "true": True,
    "null": None,
    "2^63": 2**63,
}
BODIES: Final = {"cut short": RAW[:-1], "nothing": b"", "one byte more": RAW + b"\0"}


def element(length: int, content: bytes) -> bytes:
    """An element of BYTES that claims this length."""
    return struct.pack("<I", length) + content


BYTES_THAT_LIE: Final = {
    "length beyond the tensor": element(9, b"abc"),
    "length of 4 GiB": element(2**32 - 1, b"abc"),
    "length cut short": element(3, b"abc") + b"\x01\x00",
    "one element too few": element(3, b"abc"),
    "one element too many": element(3, b"abc") * 3,
    "bytes behind the last": element(1, b"a") * 2 + b"\0",
    "no lengths": b"abcdefgh"[:6],
}
CHOICE: Final[Source] = BINARY.chosen()


def send(rest: RestCaller, document: object, raw: bytes, length: str | None = None) -> None:
    """A document and bytes behind it, with this header, or the true one."""
    head = document if isinstance(document, bytes) else json.dumps(document).encode()
    headers = {HEADER_LENGTH: str(len(head)) if length is None else length}
    rest.call("POST", asks.INT32_INFER, head + raw, headers)


@case(BINARY, over=REST)
def what_the_refused_are_made_of_is_right(rest: RestCaller) -> None:
    """Without its lie, the request of the cases below is answered."""
    send(rest, HEAD, RAW)


@case(BINARY, over=REST, each=HEADER_LENGTHS)
def a_header_that_lies_is_refused(rest: RestCaller, kind: str) -> None:
    """The header gives the length of the JSON object, within the body."""
    with refused(BAD_REQUEST):
        send(rest, HEAD, RAW, HEADER_LENGTHS[kind])


@case(BINARY, over=REST, each=BODIES)
def other_bytes_than_announced_are_refused(rest: RestCaller, kind: str) -> None:
    """The body holds the bytes announced, no fewer and no more."""
    with refused(BAD_REQUEST):
        send(rest, HEAD, BODIES[kind])


@case(BINARY, over=REST, each=SIZES)
def a_size_that_lies_is_refused(rest: RestCaller, kind: str) -> None:
    """`binary_data_size` is a number of bytes: that of the shape and datatype."""
    tensor = asks.written(data=..., parameters={"binary_data_size": SIZES[kind]})
    with refused(BAD_REQUEST):
        send(rest, {"inputs": [tensor]}, RAW)


@case(BINARY, over=REST)
def a_size_without_the_header_is_refused(rest: RestCaller) -> None:
    """If any binary data is present, the header must be provided."""
    with refused(BAD_REQUEST):
        rest.call("POST", asks.INT32_INFER, HEAD + RAW)


@case(BINARY, over=REST)
def neither_data_nor_a_size_is_refused(rest: RestCaller) -> None:
    """Bytes that no input claims are nobody's data."""
    with refused(BAD_REQUEST):
        send(rest, {"inputs": [asks.written(data=...)]}, RAW)


@case(CHOICE, over=REST)
def data_and_a_size_are_refused(rest: RestCaller) -> None:
    """Of two contents for one tensor, one is a mistake."""
    tensor = asks.written(parameters={"binary_data_size": 16})
    with refused(BAD_REQUEST):
        send(rest, {"inputs": [tensor]}, RAW)


@case(BINARY, over=REST)
def inputs_do_not_take_each_others_bytes(rest: RestCaller) -> None:
    """The first input claims more than its own: the second would get too few."""
    tensors = [
        {
            "name": name,
            "shape": [1, 4],
            "datatype": "FP32",
            "parameters": {"binary_data_size": size},
        }
        for name, size in (("left", 20), ("right", 12))
    ]
    head = json.dumps({"inputs": tensors}).encode()
    with refused(BAD_REQUEST):
        rest.call("POST", asks.ADD_SUB_INFER, head + bytes(32), {HEADER_LENGTH: str(len(head))})


@case(BINARY, over=REST, each=BYTES_THAT_LIE)
def lengths_of_elements_that_lie_are_refused(rest: RestCaller, kind: str) -> None:
    """Each element of BYTES is a length of four bytes and as many bytes."""
    with refused(BAD_REQUEST):
        send_texts(rest, BYTES_THAT_LIE[kind])
    expect(rest.is_live(), "the server is gone")


@case(CHOICE, over=REST)
def bytes_that_are_no_text_are_refused(rest: RestCaller) -> None:
    """ONNX strings are UTF-8; other bytes would reach the model as other text, or be lost."""
    with refused(BAD_REQUEST):
        send_texts(rest, element(2, b"\xc3\x28") * 2)


@case(CHOICE, over=REST)
def a_boolean_of_two_is_refused(rest: RestCaller) -> None:
    """True is 1 and false is 0; no third byte is named."""
    tensor = asks.written(
        datatype="BOOL", shape=[1, 2], data=..., parameters={"binary_data_size": 2}
    )
    head = json.dumps({"inputs": [tensor]}).encode()
    with refused(BAD_REQUEST):
        rest.call(
            "POST",
            "/v2/models/identity_bool/infer",
            head + b"\x01\x02",
            {HEADER_LENGTH: str(len(head))},
        )


@case(CHOICE, over=REST, each=("binary_data", "binary_data_output"))
def a_wish_for_bytes_is_true_or_false(rest: RestCaller, parameter: str) -> None:
    """Both parameters are booleans."""
    document: dict[str, Any] = {"inputs": [asks.written()]}
    if parameter == "binary_data":
        document["outputs"] = [{"name": "y", "parameters": {parameter: "yes"}}]
    else:
        document["parameters"] = {parameter: 3}
    with refused(BAD_REQUEST):
        rest.post(asks.INT32_INFER, document)


def send_texts(rest: RestCaller, raw: bytes) -> None:
    """These bytes as a tensor of two strings."""
    tensor = asks.written(
        datatype="BYTES", shape=[1, 2], data=..., parameters={"binary_data_size": len(raw)}
    )
    head = json.dumps({"inputs": [tensor]}).encode()
    rest.call(
        "POST", "/v2/models/identity_bytes/infer", head + raw, {HEADER_LENGTH: str(len(head))}
    )
