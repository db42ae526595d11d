"""A caller over gRPC, on the messages generated from the protocol's own .proto file."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import grpc
import numpy as np
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]

from conformance.exchange import Answer, Ask, Mismatch, Parameters, Refusal, expect
from conformance.tensors import DTYPES, Array, Tensor, pack, unpack
from ridealong.serving.protocol.rpc import open_inference_pb2 as messages

SERVICE: Final = "/inference.GRPCInferenceService/"
TIMEOUT_S: Final = 30.0
FIELDS: Final = {
    "BOOL": "bool_contents",
    "UINT8": "uint_contents",
    "UINT16": "uint_contents",
    "UINT32": "uint_contents",
    "UINT64": "uint64_contents",
    "INT8": "int_contents",
    "INT16": "int_contents",
    "INT32": "int_contents",
    "INT64": "int64_contents",
    "FP32": "fp32_contents",
    "FP64": "fp64_contents",
    "BYTES": "bytes_contents",
}

Message = Any


class RpcCaller:
    """One server over gRPC. `metadata` goes with every call, as a sidecar asks for."""

    def __init__(self, target: str, *, metadata: Mapping[str, str] | None = None) -> None:
        unlimited = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
        self.channel = grpc.insecure_channel(target, options=unlimited)
        self.metadata = tuple((metadata or {}).items())

    def close(self) -> None:
        """Give the connection back."""
        self.channel.close()

    def call(self, method: str, request: Message = None, **options: Any) -> Message:  # noqa: ANN401
        """The response to this; a refusal rises with its code's name."""
        message = getattr(messages, f"{method}Request")() if request is None else request
        try:
            return self.method(method)(
                message, **{"timeout": TIMEOUT_S, "metadata": self.metadata} | options
            )
        except grpc.RpcError as error:
            raise Refusal(error.code().name, error.details() or "") from error

    def method(self, method: str) -> Any:  # noqa: ANN401 - grpc has no types
        """The callable of one method, for cases that need its future."""
        return self.channel.unary_unary(
            SERVICE + method,
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=getattr(messages, f"{method}Response").FromString,
        )

    def send_bytes(self, method: str, content: bytes) -> bytes:
        """Bytes in place of a message."""
        try:
            answer: bytes = self.channel.unary_unary(SERVICE + method)(
                content, timeout=TIMEOUT_S, metadata=self.metadata
            )
        except grpc.RpcError as error:
            raise Refusal(error.code().name, error.details() or "") from error
        return answer

    def is_live(self) -> bool:
        """Server live."""
        return bool(self.call("ServerLive").live)

    def is_ready(self) -> bool:
        """Server ready."""
        return bool(self.call("ServerReady").ready)

    def is_model_ready(self, model: str, version: str = "") -> bool:
        """Model ready, by a field or by a refusal."""
        try:
            request = messages.ModelReadyRequest(name=model, version=version)
            return bool(self.call("ModelReady", request).ready)
        except Refusal as refusal:
            expect(refusal.how in ("NOT_FOUND", "UNAVAILABLE"), str(refusal))
            return False

    def describe_server(self) -> dict[str, Any]:
        """Server metadata."""
        return as_dict(self.call("ServerMetadata"))

    def describe_model(self, model: str, version: str = "") -> dict[str, Any]:
        """Model metadata."""
        request = messages.ModelMetadataRequest(name=model, version=version)
        return as_dict(self.call("ModelMetadata", request))

    def infer(self, ask: Ask) -> Answer:
        """Inputs as raw contents; outputs as the server likes."""
        request = write_request(ask)
        for tensor in ask.inputs:
            request.raw_input_contents.append(pack(tensor.array, tensor.datatype))
        return read_answer(self.call("ModelInfer", request))

    def infer_typed(self, ask: Ask) -> Answer:
        """Inputs as typed contents."""
        request = write_request(ask)
        for written, tensor in zip(request.inputs, ask.inputs, strict=True):
            field = getattr(written.contents, FIELDS[tensor.datatype])
            field.extend(as_elements(tensor))
        return read_answer(self.call("ModelInfer", request))

    def index(self, *, only_ready: bool = False) -> list[dict[str, Any]]:
        """The repository index."""
        request = messages.RepositoryIndexRequest(ready=only_ready)
        return list(as_dict(self.call("RepositoryIndex", request))["models"])

    def load(self, model: str, parameters: Parameters | None = None) -> None:
        """Load or reload a model."""
        self._repository("RepositoryModelLoad", model, parameters)

    def unload(self, model: str, parameters: Parameters | None = None) -> None:
        """Unload a model."""
        self._repository("RepositoryModelUnload", model, parameters)

    def _repository(self, method: str, model: str, parameters: Parameters | None) -> None:
        request = getattr(messages, f"{method}Request")(model_name=model)
        put_parameters(request.parameters, parameters)
        self.call(method, request)

    def statistics(self, model: str = "", version: str = "") -> list[dict[str, Any]]:
        """Statistics of one version, one model, or all."""
        request = messages.ModelStatisticsRequest(name=model, version=version)
        return list(as_dict(self.call("ModelStatistics", request))["model_stats"])


def as_dict(message: Message) -> dict[str, Any]:
    """A message under the field names of the .proto file; what is zero stands there too."""
    return dict(
        MessageToDict(
            message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
        )
    )


def as_elements(tensor: Tensor) -> Iterable[Any]:
    """Flat Python values; strings as their bytes."""
    values: list[Any] = tensor.array.ravel().tolist()
    return [text.encode() for text in values] if tensor.datatype == "BYTES" else values


def write_request(ask: Ask) -> Message:
    """A request that has everything but the contents of its inputs."""
    request = messages.ModelInferRequest(
        model_name=ask.model, model_version=ask.version, id=ask.request_id
    )
    for tensor in ask.inputs:
        request.inputs.add(
            name=tensor.name, datatype=tensor.datatype, shape=list(tensor.array.shape)
        )
    for name in ask.outputs:
        request.outputs.add(name=name)
    put_parameters(request.parameters, ask.parameters)
    return request


def put_parameters(field: Any, parameters: Parameters | None) -> None:  # noqa: ANN401
    """Parameters by the field of their type."""
    for name, value in (parameters or {}).items():
        if isinstance(value, bool):
            field[name].bool_param = value
        elif isinstance(value, int):
            field[name].int64_param = value
        else:
            field[name].string_param = str(value)


def read_answer(response: Message) -> Answer:
    """The answer from raw or typed contents, never from both."""
    raw: Sequence[bytes] = response.raw_output_contents
    expect(len(raw) in (0, len(response.outputs)), f"{len(raw)} raw contents for the outputs")
    outputs: dict[str, Array] = {}
    for position, output in enumerate(response.outputs):
        typed = bool(output.contents.ByteSize())
        expect(not (raw and typed), f"output {output.name} is both raw and typed")
        outputs[output.name] = read_output(output, raw[position] if raw else None)
    return Answer(
        response.model_name,
        response.model_version,
        response.id,
        outputs,
        {output.name: output.datatype for output in response.outputs},
    )


def read_output(output: Message, raw: bytes | None) -> Array:
    """One output as an array of the datatype and shape that it claims."""
    shape = tuple(output.shape)
    try:
        if raw is not None:
            return unpack(raw, output.datatype, shape)
        values = list(getattr(output.contents, FIELDS[output.datatype]))
        if output.datatype == "BYTES":
            values = [content.decode() for content in values]
        return np.array(values, dtype=DTYPES[output.datatype]).reshape(shape)
    except (KeyError, ValueError, OverflowError) as error:
        raise Mismatch(f"output {output.name} is not of its datatype and shape") from error
