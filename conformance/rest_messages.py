"""What goes over REST and comes back: requests written, responses read."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import numpy as np

from conformance.exchange import Answer, Ask, Mismatch, Refusal, expect
from conformance.tensors import DTYPES, Array, Tensor, pack, unpack

HEADER_LENGTH: Final = "Inference-Header-Content-Length"


class Response(NamedTuple):
    """A whole HTTP response; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - whatever the server sent
        """The body as strict JSON: NaN and infinity are not JSON."""
        try:
            return json.loads(self.body, parse_constant=refuse_constant)
        except ValueError as error:
            raise Mismatch(f"the body is not JSON: {error}") from error


def address(model: str, version: str = "") -> str:
    """The path of a model or of one of its versions."""
    path = f"/v2/models/{quote(model, safe='')}"
    return path + (f"/versions/{quote(version, safe='')}" if version else "")


def accepted(response: Response) -> Response:
    """The response itself, or its refusal: an error status with `{"error": string}`."""
    if 200 <= response.status < 300:
        return response
    document = response.json()
    expect(isinstance(document, dict), f"status {response.status} without an error object")
    message = document.get("error")
    expect(isinstance(message, str), f'status {response.status} without {{"error": string}}')
    raise Refusal(response.status, message)


def as_object(response: Response) -> dict[str, Any]:
    """The body, which must be a JSON object."""
    document = response.json()
    expect(isinstance(document, dict), "the body is not a JSON object")
    return dict(document)


def write_request(ask: Ask, inputs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The request object; what was not asked for is left out."""
    document: dict[str, Any] = {"inputs": list(inputs)}
    if ask.request_id:
        document["id"] = ask.request_id
    if ask.outputs:
        document["outputs"] = [{"name": name} for name in ask.outputs]
    if ask.parameters is not None:
        document["parameters"] = dict(ask.parameters)
    return document


def write_input(tensor: Tensor, *, is_binary: bool = False) -> dict[str, Any]:
    """One input, its data flat in JSON or announced by its size."""
    written: dict[str, Any] = {
        "name": tensor.name,
        "shape": list(tensor.array.shape),
        "datatype": tensor.datatype,
    }
    if is_binary:
        size = len(pack(tensor.array, tensor.datatype))
        return written | {"parameters": {"binary_data_size": size}}
    return written | {"data": tensor.array.ravel().tolist()}


def read_answer(response: Response) -> Answer:
    """The answer in JSON, in bytes behind it, or in both."""
    head, raw = split(response)
    document = as_object(response._replace(body=head))
    outputs: dict[str, Array] = {}
    datatypes: dict[str, str] = {}
    for output in document["outputs"]:
        size = output.get("parameters", {}).get("binary_data_size")
        outputs[output["name"]] = read_output(output, None if size is None else raw[:size])
        datatypes[output["name"]] = output["datatype"]
        raw = raw[size or 0 :]
    expect(not raw, f"{len(raw)} bytes behind the last binary output")
    return Answer(
        document["model_name"],
        document.get("model_version", ""),
        document.get("id", ""),
        outputs,
        datatypes,
    )


def split(response: Response) -> tuple[bytes, bytes]:
    """The JSON of a response and the bytes behind it."""
    length = response.headers.get(HEADER_LENGTH.lower())
    if length is None:
        return response.body, b""
    expect(length.isdigit(), f"{HEADER_LENGTH} is no number")
    expect(int(length) <= len(response.body), f"{HEADER_LENGTH} is beyond the body")
    return response.body[: int(length)], response.body[int(length) :]


def read_output(output: Mapping[str, Any], raw: bytes | None) -> Array:
    """One output as an array of the datatype and shape that it claims."""
    datatype, shape = output["datatype"], tuple(output["shape"])
    try:
        if raw is not None:
            return unpack(raw, datatype, shape)
        return np.array(output["data"], dtype=DTYPES[datatype]).reshape(shape)
    except (ValueError, OverflowError) as error:
        raise Mismatch(f"output {output['name']} is not of its datatype and shape") from error


def refuse_constant(name: str) -> None:
    """NaN and infinity, which some servers write into JSON."""
    raise ValueError(f"{name} is not JSON")
