"""Model metadata: what a model takes and gives."""

from typing import Any

from conformance.cases import OIP, OPEN, case
from conformance.exchange import UNKNOWN, Caller, expect, refused
from conformance.tensors import DATATYPES


def as_int_shapes(tensors: Any) -> dict[str, tuple[str, list[int]]]:  # noqa: ANN401 - JSON
    """Datatype and shape by name; gRPC's JSON writes 64-bit numbers as strings."""
    return {
        tensor["name"]: (tensor["datatype"], [int(dimension) for dimension in tensor["shape"]])
        for tensor in tensors
    }


@case(OIP)
def a_model_has_a_name_and_a_platform(caller: Caller) -> None:
    """Metadata gives the name asked for and a platform."""
    told = caller.describe_model("add_sub")
    expect(told["name"] == "add_sub", f"name is {told['name']!r}")
    expect(isinstance(told["platform"], str) and told["platform"], "no platform")


@case(OPEN)
def a_platform_is_a_project_and_a_format(caller: Caller) -> None:
    """Platforms are called project_format; that of ONNX is `onnx_onnxv1` (or the runtime's)."""
    platform = caller.describe_model("add_sub")["platform"]
    expect(platform in ("onnx_onnxv1", "onnxruntime_onnx"), f"platform is {platform!r}")


@case(OIP)
def inputs_and_outputs_are_described(caller: Caller) -> None:
    """Every input and output stands there with datatype and shape."""
    told = caller.describe_model("add_sub")
    expect(
        as_int_shapes(told["inputs"]) == {"left": ("FP32", [-1, 4]), "right": ("FP32", [-1, 4])},
        f"inputs are {told['inputs']}",
    )
    expect(set(as_int_shapes(told["outputs"])) == {"sum", "difference"}, "outputs differ")


@case(OIP, each=DATATYPES)
def datatypes_have_the_protocols_names(caller: Caller, datatype: str) -> None:
    """Metadata names element types as the protocol's table does."""
    told = caller.describe_model(f"identity_{datatype.lower()}")
    described = as_int_shapes([*told["inputs"], *told["outputs"]])
    expect({name for name, _ in described.values()} == {datatype}, f"{described}")


@case(OIP)
def a_free_dimension_is_minus_one(caller: Caller) -> None:
    """Variable-size dimensions are specified as -1."""
    told = caller.describe_model("identity_fp32")
    expect(as_int_shapes(told["inputs"])["x"][1] == [-1, -1], f"{told['inputs']}")


@case(OIP)
def a_fixed_dimension_is_its_size(caller: Caller) -> None:
    """A dimension that may not vary is given as it is."""
    told = caller.describe_model("fixed")
    expect(as_int_shapes(told["inputs"])["x"][1] == [2, 3], f"{told['inputs']}")


@case(OIP)
def versions_that_can_be_asked_are_listed(caller: Caller) -> None:
    """`versions` are those that may be explicitly requested, as strings."""
    versions = caller.describe_model("two_versions")["versions"]
    expect(sorted(versions) == ["1", "2"], f"versions are {versions}")


@case(OIP, each=("1", "2"))
def one_version_is_described(caller: Caller, version: str) -> None:
    """A version named in the address has metadata."""
    told = caller.describe_model("two_versions", version)
    expect(told["name"] == "two_versions", f"name is {told['name']!r}")
    expect(version in told["versions"], f"versions are {told['versions']}")


@case(OIP)
def an_unknown_model_is_refused(caller: Caller) -> None:
    """Metadata of a model that is not there is an error."""
    with refused(UNKNOWN):
        caller.describe_model("no_such_model")


@case(OIP, each=("77", "0", "-1", "latest"))
def an_unknown_version_is_refused(caller: Caller, version: str) -> None:
    """Metadata of a version that is not there is an error."""
    with refused(UNKNOWN):
        caller.describe_model("two_versions", version)
