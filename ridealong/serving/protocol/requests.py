"""Reads an inference request from its JSON; by hand, because every message passes here.

Choices where the protocol leaves room: FP16 is taken as JSON numbers; `timeout` is in
microseconds, as in Triton's schedule policy; a request with unknown fields is refused; NaN and
infinity are not JSON. Bytes may follow the JSON, as in Triton's binary-tensor extension.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

from ridealong.serving.errors import InvalidRequest
from ridealong.serving.protocol.binary import split_body
from ridealong.serving.protocol.fields import (
    MAX_NAME_LENGTH,
    read_id,
    read_json_object,
    read_name,
    read_parameters,
    require_known,
)
from ridealong.serving.protocol.inputs import MAX_TENSORS, Behind, read_inputs
from ridealong.serving.tensors import InputTensor

TENANT: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
REQUEST_FIELDS: Final = frozenset({"id", "parameters", "inputs", "outputs"})
OUTPUT_FIELDS: Final = frozenset({"name", "parameters"})
# Ignored, they would change the answer without a word.
NOT_OFFERED: Final = {
    "classification": "classification",
    "shared_memory_region": "shared-memory",
}


class AsBytes(NamedTuple):
    """Which outputs are wanted as raw bytes: these as said, the others by default."""

    default: bool
    outputs: Mapping[str, bool]

    def wants(self, name: str) -> bool:
        """Whether this output is to be bytes."""
        return self.outputs.get(name, self.default)


class InferRequest(NamedTuple):
    """Tensors in, the names of the outputs wanted (none: all), and how to be treated.

    `routing_key`: callers with the same key are answered by the same version during a canary.
    `as_bytes`: None where every output goes as JSON.
    """

    inputs: tuple[InputTensor, ...]
    outputs: tuple[str, ...] = ()
    request_id: str | None = None
    timeout_s: float | None = None
    tenant: str | None = None
    routing_key: str | None = None
    as_bytes: AsBytes | None = None


def read_infer_request(body: bytes, header_length: bytes | None = None) -> InferRequest:
    """The request in this body; what is wrong with it is told without quoting it.

    `header_length` is the value of `Inference-Header-Content-Length`: how much of it is JSON.
    """
    behind = None
    if header_length is not None:
        body, raw = split_body(body, header_length)
        behind = Behind(raw)
    document = read_json_object(body)
    require_known(document, REQUEST_FIELDS, "the request")
    inputs = read_inputs(document.get("inputs"), behind)
    if behind is not None:
        behind.require_end()
    if len(document) == 1:
        return InferRequest(inputs)
    parameters = read_parameters(document.get("parameters"), "the request")
    given = document.get("outputs")
    outputs = read_outputs(given)
    return InferRequest(
        inputs=inputs,
        outputs=outputs,
        request_id=read_id(document.get("id")),
        timeout_s=read_timeout(parameters.get("timeout")),
        tenant=read_tenant(parameters.get("tenant")),
        routing_key=read_routing_key(parameters.get("routing_key")),
        as_bytes=read_as_bytes(parameters, outputs, given),
    )


def read_timeout(given: object) -> float | None:
    """Microseconds in, seconds out. Zero means none, as in Triton."""
    if given is None:
        return None
    if type(given) is not int or given < 0:
        raise InvalidRequest("parameter timeout must be a whole number of microseconds")
    return given / 1_000_000 or None


def read_tenant(given: object) -> str | None:
    """Whose request this is, for its share of the queue and the payload log."""
    if given is None or (isinstance(given, str) and TENANT.fullmatch(given)):
        return given
    raise InvalidRequest("parameter tenant must be a tenant's name")


def read_routing_key(given: object) -> str | None:
    """Any short string: a conversation, a customer."""
    if given is None or (isinstance(given, str) and 0 < len(given) <= MAX_NAME_LENGTH):
        return given
    raise InvalidRequest(f"parameter routing_key must be 1 to {MAX_NAME_LENGTH} characters")


def read_load_parameters(given: Mapping[str, object]) -> str | None:
    """Which versions to load; None: as the version policy says.

    Triton's `config` and `file:` parameters are refused: a store is changed by who owns its folder.
    """
    versions = given.get("versions")
    if given.keys() - {"versions"}:
        raise InvalidRequest("a load takes the parameter versions and no other")
    if versions is None or isinstance(versions, str):
        return versions
    raise InvalidRequest("parameter versions must be a string")


def read_outputs(given: object) -> tuple[str, ...]:
    """The names of the outputs asked for."""
    if given is None:
        return ()
    if not isinstance(given, list):
        raise InvalidRequest("outputs must be a list")
    if len(given) > MAX_TENSORS:
        raise InvalidRequest(f"more than {MAX_TENSORS} outputs")
    names = tuple(read_output(output, position) for position, output in enumerate(given, start=1))
    if len(set(names)) < len(names):
        raise InvalidRequest("an output is asked for twice")
    return names


def read_output(given: object, position: int) -> str:
    """One name. What other extensions ask for may not be ignored."""
    where = f"output {position}"
    if not isinstance(given, dict):
        raise InvalidRequest(f"{where} must be an object")
    require_known(given, OUTPUT_FIELDS, where)
    if "parameters" in given:
        refuse_not_offered(read_parameters(given["parameters"], where))
    return read_name(given, where)


def refuse_not_offered(parameters: Mapping[str, object]) -> None:
    """Extensions of Triton's that an output may ask for, and that are not ours."""
    for parameter, extension in NOT_OFFERED.items():
        if parameters.get(parameter):
            raise InvalidRequest(f"the {extension} extension is not offered")


def read_as_bytes(
    parameters: Mapping[str, object], names: Sequence[str], outputs: object
) -> AsBytes | None:
    """Which outputs go as bytes: `outputs` have been read already, under these names."""
    default = read_flag(parameters, "binary_data_output", "the request")
    given = cast("list[dict[str, Any]]", outputs or [])
    chosen = {
        name: read_flag(output["parameters"], "binary_data", f"output {position}")
        for position, (name, output) in enumerate(zip(names, given, strict=True), start=1)
        if "binary_data" in (output.get("parameters") or ())
    }
    is_wanted = any(chosen.get(name, default) for name in names) if names else default
    return AsBytes(default, chosen) if is_wanted else None


def read_flag(parameters: Mapping[str, object], name: str, where: str) -> bool:
    """A boolean parameter; false where it is not given."""
    given = parameters.get(name, False)
    if not isinstance(given, bool):
        raise InvalidRequest(f"parameter {name} of {where} must be true or false")
    return given
