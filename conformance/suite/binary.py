"""The extension "binary tensor data", where all is right."""

import json
from typing import Final

import numpy as np

from conformance.cases import BINARY, REST, case
from conformance.exchange import Ask, expect
from conformance.rest import RestCaller
from conformance.rest_messages import HEADER_LENGTH, read_answer, split
from conformance.suite import asks
from conformance.tensors import Array, Tensor, is_same, make, pack

MIXED: Final = Ask(
    "three_types",
    [
        make("numbers", "INT64", [1, -2, 3]),
        make("texts", "BYTES", ["", "zwölf", "three"]),
        make("flags", "BOOL", [True, False, True]),
    ],
)
NAMES: Final = [tensor.name for tensor in MIXED.inputs]
SUM: Final = np.array(asks.SUM, dtype=np.float32)
DIFFERENCE: Final = np.array(asks.DIFFERENCE, dtype=np.float32)


def came_back(outputs: dict[str, Array]) -> None:
    """All three types as they were sent."""
    for tensor in MIXED.inputs:
        same = outputs[f"same_{tensor.name}"]
        expect(is_same(same, tensor.array), f"{tensor.name} came back as {same!r}")


@case(BINARY, over=REST)
def all_inputs_as_bytes(rest: RestCaller) -> None:
    """Their bytes follow the JSON in the order of the inputs."""
    came_back(rest.infer_binary(MIXED, inputs=NAMES).outputs)


@case(BINARY, over=REST, each=NAMES)
def one_input_as_bytes(rest: RestCaller, name: str) -> None:
    """Inputs as JSON and as bytes mix in one request."""
    came_back(rest.infer_binary(MIXED, inputs=[name]).outputs)


@case(BINARY, over=REST, each=NAMES)
def all_but_one_input_as_bytes(rest: RestCaller, name: str) -> None:
    """An input as JSON between two as bytes takes none of theirs."""
    came_back(rest.infer_binary(MIXED, inputs=[other for other in NAMES if other != name]).outputs)


@case(BINARY, over=REST, each=NAMES)
def one_output_as_bytes(rest: RestCaller, name: str) -> None:
    """Outputs as JSON and as bytes mix in one response."""
    wanted = {f"same_{other}": other == name for other in NAMES}
    came_back(rest.infer_binary(MIXED, inputs=NAMES, outputs=wanted).outputs)


@case(BINARY, over=REST)
def all_outputs_as_bytes_by_one_parameter(rest: RestCaller) -> None:
    """`binary_data_output` holds for all outputs, named or not."""
    came_back(rest.infer_binary(MIXED, default=True).outputs)


@case(BINARY, over=REST, each=("true", "false"))
def an_output_overrides_the_default(rest: RestCaller, default: str) -> None:
    """`binary_data` of an output overrides `binary_data_output` of the request."""
    is_binary = default == "true"
    document = {
        "inputs": [
            {"name": name, "shape": [2, 4], "datatype": "FP32", "data": values}
            for name, values in (("left", asks.LEFT), ("right", asks.RIGHT))
        ],
        "outputs": [
            {"name": "sum", "parameters": {"binary_data": not is_binary}},
            {"name": "difference"},
        ],
        "parameters": {"binary_data_output": is_binary},
    }
    response = rest.post(asks.ADD_SUB_INFER, document)
    outputs = {output["name"]: output for output in json.loads(split(response)[0])["outputs"]}
    expect(("data" in outputs["sum"]) == is_binary, "the output's own parameter lost")
    expect(("data" in outputs["difference"]) != is_binary, "the request's parameter lost")


@case(BINARY, over=REST)
def an_output_as_bytes_says_its_size(rest: RestCaller) -> None:
    """It has `binary_data_size` and no `data`; the sizes add up to the body."""
    body = rest.post(asks.ADD_SUB_INFER, binary_request())
    head, raw = split(body)
    outputs = json.loads(head)["outputs"]
    expect(all("data" not in output for output in outputs), "data beside bytes")
    sizes = [output["parameters"]["binary_data_size"] for output in outputs]
    expect(sizes == [32, 32], f"sizes are {sizes}")
    expect(len(raw) == 64, f"{len(raw)} bytes behind the JSON")


@case(BINARY, over=REST, sidecar="daprd streams the answer on, without its Content-Length")
def the_headers_of_an_answer_with_bytes_agree(rest: RestCaller) -> None:
    """Content-Length is that of all, the header of the extension that of the JSON."""
    response = rest.post(asks.ADD_SUB_INFER, binary_request())
    expect(response.headers.get("content-length") == str(len(response.body)), "another length")
    json.loads(split(response)[0])


