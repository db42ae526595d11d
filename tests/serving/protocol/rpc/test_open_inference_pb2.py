"""The messages are those of the protocol, and may stand beside tritonclient's."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grpc_tools import protoc  # type: ignore[import-untyped]

from ridealong.local.places import ROOT
from ridealong.serving.protocol.rpc import open_inference_pb2 as ours

FOLDER = ROOT / "ridealong" / "serving" / "protocol" / "rpc"
# In a process of its own: there, tritonclient's file is the one in the common pool.
TELL = """
import json
from tests.serving.protocol.rpc.test_open_inference_pb2 import fields_of, methods_of
from tritonclient.grpc import service_pb2
print(json.dumps([list(fields_of(service_pb2)), list(methods_of(service_pb2))]))
"""
# What MLServer adds to the protocol, and Triton does not know.
BEYOND_TRITON = {
    ("inference.ModelMetadataResponse", "parameters"),
    ("inference.ModelMetadataResponse.ParametersEntry", "key"),
    ("inference.ModelMetadataResponse.ParametersEntry", "value"),
    ("inference.ModelMetadataResponse.TensorMetadata", "parameters"),
    ("inference.ModelMetadataResponse.TensorMetadata.ParametersEntry", "key"),
    ("inference.ModelMetadataResponse.TensorMetadata.ParametersEntry", "value"),
}
IMPORTS = [
    "from ridealong.serving.protocol.rpc import open_inference_pb2 as ours",
    "from tritonclient.grpc import service_pb2 as theirs",
]
USE = (
    "print(theirs.ModelInferRequest.FromString(ours.ModelInferRequest(id='a').SerializeToString()))"
)


def run(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


def fields_of(module: Any) -> Iterator[tuple[Any, ...]]:
    """Message, name, number, type and whether it repeats."""
    waiting = list(module.DESCRIPTOR.message_types_by_name.values())
    while waiting:
        message = waiting.pop()
        waiting.extend(message.nested_types)
        for field in message.fields:
            yield message.full_name, field.name, field.number, field.type, field.is_repeated


def methods_of(module: Any) -> Iterator[tuple[str, ...]]:
    for method in module.DESCRIPTOR.services_by_name["GRPCInferenceService"].methods:
        yield method.name, method.input_type.full_name, method.output_type.full_name


def test_every_field_and_method_is_what_tritons_clients_expect() -> None:
    their_fields, their_methods = json.loads(run(TELL))
    odd = set(fields_of(ours)) - set(map(tuple, their_fields))

    assert {(message, field) for message, field, *_ in odd} == BEYOND_TRITON
    assert set(methods_of(ours)) <= set(map(tuple, their_methods))


def test_ours_and_tritonclients_may_be_imported_into_one_process_in_either_order() -> None:
    for imports in (IMPORTS, IMPORTS[::-1]):
        assert run("\n".join([*imports, USE])) == 'id: "a"\n\n'


def test_what_is_committed_is_what_the_proto_file_says(tmp_path: Path) -> None:
    asked = [f"--proto_path={FOLDER}", f"--python_out={tmp_path}", "open_inference.proto"]

    assert protoc.main(["protoc", *asked]) == 0
    made = (tmp_path / "open_inference_pb2.py").read_text()
    assert repr_of_file(made) == repr_of_file((FOLDER / "open_inference_pb2.py").read_text())


def repr_of_file(module: str) -> str:
    (line,) = [line for line in module.splitlines() if "AddSerializedFile(" in line]
    return line.partition("AddSerializedFile(")[2]
