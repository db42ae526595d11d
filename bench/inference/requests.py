"""Requests of the soak, each with what may be answered: good ones, and bad ones of every kind."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

OK: Final = frozenset({200})
INVALID: Final = frozenset({400})
UNKNOWN: Final = frozenset({404})
# The spare model comes and goes: it is there, unknown, unloaded, or just being loaded.
MAY_BE_AWAY: Final = frozenset({200, 400, 404, 503})
HEADER_LENGTH: Final = "Inference-Header-Content-Length"
GB64: Final = "/v2/models/gb64/infer"
TEXT: Final = "/v2/models/text/infer"
SPARE: Final = "/v2/models/spare/infer"

Samples = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Request:
    """One request; `is_right` looks at the body of a 200, if it is there."""

    name: str
    path: str
    body: bytes
    allowed: frozenset[int] = OK
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    is_right: Callable[[bytes], bool] | None = None


def tensor(name: str, datatype: str, shape: Sequence[int], data: object) -> dict[str, object]:
    """As JSON carries it."""
    return {"name": name, "datatype": datatype, "shape": list(shape), "data": data}


def infer_body(*inputs: Mapping[str, object], **rest: object) -> bytes:
    """The body of an infer request."""
    return json.dumps({"inputs": inputs, **rest}).encode()


def good_requests(samples: Samples) -> list[Request]:
    """Of one row and of many, JSON and binary, each answer known beforehand."""
    made: list[Request] = []
    for at in range(0, 128, 8):
        for rows in (1, 2, 8):
            some = samples["text"][at : at + rows]
            texts = tensor("text", "BYTES", [rows, 1], [one["input"] for one in some])
            made.append(Request("text", TEXT, infer_body(texts), is_right=gives(some)))
            few = samples["gb64"][at : at + rows]
            numbers = tensor("input", "FP32", [rows, 64], [one["input"] for one in few])
            made.append(Request("gb64", GB64, infer_body(numbers), is_right=gives(few)))
            made.append(binary_request(few))
    return made


def binary_request(some: Sequence[Mapping[str, Any]]) -> Request:
    """Rows of `gb64` as raw bytes behind a JSON header."""
    raw = np.array([one["input"] for one in some], dtype="<f4").tobytes()
    header = binary_header(len(some), len(raw))
    return Request(
        "gb64 binary",
        GB64,
        header + raw,
        headers={HEADER_LENGTH: str(len(header))},
        is_right=gives(some),
    )


def binary_header(rows: int, size: int) -> bytes:
    """The JSON before the raw bytes."""
    parameters = {"binary_data_size": size}
    tensor = {"name": "input", "datatype": "FP32", "shape": [rows, 64], "parameters": parameters}
    return infer_body(tensor)


def gives(some: Sequence[Mapping[str, Any]]) -> Callable[[bytes], bool]:
    """A check that an answer has exactly the labels of these samples."""
    wanted = [one["label"] for one in some]

    def is_right(body: bytes) -> bool:
        outputs = {output["name"]: output for output in json.loads(body)["outputs"]}
        return bool(np.ravel(outputs["label"]["data"]).tolist() == wanted)

    return is_right


def spare_requests(samples: Samples) -> list[Request]:
    """To a model that is loaded and unloaded all the time."""
    one = samples["gb64"][:1]
    body = infer_body(tensor("input", "FP32", [1, 64], one[0]["input"]))
    return [Request("spare", SPARE, body, MAY_BE_AWAY, is_right=gives(one))]


def bad_requests() -> list[Request]:
    """One of every kind that a public server is sent sooner or later."""
    row = [0.5] * 64
    good = tensor("input", "FP32", [1, 64], row)
    bodies = {
        "no JSON": b"{",
        "no UTF-8": b'{"inputs": "\xff\xfe"}',
        "not an object": b"[]",
        "no inputs": b"{}",
        "wrong datatype": infer_body({**good, "datatype": "FP64"}),
        "unknown datatype": infer_body({**good, "datatype": "FP33"}),
        "wrong shape": infer_body(tensor("input", "FP32", [1, 63], row[:63])),
        "negative shape": infer_body({**good, "shape": [-1, 64]}),
        "2^63 elements": infer_body({**good, "shape": [2**62, 2]}),
        "5000 dimensions": infer_body({**good, "shape": [1] * 4999 + [64]}),
        "too few elements": infer_body({**good, "data": row[:-1]}),
        "text for numbers": infer_body({**good, "data": ["x"] * 64}),
        "unknown input": infer_body(good, tensor("other", "FP32", [1, 1], [1.0])),
        "the same input twice": infer_body(good, good),
        "unknown output": infer_body(good, outputs=[{"name": "nothing"}]),
        "wrong timeout": infer_body(good, parameters={"timeout": "soon"}),
    }
    made = [Request(name, GB64, body, INVALID) for name, body in bodies.items()]
    return made + bad_addresses(infer_body(good)) + bad_binaries()


def bad_addresses(body: bytes) -> list[Request]:
    """A good body to somewhere that is not."""
    return [
        Request("unknown model", "/v2/models/nobody/infer", body, UNKNOWN),
        Request("unknown version", "/v2/models/gb64/versions/9/infer", body, UNKNOWN),
        Request("no version", "/v2/models/gb64/versions/x/infer", body, UNKNOWN | INVALID),
        Request("traversal", "/v2/models/..%2F..%2Fetc/infer", body, UNKNOWN | INVALID),
        Request("wrong verb", GB64, b"", frozenset({405}), method="GET"),
        Request("load of nothing", "/v2/repository/models/nobody/load", b"{}", UNKNOWN | INVALID),
        Request("load outside", "/v2/repository/models/..%2Fx/load", b"{}", UNKNOWN | INVALID),
    ]


def bad_binaries() -> list[Request]:
    """Raw bytes that are not what their header says."""
    header = binary_header(1, 256)
    full = {HEADER_LENGTH: str(len(header))}
    beyond = {HEADER_LENGTH: str(len(header) + 4096)}
    return [
        Request("cut binary", GB64, header + b"\0" * 100, INVALID, headers=full),
        Request("binary left over", GB64, header + b"\0" * 300, INVALID, headers=full),
        Request("header beyond body", GB64, header + b"\0" * 256, INVALID, headers=beyond),
        Request("header no number", GB64, header, INVALID, headers={HEADER_LENGTH: "many"}),
    ]