@case(BINARY, over=REST)
def an_answer_with_bytes_is_an_octet_stream(rest: RestCaller) -> None:
    """Its media type is application/octet-stream."""
    response = rest.post(asks.ADD_SUB_INFER, binary_request())
    kind = response.headers.get("content-type", "")
    expect(kind == "application/octet-stream", f"content type is {kind!r}")


@case(BINARY, over=REST)
def an_answer_without_bytes_has_no_header_of_the_extension(rest: RestCaller) -> None:
    """Bytes in, JSON out: the response is plain JSON."""
    ask = asks.add_sub()
    head = json.dumps({"inputs": [size_of(tensor) for tensor in ask.inputs]}).encode()
    raw = b"".join(pack(tensor.array, "FP32") for tensor in ask.inputs)
    response = rest.call("POST", asks.ADD_SUB_INFER, head + raw, {HEADER_LENGTH: str(len(head))})
    expect(HEADER_LENGTH.lower() not in response.headers, "the header is there")
    expect(is_same(read_answer(response).outputs["sum"], SUM), "sum is wrong")


@case(BINARY, over=REST)
def outputs_as_bytes_come_in_their_order(rest: RestCaller) -> None:
    """Bytes follow in the order in which the outputs stand in the JSON."""
    wanted = {"difference": True, "sum": True}
    outputs = rest.infer_binary(asks.add_sub(), outputs=wanted).outputs
    expect(is_same(outputs["sum"], SUM), "sum is wrong")
    expect(is_same(outputs["difference"], DIFFERENCE), "difference is wrong")


@case(BINARY, over=REST)
def the_header_may_say_that_all_is_json(rest: RestCaller) -> None:
    """A length equal to the body's: no bytes follow."""
    body = json.dumps({"inputs": [asks.written()]}).encode()
    answer = read_answer(rest.call("POST", asks.INT32_INFER, body, {HEADER_LENGTH: str(len(body))}))
    expect(answer.outputs["y"].tolist() == [[1, 2], [3, 4]], "y is wrong")


@case(BINARY, over=REST, each=("FP32", "BYTES", "BOOL"))
def no_elements_are_no_bytes(rest: RestCaller, datatype: str) -> None:
    """A tensor without elements has a size of 0."""
    empty = Tensor("x", datatype, make("x", datatype, []).array.reshape(0, 3))
    answer = rest.infer_binary(
        Ask(f"identity_{datatype.lower()}", [empty]), inputs=["x"], default=True
    )
    expect(answer.outputs["y"].shape == (0, 3), f"shape is {answer.outputs['y'].shape}")


@case(BINARY, over=REST, each=map(str, range(8)))
def bytes_may_begin_anywhere(rest: RestCaller, blanks: str) -> None:
    """The JSON's length decides where 8-byte numbers lie; they are right at every offset."""
    tensor = make("x", "FP64", [[0.1, 1e300, -3.5]])
    head = json.dumps({"inputs": [size_of(tensor)]}).encode() + b" " * int(blanks)
    body = head + pack(tensor.array, "FP64")
    answer = read_answer(
        rest.call("POST", "/v2/models/identity_fp64/infer", body, {HEADER_LENGTH: str(len(head))})
    )
    expect(is_same(answer.outputs["y"], tensor.array), f"{answer.outputs['y']!r}")


@case(BINARY, over=REST)
def a_big_tensor_goes_as_bytes(rest: RestCaller) -> None:
    """Two megabytes in and out."""
    values = np.arange(512 * 1024, dtype="<f4").reshape(-1, 64)
    ask = Ask("identity_fp32", [Tensor("x", "FP32", values)])
    answer = rest.infer_binary(ask, inputs=["x"], default=True)
    expect(is_same(answer.outputs["y"], values), "numbers came back changed")


def size_of(tensor: Tensor) -> dict[str, object]:
    """An input that is announced by its size."""
    size = len(pack(tensor.array, tensor.datatype))
    return {
        "name": tensor.name,
        "shape": list(tensor.array.shape),
        "datatype": tensor.datatype,
        "parameters": {"binary_data_size": size},
    }


def binary_request() -> dict[str, object]:
    """JSON in, both outputs as bytes."""
    return {
        "inputs": [
            {"name": name, "shape": [2, 4], "datatype": "FP32", "data": values}
            for name, values in (("left", asks.LEFT), ("right", asks.RIGHT))
        ],
        "parameters": {"binary_data_output": True},
    }
